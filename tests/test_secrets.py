"""One run of everything that can go wrong, and then a search for every secret, everywhere."""

import asyncio
from collections.abc import Iterable
from pathlib import Path

import aiohttp

from support import PLANFIX_KEY, TOKEN, WEBHOOK_KEY, World, world

STATUS_KEY = "marker-status-key-of-enough-letters"
SECRETS = (TOKEN, TOKEN.partition(":")[2], PLANFIX_KEY, WEBHOOK_KEY, STATUS_KEY)
ECHO = f"nothing at /bot{TOKEN}/x?token={PLANFIX_KEY}&{WEBHOOK_KEY}"
PATHS = (
    "/healthz",
    "/readyz",
    "/metrics",
    "/status",
    "/media/x/y",
    "/planfix",
    "/telegram",
    "/",
    "/../x",
)


def holders(texts: Iterable[tuple[str, str]]) -> list[str]:
    """Which of the named texts hold a secret."""
    return [name for name, text in texts if any(secret in text for secret in SECRETS)]


async def test_no_secret_is_anywhere(tmp_path: Path) -> None:
    """Through failing calls, wrong answers, crashes and strangers, no secret leaves its place."""
    settings = {"BRIDGE_LOG__LEVEL": "debug", "BRIDGE_SERVER__STATUS_KEY": STATUS_KEY}
    async with world(tmp_path / "data", **settings) as running:
        await everything_goes_wrong(running)
        answers = await ask_everything(running)
        running.bridge.terminate()
        assert await running.bridge.wait() == 0
        assert len(running.bridge.output) > 50
        assert holders((line, line) for line in running.bridge.output) == []
        assert holders(answers) == []
        assert any('id="verdict"' in text for _, text in answers), "who has the key saw the page"
        check_calls_to_planfix(running)
        calls = ((call.method, str(call.params)) for call in running.telegram.calls)
        assert holders(calls) == []
    assert holders(files_in(tmp_path / "data")) == []


async def everything_goes_wrong(running: World) -> None:
    """Each side fails in every way while both of them talk."""
    telegram, planfix = running.telegram, running.planfix
    planfix.faults.add("reset_after", "newMessage")
    planfix.faults.add("status", "newMessage", code=500, body=ECHO)
    planfix.faults.add("status", "getTask", code=302, headers={"Location": f"http://x/{TOKEN}"})
    planfix.faults.add("garbage", "messageStatus", body=ECHO)
    planfix.faults.add("refuse", "messageStatus")
    for code in (404, 500, 302):
        telegram.faults.add("status", "getUpdates", code=code, body=ECHO)
        telegram.faults.add("status", "/file/", code=code, body=ECHO)
    telegram.faults.add("reset", "sendMessage")
    telegram.faults.add("status", "sendMessage", code=502, body=f"<html>{ECHO}")
    anna = telegram.add_customer("Анна")
    anna.start()
    anna.send_document(b"data", "a.txt")
    telegram.push_update({"message": {"chat": {"id": 7, "type": "private"}, "message_id": "x"}})
    telegram.push_update({"message": "no message"})
    await planfix.wait_for(lambda: len(planfix.accepted("newMessage")) >= 3, timeout=40)
    boris = telegram.add_customer("Борис")
    boris.send_text("Здравствуйте")
    await planfix.wait_for(lambda: str(boris.chat_id) in planfix.tasks, timeout=30)
    planfix.faults.add("status", "newMessage", code=400, body=f'{{"error": "bad {PLANFIX_KEY}"}}')
    boris.send_text("Это PlanFix не возьмёт")
    boris.block()
    for chat in (anna, boris):
        await planfix.answer(str(chat.chat_id), "Ответ", [("b.txt", b"data")])
    await planfix.answer("no chat", "Ответ")
    await planfix.wait_for(lambda: len(planfix.accepted("messageStatus")) >= 2, timeout=40)


async def ask_everything(running: World) -> list[tuple[str, str]]:
    """Every path of the bridge's server, by friends and strangers: its answers."""
    forms = [{"cmd": "newMessage", "token": WEBHOOK_KEY, "chatId": "x"}, {"token": PLANFIX_KEY}]
    links = [
        value
        for call in running.planfix.accepted("newMessage")
        for name, value in call.pairs
        if name == "attachments[url]"
    ]
    running.telegram.faults.add("status", "/file/", times=None, code=500, body=ECHO)
    urls = [*links, *(running.bridge.url + path for path in PATHS)]
    calls = [("GET", url, None) for url in urls]
    calls += [("POST", url, form) for url in urls for form in forms]  # type: ignore[misc]
    jar = aiohttp.CookieJar(unsafe=True)  # that is what aiohttp calls one for addresses like ours
    async with aiohttp.ClientSession(cookie_jar=jar) as http:
        await http.post(f"{running.bridge.url}/status/login", data={"key": STATUS_KEY})

        async def ask(method: str, url: str, form: dict[str, str] | None) -> tuple[str, str]:
            async with http.request(method, url, data=form, allow_redirects=False) as response:
                return f"{method} {url}", f"{response.headers} {await response.text()}"

        return await asyncio.gather(*(ask(*call) for call in calls))


def check_calls_to_planfix(running: World) -> None:
    """PlanFix's key is in its two fields alone; the other secrets are in none."""
    for call in running.planfix.calls:
        for name, value in call.pairs:
            if name in {"token", "planfix_token"}:
                assert value == PLANFIX_KEY
            else:
                assert holders([(name, name + value)]) == []


def files_in(folder: Path) -> list[tuple[str, str]]:
    """Every file that the bridge has written: the journal and the logs of its Valkey."""
    found = [path for path in folder.rglob("*") if path.is_file()]
    assert any(path.suffix == ".aof" for path in found)
    return [(str(path), path.read_bytes().decode("utf-8", "replace")) for path in found]

"""`python -m bot check`: says that all is well, or names each mistake and its fix."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web

import wrong_situations
from bot.checks.everything import NAMES, check_everything
from bot.checks.finding import State
from bot.settings.loader import load_settings, variable_of
from bot.store.embedded import EmbeddedValkey
from bot.store.store import connect
from bot.texts import checks_en
from bot.web.server import serving
from checking import SECRETS, WRONG, Place, run_check
from proxies import HttpProxy
from sandbox.planfix import PlanfixSandbox
from sandbox.telegram import TelegramSandbox
from support import PLANFIX_KEY, ROOT, TOKEN, WEBHOOK_KEY, World, world
from wrong_servers import Certificates

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def far_sides(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    """A Telegram, a PlanFix and a Redis for all tests."""
    folder = tmp_path_factory.mktemp("check")
    valkey = EmbeddedValkey(folder)
    await valkey.start()
    async with (
        TelegramSandbox(token=TOKEN) as telegram,
        PlanfixSandbox(token=PLANFIX_KEY, webhook_token=WEBHOOK_KEY) as planfix,
        connect(valkey.url) as redis,
    ):
        yield Place(telegram, planfix, redis, Certificates(folder), folder)
    await valkey.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def place(
    far_sides: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Place]:
    """Settings that are right, and far sides that are well."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bot.checks.updates.LISTEN_SECONDS", 0)
    monkeypatch.setenv("SSL_CERT_FILE", str(far_sides.certificates.authority))
    redis = far_sides.redis
    path = redis.connection_pool.connection_kwargs["path"]
    place = Place(far_sides.telegram, far_sides.planfix, redis, far_sides.certificates, tmp_path)
    place.fill(f"unix://{path}")
    yield place
    place.telegram.faults.clear()
    place.telegram.updates.clear()
    place.planfix.faults.clear()
    await place.telegram.webhook.delete()


async def test_everything_is_in_order(place: Place) -> None:
    """With right settings every check passes, in the order that is promised, and nothing stays."""
    code, told = await run_check(place)
    assert [each["name"] for each in told["checks"]] == list(NAMES)
    assert [each for each in told["checks"] if each["state"] != "ok" or each["fix"]] == []
    assert told["ok"] is True
    assert code == 0
    assert list(place.folder.iterdir()) == []


async def test_the_way_by_a_proxy_and_our_own_certificate(place: Place) -> None:
    """With a proxy, an own certificate and the embedded Valkey, everything passes too."""
    certificate, key = place.certificates.files("127.0.0.1", days=80)
    del place.settings["redis.url"]
    host = place.telegram.url.removeprefix("http://")
    proxy = HttpProxy("user", "p@ss", {host: ("127.0.0.1", int(host.partition(":")[2]))})
    async with proxy.listening():
        place.settings |= {
            "telegram.proxy": f"http://user:p%40ss@127.0.0.1:{proxy.port}",
            "server.tls_certificate": str(certificate),
            "server.tls_key": str(key),
            "server.public_url": place.settings["server.public_url"].replace("http:", "https:"),
        }
        code, told = await run_check(place)
    assert [each for each in told["checks"] if each["state"] != "ok"] == []
    assert "by the proxy" in str(told)
    assert code == 0
    assert list(place.folder.iterdir()) == []


async def test_there_are_enough_mistakes() -> None:
    """At least twenty-five wrong settings and situations are tried below."""
    assert wrong_situations
    assert len(WRONG) >= 25


@pytest.mark.parametrize("name", WRONG)
async def test_a_mistake_is_named_with_its_fix(
    place: Place, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Each mistake has a line that names it and its fix; other checks still have their say."""
    case = WRONG[name]
    if name == "other_poller":
        monkeypatch.setattr("bot.checks.updates.LISTEN_SECONDS", 6.0)
    if name == "api_hangs":
        monkeypatch.setattr("bot.checks.network.ANSWER_SECONDS", 1.0)
    async with case.spoil(place):
        code, told = await run_check(place)
        _, in_russian = await run_check(place, "ru")
    [finding] = [each for each in told["checks"] if each["name"] == case.check]
    text = f"{finding['message']} {finding['fix']}"
    assert finding["state"] == case.state, told
    assert [word for word in case.words if word not in text] == []
    assert finding["fix"]
    assert code == (1 if "failed" in {each["state"] for each in told["checks"]} else 0)
    assert told["ok"] is (code == 0)
    assert {each["name"] for each in told["checks"]} == set(NAMES)
    states = [(each["name"], each["state"]) for each in told["checks"]]
    assert [(each["name"], each["state"]) for each in in_russian["checks"]] == states
    assert not [each for each in in_russian["checks"] if each["fix"].isascii() and each["fix"]]


async def test_a_full_disk_is_told(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too little room is told with how much there is."""
    monkeypatch.setattr("bot.checks.machine.LEAST_FREE", 10**18)
    code, told = await run_check(place)
    [disk] = [each for each in told["checks"] if each["name"] == "disk"]
    assert "MB free" in disk["message"]
    assert "200 MB" in disk["fix"]
    assert code == 1


async def test_the_port_is_free_again_before_check_ends(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bridge that starts while `check` still looks for another poller gets its port."""
    monkeypatch.setattr("bot.checks.updates.LISTEN_SECONDS", 6.0)
    for key, value in place.settings.items():
        monkeypatch.setenv(variable_of(key), value)
    settings = load_settings()
    async with aclosing(check_everything(settings, checks_en.CHECKS)) as findings:
        async for finding in findings:
            if finding.name == "public_address":
                break
        assert finding.state is State.OK
        async with serving(web.Application(), settings.server) as port:
            assert port == settings.server.port


async def test_no_update_is_acknowledged(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking for another poller leaves every update, and which kinds are wanted, as they were."""
    monkeypatch.setattr("bot.checks.updates.LISTEN_SECONDS", 1.5)
    place.telegram.updates.remember_allowed(["message", "message_reaction"])
    place.telegram.add_customer("Анна").send_text("Здравствуйте")
    before = dict(place.telegram.updates.pending)
    code, _ = await run_check(place)
    assert code == 0
    assert place.telegram.updates.pending == before
    assert place.telegram.updates.allowed == ["message", "message_reaction"]


async def command(running: World, *arguments: str) -> tuple[int, str]:
    """The real command with the bridge's own settings: its exit code, and what it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "check",
        *arguments,
        cwd=ROOT,
        env=running.bridge.environment | {"LC_ALL": "ru_RU.UTF-8"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, errors = await process.communicate()
    assert errors == b""
    assert process.returncode is not None
    return process.returncode, said.decode()


async def test_beside_a_running_bridge(tmp_path: Path) -> None:
    """The real command finds the running bridge in order, in Russian, and does not disturb it."""
    async with world(tmp_path) as running:
        code, said = await command(running)
        assert code == 0, said
        assert said.count("✓") == len(NAMES)
        assert "Всё в порядке." in said
        assert not [secret for secret in SECRETS if secret in said]
        told = json.loads((await command(running, "--json", "--language", "en"))[1])
        assert "The bridge is running" in str(told)
        for query in ("", "?challenge=short", "?challenge=" + "я" * 20):
            assert (await running.bridge.get(f"/probe{query}"))[0] == 400
        running.telegram.add_customer("Анна").send_text("Здравствуйте")
        await running.planfix.wait_for(lambda: bool(running.planfix.accepted("newMessage")))
        events = [event["event"] for event in running.bridge.events]
        assert "telegram.polling_failed" not in events

"""PlanFix or Telegram or both are away, broken, slow or talk nonsense."""

import asyncio

from chaos.cases.case import Act, Case, Dice, expect, until
from chaos.load import CUSTOMERS
from chaos.stage import Stage
from sandbox.faults import Faults, Kind

_PAGE = "<html><body>Bad Gateway</body></html>"
_STATUSES = (500, 502, 503, 429, 404, 302)
_BREAKS: tuple[Kind, ...] = (
    "refuse", "hang_before", "hang_after", "reset", "reset_after", "slow", "garbage",
)  # fmt: skip


def _sides(stage: Stage, which: str) -> list[Faults]:
    by_name = {"planfix": stage.planfix.faults, "telegram": stage.telegram.faults}
    return list(by_name.values()) if which == "both" else [by_name[which]]


async def _refuse(stage: Stage, which: str, seconds: float) -> None:
    if which != "telegram":
        await stage.planfix.stop_listening()
    if which != "planfix":
        await stage.telegram.stop_listening()
    await asyncio.sleep(seconds)
    await stage.planfix.start_listening()
    await stage.telegram.start_listening()


def refusing(which: str) -> Act:
    """Nobody listens, for the whole time."""

    async def act(stage: Stage, _: Dice, seconds: float) -> None:
        await _refuse(stage, which, seconds)

    return act


def answering_errors(which: str) -> Act:
    """Error pages and error codes, one after the other, each for a while."""

    async def act(stage: Stage, dice: Dice, seconds: float) -> None:
        for code in dice.sample(_STATUSES, len(_STATUSES)):
            for faults in _sides(stage, which):
                headers = {"Retry-After": "1"} if code in {429, 503} else {}
                if code == 302:
                    headers = {"Location": "https://planfix.example/maintenance"}
                faults.add(
                    "status", times=None, code=code, body=_PAGE, content_type="text/html",
                    headers=headers,
                )  # fmt: skip
            await asyncio.sleep(seconds / len(_STATUSES))
            for faults in _sides(stage, which):
                faults.clear()

    return act


def breaking(which: str) -> Act:
    """Connections that break, hang, crawl, and answers that say nothing, among good ones."""

    async def act(stage: Stage, dice: Dice, seconds: float) -> None:
        for left in until(seconds):
            for faults in _sides(stage, which):
                kind = dice.choice(_BREAKS)
                body = _PAGE if kind == "garbage" else ""
                faults.add(
                    kind, times=dice.randint(1, 20), seconds=dice.uniform(0.1, 3),
                    body=body, content_type="text/html",
                )  # fmt: skip
            await asyncio.sleep(min(left, dice.uniform(0.5, 2)))
            for faults in _sides(stage, which):
                faults.clear()

    return act


async def flood(stage: Stage, dice: Dice, seconds: float) -> None:
    """Telegram answers 429 to many calls, with pauses of one to three seconds."""
    for left in until(seconds):
        for _ in range(dice.randint(1, 20)):
            method = dice.choice(["sendMessage", "sendMessage", "sendMessage", "getUpdates"])
            stage.telegram.too_many_requests(method, retry_after=dice.randint(1, 3))
        await asyncio.sleep(min(left, dice.uniform(0.5, 2)))


async def wrong_key(stage: Stage, _: Dice, seconds: float) -> None:
    """PlanFix answers 401 for a while: the bridge waits and shouts."""
    begun = len(stage.bridge.events)
    stage.planfix.faults.add(
        "status", times=None, code=401, body='{"error": "Invalid token"}',
        content_type="application/json",
    )  # fmt: skip
    await asyncio.sleep(seconds)
    stage.planfix.faults.clear()
    shouts = [
        event for event in stage.bridge.events[begun:]
        if event.get("level") == "error" and "planfix.token" in str(event.get("reason"))
    ]  # fmt: skip
    expect(shouts, "the bridge does not say that its key is wrong")


def returning(which: str) -> Act:
    """While the far side is away a few probes go out; on its return there is no stampede."""

    async def act(stage: Stage, _: Dice, seconds: float) -> None:
        side = stage.planfix if which == "planfix" else stage.telegram
        side.faults.add("status", times=None, code=503, body="maintenance")
        await asyncio.sleep(seconds)
        asked, heard = side.faults.count("status"), len(side.calls)
        side.faults.clear()
        lanes = 2
        expect(
            asked <= lanes * (CUSTOMERS + seconds / 2 + 5),
            f"{asked} calls to a far side that was away for {seconds:.0f} s",
        )
        await side.wait_for(lambda: len(side.calls) > heard, timeout=30)
        back = side.calls[heard].time
        await asyncio.sleep(1)
        calls = [call for call in side.calls[heard:] if call.time <= back + 1]
        stage.notes.append(
            f"{asked} calls in {seconds:.0f} s of absence; {len(calls)} in the second after "
            "the first probe that got through"
        )

    return act


async def one_bad_chat(stage: Stage, dice: Dice, seconds: float) -> None:
    """Telegram fails for one chat alone: the others' answers are not delayed."""
    bad = dice.choice(stage.load.customers).chat_id
    stage.telegram.fail_next(
        "sendMessage", 500, "Internal Server Error", chat_id=bad, times=4 if seconds < 20 else 6
    )
    await asyncio.sleep(seconds)
    delays = [
        delivery.at - stage.planfix.message(delivery.text).time
        for chat, got in stage.telegram.deliveries().items()
        if chat != str(bad)
        for delivery in got
    ]
    stage.notes.append(f"longest delay of another chat's answer: {max(delays):.2f} s")
    expect(max(delays) < 5, f"another chat's answer took {max(delays):.1f} s")


CASES = [
    # Several times the longest pause before a probe; and longer than any chat's own pause.
    Case("planfix refuses", refusing("planfix"), floor=40),
    Case("telegram refuses", refusing("telegram"), floor=40),
    Case("both refuse", refusing("both"), floor=75),
    Case("planfix answers errors", answering_errors("planfix"), floor=12),
    Case("telegram answers errors", answering_errors("telegram"), floor=12),
    Case("both answer errors", answering_errors("both"), floor=12),
    Case("planfix breaks", breaking("planfix"), floor=8),
    Case("telegram breaks", breaking("telegram"), floor=8),
    Case("both break", breaking("both"), floor=8),
    Case("telegram: 429 storm", flood, floor=5),
    Case("planfix: wrong key", wrong_key, floor=4),
    Case("planfix: its return", returning("planfix"), floor=8),
    Case("telegram: its return", returning("telegram"), floor=8),
    Case("telegram: one bad chat", one_bad_chat, floor=8),
]

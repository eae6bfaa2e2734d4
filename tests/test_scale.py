"""How far the bridge goes: the stores that are filled, the simulation, the reckoning, the page."""

from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from aiogram.types import User

from benchmarks.contents import PREFIX, know, know_phones, let_wait, store_in
from benchmarks.far_side.process import far_side
from benchmarks.far_side.traffic import FIRST_CHAT, writer
from benchmarks.figures import backlog
from benchmarks.scale.agreement import Point
from benchmarks.scale.capacity import SIZES, Habits, Machine, Size, cost_at, needs_of
from benchmarks.scale.constants import Constants, Use
from benchmarks.scale.page import PageError, quick_tables, with_tables
from benchmarks.scale.plot import Axis, Series, draw
from benchmarks.scale.tables import agreement_table
from benchmarks.simulation.machine import Costs
from benchmarks.simulation.runs import Load, simulate
from bot.chats.chats import Chats
from bot.journal.entries import ChatKey
from bot.journal.journal import Journal
from bot.journal.lanes import PLANFIX
from bot.to_planfix.people import card_digest
from support import ROOT

COSTS = Costs(
    bridge_store=0.0001,
    bridge_handle=0.0008,
    bridge_call=0.0002,
    valkey_message=0.00002,
    valkey_call=0.00003,
    far_message=0.0001,
    fsync=[0.0002, 0.0003, 0.002],
)
CROWD = Load(messages=600, chats=60)


def use(calls: float, bridge: float, valkey: float) -> Use:
    """What a message takes that needs so many calls, at so much for each message and call."""
    return Use(
        bridge=bridge + COSTS.bridge_call * calls,
        valkey=valkey + COSTS.valkey_call * calls,
        far_side=COSTS.far_message,
        round_trips=calls,
        commands=20,
        disk_bytes=1000,
        disk_writes=calls / 2,
        redis_seconds=0.0002 * calls,
    )


def constants() -> Constants:
    """What would be measured if `COSTS` were true."""
    bridge = COSTS.bridge_store + COSTS.bridge_handle
    return Constants(
        machine="a machine of the tests",
        cores=2,
        full=use(0.2, bridge, COSTS.valkey_message),
        light=use(5, bridge, COSTS.valkey_message),
        answers=use(1, 2 * bridge, COSTS.valkey_message),
        storing=use(0.1, COSTS.bridge_store, COSTS.valkey_message),
        fsync=list(COSTS.fsync),
        megabytes={"bridge": 180.0, "valkey": 10.0},
        bytes={
            "chat_bytes": 270.0,
            "said_bytes": 450.0,
            "said_more_bytes": 190.0,
            "waiting_bytes": 1000.0,
            "seen_bytes": 80.0,
        },
        points={"in_rate": 1000.0},
    )


async def test_filled_stores_hold_what_the_bridge_writes(tmp_path: Path) -> None:
    """The bridge's own classes find each chat, its phone number and each waiting message."""
    async with store_in(tmp_path) as redis:
        await know(redis, 30)
        await know_phones(redis, 30)
        await let_wait(redis, messages=60, chats=20, first_number=1)
        chats, journal = Chats(redis, PREFIX), Journal(redis, PREFIX)
        key = ChatKey(str(FIRST_CHAT + 29))
        card = (await chats.load(key)).card
        found = await chats.find_by_phone(f"+79{FIRST_CHAT + 29:09d}")
        leases, _ = await journal.claim(PLANFIX, chats=100)

    assert card == card_digest(User(**writer(FIRST_CHAT + 29)))
    assert found == key
    assert [len(lease.entries) for lease in leases] == [3] * 20


async def test_a_waiting_back_log_is_drained_in_order() -> None:
    """A real bridge hands on all that it finds stored, and the figure counts it."""
    async with far_side() as far:
        values = await backlog.measure(far, quick=True)
    assert values["drain_lost"] == values["drain_disordered"] == 0
    assert values["drain_rate"] > 0


@pytest.mark.parametrize(
    "load",
    [
        CROWD,
        replace(CROWD, answer=0.05, bridges=2),
        replace(CROWD, stored=True),
        replace(CROWD, messages=100, per_second=100),
    ],
)
def test_the_simulated_bridge_keeps_its_promises(load: Load) -> None:
    """Everything arrives once, and in order within each chat."""
    outcome = simulate(COSTS, load, cores=2, seed=1)
    by_chat = defaultdict(list)
    for message in outcome.messages:
        by_chat[message.chat].append(message.number)
    assert sorted(message.number for message in outcome.messages) == list(range(load.messages))
    assert all(numbers == sorted(numbers) for numbers in by_chat.values())


def test_a_seed_decides_a_simulated_run() -> None:
    """The same seed gives the same times, another one gives others."""
    one, same, other = (simulate(COSTS, CROWD, cores=2, seed=seed) for seed in (1, 1, 2))
    assert one == same
    assert one.messages != other.messages


def test_the_simulation_stays_within_its_limits() -> None:
    """A core's time bounds one process, and the answer time × chats in hand a waiting one."""
    fast = simulate(COSTS, CROWD, cores=8, seed=1)
    slow = Load(messages=1000, chats=1000, answer=0.5)
    one, two = (
        simulate(COSTS, replace(slow, bridges=bridges), cores=8, seed=1).rate for bridges in (1, 2)
    )
    assert 0.8 / 0.0009 < fast.rate < 1.1 / 0.0009
    assert 150 < one < 200 * 1.2
    assert 1.7 < two / one < 2.2


def test_little_to_do_shares_no_calls() -> None:
    """At a light load each message pays for its calls; in a crowd hundreds share them."""
    light = simulate(COSTS, Load(100, 50, per_second=20), cores=2, seed=1)
    crowd = simulate(COSTS, CROWD, cores=2, seed=1)
    assert light.calls / 100 >= 2  # one to store, one to settle
    assert crowd.calls / CROWD.messages < 0.2
    assert light.latency(50) < 0.01


def test_two_loads_tell_a_message_from_its_calls() -> None:
    """The costs that were put into the measurements come out of them."""
    costs = constants().costs()
    for name in ("bridge_store", "bridge_handle", "bridge_call", "valkey_message", "valkey_call"):
        assert getattr(costs, name) == pytest.approx(getattr(COSTS, name))


def test_measurements_that_contradict_each_other_are_refused() -> None:
    """Where a busy machine made a lone message cheaper than one of many, nothing is reckoned."""
    measured = constants()
    with pytest.raises(ValueError, match="took longer under full load"):
        replace(measured, light=replace(measured.light, bridge=0.0)).costs()


def test_constants_outlive_their_file(tmp_path: Path) -> None:
    """What is saved is what is loaded."""
    constants().save(tmp_path / "constants.json")
    assert Constants.load(tmp_path / "constants.json") == constants()


def test_needs_grow_with_chats_and_bots() -> None:
    """Chats take memory in Redis, bots take processes, and a crowded bot meets Telegram's limit."""
    small, large, many = (
        needs_of(Size("", bots, chats), constants(), Habits(), Machine())
        for bots, chats in ((1, 100_000), (1, 10_000_000), (1_000, 10_000_000))
    )
    assert large.redis_gigabytes == pytest.approx(100 * small.redis_gigabytes)
    assert many.redis_gigabytes == pytest.approx(large.redis_gigabytes)
    assert many.process_gigabytes == pytest.approx(1_000 * large.process_gigabytes)
    assert many.first_limit == "memory of the machines"
    assert large.shares["Telegram's 30/s of a bot"] > 1
    assert large.questions / large.answers == pytest.approx(1.5)


def test_a_crowded_bot_pays_less_for_a_message() -> None:
    """Up to 40/s a message costs what it does at 40/s; at the fastest rate, what it does there."""
    measured = constants()
    assert cost_at(1, measured)[0] == cost_at(40, measured)[0] == measured.light
    assert cost_at(5000, measured)[0].bridge == pytest.approx(measured.full.bridge)
    assert cost_at(5000, measured)[1].bridge == pytest.approx(measured.answers.bridge)


def test_the_page_says_what_the_constants_say() -> None:
    """No table of the page is older than the constants, and each size is in it."""
    page = (ROOT / "docs" / "scale.md").read_text()
    assert with_tables(page, quick_tables(Constants.load())) == page
    assert all(f"| {size.name} |" in page for size in SIZES)


def test_a_table_needs_a_place() -> None:
    """A page without the marks of a table is not silently left as it is."""
    with pytest.raises(PageError, match="limits"):
        with_tables("<!-- sizes: written by make scale -->\n<!-- end -->\n", {"limits": "…"})


def test_agreement_is_told_with_its_error() -> None:
    """A prediction that is a tenth too low is shown so."""
    assert "| rate | 100 /s | 90 /s | −10% |" in agreement_table([Point("rate", "/s", 100, 90)])


def test_the_plot_is_an_image() -> None:
    """The picture is an SVG whose lines stay within its axes."""
    axis = Axis("x < y", (1, 10, 100))
    series = [Series("a & b", 0, [(1, 1), (100, 100)]), Series("p", 1, [(10, 10)], points=True)]
    picture = ET.fromstring(draw("Title", "Subtitle", axis, axis, series))  # noqa: S314 - our own
    line = picture.find("{*}polyline")
    assert line is not None
    assert line.get("points") == "70.0,420.0 640.0,84.0"
    assert len(picture.findall("{*}circle")) == 2

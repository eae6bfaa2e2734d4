"""The benchmark: it runs, it counts what happens, and it shows what it has counted."""

import asyncio
import json
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from benchmarks.counting import disordered, first_times, percentile, repeated
from benchmarks.far_side.process import far_side
from benchmarks.far_side.wire import Client
from benchmarks.figures import COMPARED
from benchmarks.figures.figure import Aim, Row
from benchmarks.page import PageError, with_figures
from benchmarks.picture import draw
from benchmarks.runner import Results, turns
from benchmarks.table import render, spread, verdict
from support import ROOT

SOME = [(1.0, 7, 1), (2.0, 8, 2), (3.0, 7, 5), (4.0, 7, 3), (5.0, 8, 4), (6.0, 7, 5)]
"""Arrivals: number 3 of chat 7 comes after number 5, and number 5 comes twice."""


def measured(**values: tuple[float, float]) -> Results:
    """Results of one round: of bare and of ours, for some rows."""
    bare = {key: pair[0] for key, pair in values.items()}
    ours = {key: pair[1] for key, pair in values.items()}
    return Results(compared=[{"bare": bare, "ours": ours}])


def test_arrivals_are_counted() -> None:
    """What comes late or twice within a chat is counted once; other chats do not matter."""
    assert disordered(SOME) == 1
    assert repeated(SOME) == 1
    assert first_times(SOME)[5] == 3.0


@pytest.mark.parametrize(("percent", "value"), [(0, 1), (50, 50), (99, 99), (100, 100)])
def test_percentiles_are_values_that_were_measured(percent: int, value: int) -> None:
    """A percentile is the smallest value that so many percent do not exceed."""
    assert percentile(range(1, 101), percent) == value


def test_bridges_take_turns() -> None:
    """Each round begins with the bridge that ended the round before."""
    assert list(turns(3)) == [("bare", "ours"), ("ours", "bare"), ("bare", "ours")]


def test_an_aim_is_held_against_the_median() -> None:
    """One round that is better or worse than the aim decides nothing."""
    row = Row("x", "x", aim=Aim("≤", 0.5))
    assert verdict(row, [0.1, 0.4, 9.0]) == "✓"
    assert verdict(row, [0.1, 0.6, 0.7]) == "✗"
    assert spread([0.1, 0.4, 9.0]) == "0.40 (0.10–9)"


def test_the_table_has_what_was_measured_and_no_more() -> None:
    """A row has bare's value, ours, their ratio, the aim, and whether it is met."""
    table = render(measured(in_rate=(1000, 1600), in_disordered=(6, 0)), COMPARED, ())
    lines = table.splitlines()
    assert len(lines) == 3
    assert lines[1].split()[-6:] == ["1,000", "1,600", "1.60", "≥", "1.5", "✓"]
    assert lines[2].split()[-5:] == ["6", "0", "≤", "0", "✓"]


def test_the_picture_shows_every_ratio_with_an_aim() -> None:
    """The SVG is well-formed, and names both values and the ratio of each such row."""
    results = measured(in_rate=(1000, 1600), in_cpu=(1, 2), steady_p99=(2, 100))
    svg = ET.fromstring(draw(results, COMPARED))  # noqa: S314 - our own
    words = " ".join(text.text or "" for text in svg.iter("{http://www.w3.org/2000/svg}text"))
    assert "1,600 /s  ×1.60" in words
    assert "100 ms  ×50" in words
    assert "processor" not in words


def test_figures_replace_those_of_the_page_before() -> None:
    """What people wrote around the figures stays; a page without a place for them is an error."""
    page = "before\n<!-- figures: written by make bench -->\nold\n<!-- end of figures -->\nafter\n"
    once = with_figures(page, "new")
    assert with_figures(once, "new") == once
    assert once.startswith("before\n")
    assert once.endswith("after\n")
    assert "new" in once
    assert "old" not in once
    with pytest.raises(PageError):
        with_figures("a page", "new")


def test_the_page_of_the_documentation_has_a_place_for_figures() -> None:
    """`make bench` can write into docs/bench.md."""
    assert "new" in with_figures((ROOT / "docs" / "bench.md").read_text(), "new")


async def test_the_far_side_hands_out_updates_until_they_are_acknowledged() -> None:
    """Updates wait behind the gate, come in their order, and come again until acknowledged."""
    async with far_side() as far:
        client = await Client.connect(far.telegram_port)
        await far.stage.hold(messages=3, chats=2)
        assert await updates(client, offset=0) == []
        await far.stage.release()
        assert await updates(client, offset=0) == [1, 2, 3]
        assert await updates(client, offset=3) == [3]
        assert await updates(client, offset=4) == []
        waiting = asyncio.create_task(updates(client, offset=4, seconds=30))
        await far.stage.write(rate=1000, seconds=0.001, chats=2)
        assert await waiting == [4]
        client.close()


async def test_the_far_side_notes_what_arrives() -> None:
    """Messages are noted with chat and number, in the order in which they came."""
    async with far_side() as far, far_side() as operators:
        await operators.stage.post(url=far.planfix_url, messages=5, chats=2, at_once=1)
        assert await far.stage.reach(what="messages", messages=5, seconds=5)
        arrivals = await far.stage.arrivals(what="messages")
        assert [number for _, _, number in arrivals] == [1, 2, 3, 4, 5]
        assert len({chat for _, chat, _ in arrivals}) == 2
        assert not await far.stage.reach(what="messages", messages=6, seconds=0.01)
        await far.stage.reset()
        assert await far.stage.arrivals(what="messages") == []


@pytest.mark.timeout(300)  # four processes start, on whatever machine this is
async def test_both_bridges_are_measured(tmp_path: Path) -> None:
    """A quick run carries all both ways, by both bridges, loses nothing, and can be read again."""
    found = tmp_path / "found.json"
    figures = ("--only", "queued", "posted", "memory")
    said = await benchmarks("--quick", "--rounds", "1", *figures, "--json", str(found))
    assert "customer → PlanFix, 3,000 queued texts of 300 chats" in said
    assert said.endswith(await benchmarks("--read", str(found)))
    [values] = json.loads(found.read_text())["compared"]
    for name in ("bare", "ours"):
        assert values[name]["in_lost"] == values[name]["out_lost"] == 0
        assert values[name]["in_repeated"] == values[name]["out_repeated"] == 0
        assert values[name]["in_rate"] > 0
        assert values[name]["answer_p99"] >= values[name]["answer_p50"] > 0
        assert values[name]["end_memory"] > 10
    assert values["ours"]["in_disordered"] == 0


async def benchmarks(*arguments: str) -> str:
    """What the program says."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks", *arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    assert process.returncode == 0
    return said.decode()


async def updates(client: Client, *, offset: int, seconds: int = 0) -> list[int]:
    """The ids of what a call of getUpdates gives."""
    _, body = await client.post("/bot1/getUpdates", f"offset={offset}&timeout={seconds}".encode())
    return [update["update_id"] for update in json.loads(body)["result"]]

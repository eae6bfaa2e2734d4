"""Writes what follows from the constants into `docs/scale.md`, and draws `docs/scale.svg`."""

from pathlib import Path
from typing import Final

from benchmarks.scale import tables
from benchmarks.scale.agreement import SEED, compare
from benchmarks.scale.capacity import Habits, Machine
from benchmarks.scale.constants import Constants
from benchmarks.scale.plot import Axis, Series, draw
from benchmarks.simulation.runs import Load, simulate

_ANSWERS_MS: Final = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)
_RATES: Final = (30.0, 100.0, 300.0, 1000.0, 3000.0, 10_000.0)
_BRIDGES: Final = (1, 2, 4)
_ENOUGH_CORES: Final = 8
_MESSAGES: Final = 3_000
_CHATS: Final = 1_000
_END: Final = "<!-- end -->\n"


class PageError(Exception):
    """The page has no place for a table."""


def quick_tables(constants: Constants) -> dict[str, str]:
    """The tables that take no simulation, by the names of their places."""
    return {
        "machine": f"```text\n{constants.machine}\n```",
        "constants": tables.constants_table(constants),
        "memory": tables.memory_table(constants),
        "limits": tables.limits_table(constants),
        "sizes": tables.sizes_table(constants, Habits(), Machine()),
    }


def with_tables(page: str, found: dict[str, str]) -> str:
    """`page` with tables in place of those that it had.

    Raises:
        PageError: It has no place for one of them.
    """
    for name, table in found.items():
        before, begin, rest = page.partition(f"<!-- {name}: written by make scale -->\n")
        _, end, after = rest.partition(_END)
        if not begin or not end:
            raise PageError(f"no place for the table «{name}»")
        page = f"{before}{begin}\n{table}\n\n{end}{after}"
    return page


def write(constants: Constants, folder: Path) -> None:
    """Put the tables and the picture into the folder with `scale.md`."""
    page = folder / "scale.md"
    found = quick_tables(constants)
    found["agreement"] = tables.agreement_table(compare(constants))
    page.write_text(with_tables(page.read_text(), found))
    (folder / "scale.svg").write_text(picture(constants))


def picture(constants: Constants) -> str:
    """How many messages go through, by how long PlanFix takes to answer."""
    points = constants.points
    series = [
        *(
            Series(_title(bridges), place, _line(constants, bridges, _ENOUGH_CORES))
            for place, bridges in enumerate(_BRIDGES)
        ),
        *(
            Series(
                f"{_title(bridges)}, measured machine",
                place,
                _line(constants, bridges, constants.cores),
                dashed=True,
            )
            for place, bridges in enumerate(_BRIDGES[:2])
        ),
        Series("one process, measured", 0, [(50, points["pair_one"])], points=True),
        Series("2 processes, measured", 1, [(50, points["pair_two"])], points=True),
    ]
    return draw(
        "Customers' messages per second, by PlanFix's answer time",
        f"Lines: the simulation, on {_ENOUGH_CORES} cores; dashed: on the {constants.cores} of "
        "the measured machine, which its servers share. Circles: measured.",
        Axis("PlanFix's answer time, ms", _ANSWERS_MS),
        Axis("messages per second", _RATES),
        series,
    )


def _title(bridges: int) -> str:
    return "one process" if bridges == 1 else f"{bridges} processes"


def _line(constants: Constants, bridges: int, cores: int) -> list[tuple[float, float]]:
    rates = []
    for answer in _ANSWERS_MS:
        load = Load(_MESSAGES, _CHATS, answer=answer / 1000, bridges=bridges)
        rates.append((answer, simulate(constants.costs(), load, cores=cores, seed=SEED).rate))
    return rates

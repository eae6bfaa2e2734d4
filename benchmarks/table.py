"""The tables that a run prints: medians, and in brackets the smallest and the largest value."""

from collections.abc import Callable, Iterable, Sequence
from statistics import median

from .figures.figure import Alone, Compared, Row
from .runner import Results

_COMPARED_HEAD = ("", "bare", "ours", "ours ÷ bare", "aim", "")
_ALONE_HEAD = ("", "ours", "aim", "")


def render(results: Results, compared: Sequence[Compared], alone: Sequence[Alone]) -> str:
    """The machine, what the servers can do, and both tables with the rows that were measured."""
    tables = [
        results.machine,
        _servers(results),
        _table(_COMPARED_HEAD, compared, lambda row: _compared_line(row, results)),
        _table(_ALONE_HEAD, alone, lambda row: _alone_line(row, results)),
    ]
    return "\n\n".join(table for table in tables if table)


def _servers(results: Results) -> str:
    if not results.servers:
        return ""
    planfix, telegram = (number(results.servers[f"{n}_most"]) for n in ("planfix", "telegram"))
    return (
        f"The servers alone, asked by a process that does nothing else, answer at least\n"
        f"{planfix} calls/s as PlanFix and {telegram} calls/s as Telegram."
    )


def ratios(pairs: Iterable[tuple[float, float]]) -> list[float]:
    """Ours ÷ bare of each round; rounds in which bare had 0 have none."""
    return [ours / bare for bare, ours in pairs if bare]


def spread(values: Sequence[float]) -> str:
    """The median, and the range if there is one."""
    if not values:
        return ""
    low, high = number(min(values)), number(max(values))
    middle = number(median(values))
    return middle if low == high else f"{middle} ({low}–{high})"


def number(value: float) -> str:
    """A number with three digits that say something, or whole with separators."""
    size = abs(value)
    if size >= 100 or value == int(value):  # noqa: PLR2004 - three digits before the point
        return f"{value:,.0f}"
    return f"{value:.1f}" if size >= 10 else f"{value:.2f}"  # noqa: PLR2004 - two digits before it


def verdict(row: Row, values: Sequence[float]) -> str:
    """Whether the median is as it should be."""
    if row.aim is None or not values:
        return ""
    return "✓" if row.aim.met(median(values)) else "✗"


def _compared_line(row: Row, results: Results) -> tuple[str, ...] | None:
    pairs = results.pairs(row.key)
    if not pairs:
        return None
    bare, ours = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    judged = ours if row.own else ratios(pairs)
    return (
        _title(row),
        spread(bare),
        spread(ours),
        "" if row.own else spread(ratios(pairs)),
        str(row.aim or ""),
        verdict(row, judged),
    )


def _alone_line(row: Row, results: Results) -> tuple[str, ...] | None:
    values = results.values(row.key)
    if not values:
        return None
    return _title(row), spread(values), str(row.aim or ""), verdict(row, values)


def _title(row: Row) -> str:
    return f"{row.title}, {row.unit}" if row.unit else row.title


def _table(
    head: tuple[str, ...],
    figures: Iterable[Compared | Alone],
    line: Callable[[Row], tuple[str, ...] | None],
) -> str:
    lines = [found for figure in figures for row in figure.rows if (found := line(row))]
    if not lines:
        return ""
    rows = [head, *lines]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )

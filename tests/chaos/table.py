"""The table that a run prints."""

from collections.abc import Iterable

from chaos.runner import Result

_HEAD = ("case", "messages", "kills", "lost", "disordered", "repeated", "drained in", "")


def render(results: Iterable[Result]) -> str:
    """A table in text; cases that were played several times are one line."""
    rows = [_HEAD, *(_row(name, runs) for name, runs in _by_case(results).items())]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _by_case(results: Iterable[Result]) -> dict[str, list[Result]]:
    runs: dict[str, list[Result]] = {}
    for result in results:
        runs.setdefault(result.case, []).append(result)
    return runs


def _row(name: str, runs: list[Result]) -> tuple[str, ...]:
    return (
        name if len(runs) == 1 else f"{name} ×{len(runs)}",
        str(sum(run.findings.messages for run in runs)),
        str(sum(run.kills for run in runs)),
        str(sum(run.findings.lost for run in runs)),
        str(sum(run.findings.disordered for run in runs)),
        str(sum(run.findings.repeated for run in runs)),
        f"{max(run.drain for run in runs):.1f} s",
        "" if all(run.good for run in runs) else "BROKEN",
    )

"""The picture of a run: an SVG in which bare is 1 everywhere, and ours is beside it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final
from xml.sax.saxutils import escape

from .figures.figure import Aim, Compared, Row
from .runner import Results
from .table import number, ratios

_WIDTH: Final = 900
_LEFT: Final = 20
_BARS: Final = 40
_RIGHT: Final = 660
_NUMBERS: Final = 680
_ROW: Final = 74
_TOP: Final = 64
_BAR: Final = 12
_LONGEST: Final = 3.0
"""Times bare's length; what is longer is cut off, and its number says so."""

_STYLE: Final = """
  text { font: 13px system-ui, sans-serif; fill: #1f2937 }
  .head { font-size: 17px; font-weight: 600 }
  .soft { fill: #6b7280; font-size: 12px }
  .page { fill: #ffffff }
  .bare { fill: #9ca3af }
  .ours { fill: #2563eb }
  .missed { fill: #d97706 }
  .range { stroke: #111827; stroke-width: 1.5 }
  .aim { stroke: #059669; stroke-width: 2; stroke-dasharray: 3 2 }
  .aim-text { fill: #047857; font-size: 11px }
  @media (prefers-color-scheme: dark) {
    text { fill: #e5e7eb }
    .soft { fill: #9ca3af }
    .page { fill: #0f172a }
    .bare { fill: #64748b }
    .ours { fill: #60a5fa }
    .missed { fill: #f59e0b }
    .range { stroke: #f8fafc }
    .aim { stroke: #34d399 }
    .aim-text { fill: #34d399 }
  }
"""


@dataclass(frozen=True, slots=True)
class _Comparison:
    """A row that has a ratio and an aim for it."""

    row: Row
    aim: Aim
    bare: float
    ours: float
    ratios: Sequence[float]


def draw(results: Results, figures: Sequence[Compared]) -> str:
    """An SVG of the rows that were measured; the bars are medians, the lines on them ranges."""
    shown = list(_comparisons(results, figures))
    height = _TOP + _ROW * len(shown) + 10
    size = f'viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="Ours, bare">',
        f"<style>{_STYLE}</style>",
        f'<rect class="page" width="{_WIDTH}" height="{height}" rx="8"/>',
        _text(_LEFT, 28, "The bridge beside one without a store", "head"),
        _text(_LEFT, 48, _legend(results), "soft"),
        *(line for n, one in enumerate(shown) for line in _row(one, _TOP + n * _ROW)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _legend(results: Results) -> str:
    return (
        "Grey: bare. Blue: ours, orange where it misses the aim, which is green. "
        f"Medians and ranges of {len(results.compared)} rounds; "
        f"cut off at {_LONGEST:g} times bare."
    )


def _comparisons(results: Results, figures: Sequence[Compared]) -> Iterator[_Comparison]:
    for row in (row for figure in figures for row in figure.rows if row.aim and not row.own):
        pairs = results.pairs(row.key)
        if row.aim and (found := ratios(pairs)):
            bare, ours = median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)
            yield _Comparison(row, row.aim, bare, ours, found)


def _row(one: _Comparison, top: float) -> Iterator[str]:
    middle = median(one.ratios)
    better = "more is better" if one.aim.sign == "≥" else "less is better"
    yield _text(_LEFT, top + 14, one.row.title.strip())
    yield _text(_WIDTH - _LEFT, top + 14, better, "soft", anchor="end")
    yield _bar("bare", top + 22, 1)
    yield _label(top + 22, f"{number(one.bare)} {one.row.unit}")
    yield _bar("ours" if one.aim.met(middle) else "missed", top + 38, middle)
    low, high, level = _x(min(one.ratios)), _x(max(one.ratios)), top + 38 + _BAR / 2
    yield f'<line class="range" x1="{low:.1f}" y1="{level}" x2="{high:.1f}" y2="{level}"/>'
    ours = f"{number(one.ours)} {one.row.unit}  ×{number(middle)}"
    yield _label(top + 38, ours)
    aim = _x(one.aim.bound)
    yield f'<line class="aim" x1="{aim:.1f}" y1="{top + 19}" x2="{aim:.1f}" y2="{top + 54}"/>'
    yield _text(aim + 4, top + 62, f"aim {one.aim}", "aim-text")


def _x(ratio: float) -> float:
    return _BARS + min(ratio, _LONGEST) / _LONGEST * (_RIGHT - _BARS)


def _bar(kind: str, top: float, ratio: float) -> str:
    width = _x(ratio) - _BARS
    return f'<rect class="{kind}" x="{_BARS}" y="{top}" width="{width:.1f}" height="{_BAR}"/>'


def _label(top: float, words: str) -> str:
    return _text(_NUMBERS, top + _BAR - 1, words, "soft")


def _text(x: float, y: float, words: str, kind: str = "", *, anchor: str = "start") -> str:
    shape = f' class="{kind}"' if kind else ""
    end = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text{shape} x="{x:.1f}" y="{y:.1f}"{end}>{escape(words)}</text>'

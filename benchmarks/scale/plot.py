"""Pure: lines and points over two logarithmic axes, as an SVG."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

_WIDTH: Final = 900
_HEIGHT: Final = 480
_LEFT: Final = 70
_RIGHT: Final = 640
_TOP: Final = 84
_BOTTOM: Final = 420

_STYLE: Final = """
  text { font: 13px system-ui, sans-serif; fill: #1f2937 }
  .head { font-size: 17px; font-weight: 600 }
  .soft { fill: #6b7280; font-size: 12px }
  .page { fill: #ffffff }
  .grid { stroke: #e5e7eb }
  .line { fill: none; stroke-width: 2 }
  .c0 { stroke: #2563eb } .c1 { stroke: #d97706 } .c2 { stroke: #059669 }
  .dashed { stroke-dasharray: 6 4 }
  .point { stroke-width: 3; fill: #ffffff }
  @media (prefers-color-scheme: dark) {
    text { fill: #e5e7eb }
    .soft { fill: #9ca3af }
    .page, .point { fill: #0f172a }
    .grid { stroke: #334155 }
    .c0 { stroke: #60a5fa } .c1 { stroke: #f59e0b } .c2 { stroke: #34d399 }
  }
"""


@dataclass(frozen=True, slots=True)
class Series:
    """Something to draw: a line, or single points."""

    title: str
    color: int
    """0 to 2."""
    at: Sequence[tuple[float, float]]
    dashed: bool = False
    points: bool = False


@dataclass(frozen=True, slots=True)
class Axis:
    """A logarithmic axis, from its first tick to its last."""

    title: str
    ticks: Sequence[float]

    def place(self, value: float) -> float:
        """Where `value` is, from 0 to 1."""
        low, high = math.log(self.ticks[0]), math.log(self.ticks[-1])
        return (math.log(value) - low) / (high - low)


def draw(title: str, subtitle: str, x: Axis, y: Axis, several: Sequence[Series]) -> str:
    """The SVG."""
    size = f'viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{escape(title)}">',
        f"<style>{_STYLE}</style>",
        f'<rect class="page" width="{_WIDTH}" height="{_HEIGHT}" rx="8"/>',
        _text(20, 28, title, "head"),
        _text(20, 48, subtitle, "soft"),
        *_axes(x, y),
        *(part for one in several for part in _shape(one, x, y)),
        *(part for place, one in enumerate(several) for part in _legend(one, place)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _axes(x: Axis, y: Axis) -> Iterator[str]:
    for tick in x.ticks:
        place = _x(x, tick)
        yield _line(place, _TOP, place, _BOTTOM, "grid")
        yield _text(place, _BOTTOM + 18, f"{tick:g}", "soft", "middle")
    for tick in y.ticks:
        place = _y(y, tick)
        yield _line(_LEFT, place, _RIGHT, place, "grid")
        yield _text(_LEFT - 8, place + 4, f"{tick:,.0f}", "soft", "end")
    yield _text((_LEFT + _RIGHT) / 2, _BOTTOM + 40, x.title, "soft", "middle")
    yield _text(20, _TOP - 8, y.title, "soft")


def _shape(one: Series, x: Axis, y: Axis) -> Iterator[str]:
    places = [(_x(x, across), _y(y, up)) for across, up in one.at]
    if one.points:
        for across, up in places:
            yield f'<circle class="point c{one.color}" cx="{across:.1f}" cy="{up:.1f}" r="5"/>'
    else:
        path = " ".join(f"{across:.1f},{up:.1f}" for across, up in places)
        yield f'<polyline class="{_kind(one)}" points="{path}"/>'


def _legend(one: Series, place: int) -> Iterator[str]:
    left, middle = _RIGHT + 20, _TOP + 10 + place * 24
    if one.points:
        yield f'<circle class="point c{one.color}" cx="{left + 14}" cy="{middle}" r="5"/>'
    else:
        yield _line(left, middle, left + 28, middle, _kind(one))
    yield _text(left + 38, middle + 4, one.title, "soft")


def _kind(one: Series) -> str:
    return f"line c{one.color}" + (" dashed" if one.dashed else "")


def _x(axis: Axis, value: float) -> float:
    return _LEFT + axis.place(value) * (_RIGHT - _LEFT)


def _y(axis: Axis, value: float) -> float:
    return _BOTTOM - axis.place(value) * (_BOTTOM - _TOP)


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _text(x: float, y: float, words: str, kind: str, anchor: str = "start") -> str:
    end = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}"{end}>{escape(words)}</text>'

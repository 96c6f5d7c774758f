"""Charts as inline SVG: drawn for print and screen alike, direct labels, alternative text.

Lengths are in points of the page. Colours follow Okabe and Ito, in one fixed order; labels carry the
meaning, so that everything reads in greyscale.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from xml.sax.saxutils import escape

from lca.report.blocks import Bar, OptionBar, OptionCurve, Part
from lca.report.numbers import anchor, percent, rounded

COLOURS = {
    "operational": ("#0072B2", "#4A9CCB", "#9CCAE4"),
    "embodied": ("#E69F00", "#F0BE55", "#F7DDA6"),
    "upstream": ("#009E73", "#5FC4A6", "#A8DFCE"),
    "losses": ("#CC79A7", "#DCA3C2", "#EBCBDC"),
    "other": ("#6B7280", "#9CA3AF", "#D1D5DB"),
}
INK, GREY, RULE = "#1B1F23", "#5B6470", "#C9CED4"
ACCENT = "#0B6E6E"
SIZE = 7.5


def _text(
    x: float, y: float, words: str, *, anchor: str = "start", colour: str = INK, weight: int = 400, size: float = SIZE
) -> str:
    return (
        f'<text x="{x:.2f}" y="{y:.2f}" text-anchor="{anchor}" fill="{colour}" font-weight="{weight}" '
        f'font-size="{size:g}">{escape(words)}</text>'
    )


def _upright(x: float, top: float, bottom: float, colour: str) -> str:
    return f'<line x1="{x:.2f}" y1="{top:.2f}" x2="{x:.2f}" y2="{bottom:.2f}" stroke="{colour}" stroke-width="0.7"/>'


How = Callable[[str], str]
"""Says in a few lines how a figure came about; where there is one, numbers are links to it."""


def _linked(text: str, id: str, how: How | None) -> str:
    if how is None:
        return text
    return f'<a href="#{anchor(id)}"><title>{escape(how(id))}</title>{text}</a>'


def _svg(width: float, height: float, title: str, description: str, body: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(title, {chr(34): "&quot;"})}" '
        f'viewBox="0 0 {width:g} {height:g}" width="{width:g}pt" height="{height:g}pt" font-family="Inter" '
        f'style="font-variant-numeric: tabular-nums"><title>{escape(title)}</title>'
        f"<desc>{escape(description)}</desc>{''.join(body)}</svg>"
    )


def cascade(parts: Sequence[Part], title: str, how: How | None = None, width: float = 300, row: float = 13.5) -> str:
    """The parts of a total laid end to end, one row each, with label, amount and share."""
    label, amount = 108.0, 78.0
    room = width - label - amount - 10
    body: list[str] = []
    for position, part in enumerate(parts):
        top = position * row
        x = label + 6 + part.start * room
        length = max(part.share * room, 0.6)
        middle = top + row / 2
        colour = COLOURS[part.kind][part.tint]
        body.append(_text(label, middle + SIZE * 0.36, part.shown.name, anchor="end"))
        body.append(
            f'<rect x="{x:.2f}" y="{top + 2.2:.2f}" width="{length:.2f}" height="{row - 4.4:.2f}" fill="{colour}"/>'
        )
        if position + 1 < len(parts):
            edge = x + part.share * room
            body.append(_upright(edge, top + row - 2.2, top + row + 2.2, RULE))
        shown = _text(width - 30, middle + SIZE * 0.36, part.shown.text, anchor="end")
        body.append(_linked(shown, part.shown.id, how))
        body.append(_text(width, middle + SIZE * 0.36, percent(part.share), anchor="end", colour=GREY))
    described = "; ".join(f"{part.shown.name} {part.shown.text}, {percent(part.share)}" for part in parts)
    return _svg(width, len(parts) * row, title, described, body)


LABEL = 58
"""Characters of a label that surely fit the width of a chart."""


def tornado(
    bars: Sequence[Bar], base: float, base_text: str, unit: str, title: str, width: float = 262, row: float = 24
) -> str:
    """What each input does to the total over its range; the line is the total itself."""
    if not bars:
        return ""
    left, right = 30.0, width - 30.0
    lowest = min(bar.low for bar in bars)
    highest = max(bar.high for bar in bars)
    span = (highest - lowest) or 1.0

    def x(value: float) -> float:
        return left + (value - lowest) / span * (right - left)

    height = len(bars) * row + 12
    body = []
    for position, bar in enumerate(bars):
        top = position * row
        body.append(_text(0, top + 8, bar.name if len(bar.name) <= LABEL else f"{bar.name[: LABEL - 1]}…"))
        for low, high, fill in ((bar.low, base, "#7FB5B5"), (base, bar.high, ACCENT)):
            length = x(high) - x(low)
            if length > 0:
                body.append(
                    f'<rect x="{x(low):.2f}" y="{top + 11.5:.2f}" width="{length:.2f}" height="7" fill="{fill}"/>'
                )
        body.append(_upright(x(base), top + 9.5, top + 20.5, INK))
        body.append(_text(x(bar.low) - 3, top + 17.6, bar.at_low, anchor="end", colour=GREY))
        body.append(_text(x(bar.high) + 3, top + 17.6, bar.at_high, colour=GREY))
    foot = len(bars) * row
    body.append(_text(x(base), foot + 9, f"{base_text} {unit}", anchor="middle", weight=600))
    described = "; ".join(f"{bar.name}: {bar.at_low} to {bar.at_high} {unit}" for bar in bars)
    return _svg(width, height, title, described, body)


def interval(low: float, base: float, high: float, title: str, width: float = 150) -> str:
    """A value between the ends of its interval."""
    left, right = 2.0, width - 2.0
    span = (high - low) or 1.0
    dot = left + (base - low) / span * (right - left)
    body = [
        f'<line x1="{left}" y1="5" x2="{right}" y2="5" stroke="{ACCENT}" stroke-width="1.2"/>',
        *(f'<line x1="{end}" y1="2" x2="{end}" y2="8" stroke="{ACCENT}" stroke-width="1.2"/>' for end in (left, right)),
        f'<circle cx="{dot:.2f}" cy="5" r="3" fill="{ACCENT}"/>',
    ]
    return _svg(width, 10, title, title, body)


AUTHORITY = {"measured": "#0B6E6E", "declared": "#5E9E9E", "dataset": "#A9CACA", "assumed": "#F1C27D"}


def authority(shares: Sequence[tuple[str, float]], title: str, width: float = 180) -> str:
    """What the result rests on, as one bar."""
    body, x = [], 0.0
    for quality, share in shares:
        length = max(share * width - 0.8, 0.0)
        body.append(f'<rect x="{x:.2f}" y="0" width="{length:.2f}" height="6" fill="{AUTHORITY[quality]}"/>')
        x += share * width
    return _svg(width, 6, title, "; ".join(f"{quality} {percent(share)}" for quality, share in shares), body)


TONES = {"electricity": "#0072B2", "manufacture": "#F0BE55", "all": "#0072B2"}
"""Dark and light, so that they are told apart in grey; the legend names them."""


def options(bars: Sequence[OptionBar], unit: str, title: str, width: float = 510, row: float = 21) -> str:
    """The totals of options, each with its interval as a whisker, from zero."""
    left, right = 16.0, width - 92.0
    most = max((max(bar.high, bar.base) for bar in bars), default=0.0) or 1.0

    def x(value: float) -> float:
        return left + value / most * (right - left)

    body: list[str] = []
    for position, bar in enumerate(bars):
        top = position * row
        body.append(_text(0, top + 15.4, bar.key, weight=600))
        body.append(_text(left, top + 7, bar.title))
        start = 0.0
        for kind, value in bar.parts:
            length = x(start + value) - x(start)
            body.append(
                f'<rect x="{x(start):.2f}" y="{top + 9.6:.2f}" width="{max(length, 0.0):.2f}" height="7" '
                f'fill="{TONES[kind]}"/>'
            )
            start += value
        middle = top + 13.1
        body.append(
            f'<line x1="{x(bar.low):.2f}" y1="{middle:.2f}" x2="{x(bar.high):.2f}" y2="{middle:.2f}" '
            f'stroke="{INK}" stroke-width="0.8"/>'
        )
        body += [_upright(x(end), middle - 2.2, middle + 2.2, INK) for end in (bar.low, bar.high)]
        body.append(_text(max(x(bar.high), x(bar.base)) + 5, top + 15.6, bar.text, weight=600))
        body.append(_text(width, top + 15.6, bar.interval, anchor="end", colour=GREY))
    foot = len(bars) * row + 9
    place = left
    for kind in dict.fromkeys(kind for bar in bars for kind, _ in bar.parts if kind != "all"):
        body.append(f'<rect x="{place:.2f}" y="{foot - 6:.2f}" width="7" height="7" fill="{TONES[kind]}"/>')
        body.append(_text(place + 10, foot, LEGEND[kind], colour=GREY))
        place += 150
    body.append(_text(width, foot, f"{unit}, 95 % interval", anchor="end", colour=GREY))
    described = "; ".join(f"{bar.key}, {bar.title}: {bar.text} {unit}, {bar.interval}" for bar in bars)
    return _svg(width, foot + 4, title, described, body)


LEGEND = {"electricity": "electricity, upstream and losses", "manufacture": "manufacture, amortised"}


def curves(
    lines: Sequence[OptionCurve], ticks: Sequence[float], heights: Sequence[float], unit: str, along: str, title: str
) -> str:
    """Totals over the intensity of electricity; a dot is where an option stands as declared."""
    width, height, left, right, top, bottom = 510.0, 198.0, 34.0, 482.0, 18.0, 172.0
    widest, highest = ticks[-1] or 1.0, heights[-1] or 1.0

    def x(value: float) -> float:
        return left + value / widest * (right - left)

    def y(value: float) -> float:
        return bottom - value / highest * (bottom - top)

    body = [_text(0, 7, unit, colour=GREY)]
    for value in heights:
        body.append(
            f'<line x1="{left}" y1="{y(value):.2f}" x2="{right}" y2="{y(value):.2f}" stroke="{RULE}" '
            f'stroke-width="0.4"/>'
        )
        body.append(_text(left - 4, y(value) + 2.6, f"{value:g}", anchor="end", colour=GREY))
    body += [_text(x(value), bottom + 10, f"{value:g}", anchor="middle", colour=GREY) for value in ticks]
    body.append(_text(right, bottom + 20, along, anchor="end", colour=GREY))
    taken: list[float] = []
    for position, line in enumerate(lines):
        dash = DASHES[position % len(DASHES)]
        tone = (INK, "#0072B2", "#B45309", "#6B7280")[position % 4]
        body.append(
            f'<line x1="{x(0):.2f}" y1="{y(line.start):.2f}" x2="{x(widest):.2f}" y2="{y(line.end):.2f}" '
            f'stroke="{tone}" stroke-width="1.3" stroke-dasharray="{dash}"/>'
        )
        body.append(f'<circle cx="{x(line.at):.2f}" cy="{y(line.base):.2f}" r="2.4" fill="{tone}"/>')
        beside = y(line.end) + 2.6
        while any(abs(beside - other) < SIZE for other in taken):  # letters do not lie on each other
            beside -= SIZE
        taken.append(beside)
        body.append(_text(right + 5, beside, line.key, weight=600))
    described = "; ".join(f"{line.key}, {line.title}: from {line.start:.3g} to {line.end:.3g} {unit}" for line in lines)
    return _svg(width, height, title, described, body)


FRAME = (34.0, 10.0, 12.0, 30.0)
"""Room at the left, top, right and bottom of a plot."""
TICKS = 4


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers between two, about so many as fit."""
    if low == high:
        return [low]
    step = 10 ** math.floor(math.log10((high - low) / TICKS))
    step *= next(times for times in (1, 2, 5, 10) if (high - low) / (step * times) <= TICKS + 1)
    first = math.ceil(low / step - 1e-9)
    return [step * position for position in range(first, math.floor(high / step + 1e-9) + 1)]


def _axis(words: str, width: float, height: float) -> str:
    return _text(width - FRAME[2], height - 4, words, anchor="end", colour=GREY)


def histogram(
    edges: Sequence[float],
    counts: Sequence[int],
    base: float,
    marks: Sequence[tuple[float, str]],
    unit: str,
    title: str,
    width: float = 420,
    height: float = 170,
) -> str:
    """How often the draws of a total fall between the edges; the line is the total as stated, marks its quantiles."""
    left, top, right, bottom = FRAME
    low, high = min(edges[0], base), max(edges[-1], base)
    span, most = (high - low) or 1.0, max(counts) or 1

    def x(value: float) -> float:
        return left + (value - low) / span * (width - left - right)

    floor = height - bottom
    body = []
    for start, end, count in zip(edges, edges[1:], counts, strict=False):
        tall = count / most * (floor - top - 10)
        body.append(
            f'<rect x="{x(start):.2f}" y="{floor - tall:.2f}" width="{max(x(end) - x(start) - 0.6, 0.3):.2f}" '
            f'height="{tall:.2f}" fill="#7FB5B5"/>'
        )
    for value, name in marks:
        body += [_upright(x(value), top + 8, floor, GREY), _text(x(value), top + 5, name, anchor="middle", colour=GREY)]
    body += [_upright(x(base), top + 8, floor, INK), _text(x(base), top + 5, "as stated", anchor="middle", weight=600)]
    for tick in _ticks(low, high):
        body.append(_text(x(tick), floor + 11, rounded(tick), anchor="middle"))
    body += [_line(left, floor, width - right, floor), _axis(unit, width, height)]
    described = f"as stated {rounded(base)} {unit}; " + "; ".join(
        f"{name} at {rounded(value)}" for value, name in marks
    )
    return _svg(width, height, title, described, body)


DASHES = ("", "5 3", "1.5 2.5", "8 3 1.5 3")


def curve(
    series: Mapping[str, Sequence[tuple[float, float]]],
    at: tuple[float, float] | None,
    over: str,
    unit: str,
    title: str,
    width: float = 420,
    height: float = 200,
) -> str:
    """Totals over an input, a line each, told apart by dashes and labels; the dot is where the case stands."""
    left, top, right, bottom = FRAME
    left, right = left + 14, right + (70 if len(series) > 1 else 0)
    across = [x for points in series.values() for x, _ in points]
    up = [y for points in series.values() for _, y in points]
    low, high, floor_value, ceiling = min(across), max(across), min(0.0, *up), max(up)

    def x(value: float) -> float:
        return left + (value - low) / ((high - low) or 1.0) * (width - left - right)

    def y(value: float) -> float:
        return height - bottom - (value - floor_value) / ((ceiling - floor_value) or 1.0) * (height - top - bottom - 10)

    body = []
    for tick in _ticks(floor_value, ceiling):
        body += [
            _line(left, y(tick), width - right, y(tick)),
            _text(left - 4, y(tick) + 2.6, rounded(tick), anchor="end"),
        ]
    for tick in _ticks(low, high):
        body.append(_text(x(tick), height - bottom + 11, rounded(tick), anchor="middle"))
    for position, (name, points) in enumerate(series.items()):
        path = " ".join(f"{x(one):.2f},{y(other):.2f}" for one, other in points)
        dash = DASHES[position % len(DASHES)]
        body.append(
            f'<polyline points="{path}" fill="none" stroke="{ACCENT if position == 0 else INK}" stroke-width="1.4"'
            + (f' stroke-dasharray="{dash}"/>' if dash else "/>")
        )
        if len(series) > 1:
            body.append(_text(x(points[-1][0]) + 4, y(points[-1][1]) + 2.6, name))
    if at:
        body.append(f'<circle cx="{x(at[0]):.2f}" cy="{y(at[1]):.2f}" r="3" fill="{ACCENT}"/>')
        body.append(_text(x(at[0]) + 5, y(at[1]) + 10, f"as stated: {rounded(at[1])}"))
    body += [_text(0, 8, unit, colour=GREY), _axis(over, width, height)]
    described = "; ".join(
        f"{name}: {rounded(first)} at {rounded(start)}, {rounded(last)} at {rounded(end)}"
        for name, ((start, first), *_, (end, last)) in series.items()
    )
    return _svg(width, height, title, described, body)


def _line(x: float, y: float, to_x: float, to_y: float) -> str:
    return f'<line x1="{x:.2f}" y1="{y:.2f}" x2="{to_x:.2f}" y2="{to_y:.2f}" stroke="{RULE}" stroke-width="0.6"/>'

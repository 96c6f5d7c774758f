"""A figure, in words, down to its sources: name = formula = numbers = value (source)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lca import expression as maths
from lca import units
from lca.figure import Derived, Figure, Given, walk
from lca.findings import nearest
from lca.inventory import Analysis, Decision, Inventory

SECTIONS = ("facilities.", "hardware.", "workloads.")
READ_IN = {
    "token": "Mtok",
    "token/h": "token/s",
    "request/h": "request/s",
    "h/token": "s/token",
    "h/request": "s/request",
    "kWh/token": "J/token",
    "kWh/request": "Wh/request",
    "kgCO2e/token": "kgCO2e/Mtok",
    "kgCO2e/request": "gCO2e/request",
}
"""Units in which a person reads what is computed in others."""
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True)
class Explanation:
    """One figure and what it came from."""

    figure: Figure
    symbol: str
    value: str
    formula: str
    """In symbols; empty for a leaf."""
    numbers: str
    """The same with numbers; empty for a leaf."""
    source: str
    """The clause of an equation; of a leaf, who says so."""
    place: str
    quality: str
    note: str
    decision: Decision | None
    inputs: tuple[tuple[str, Figure], ...]
    """The symbol and the figure of every input."""
    children: tuple[Explanation, ...]
    """Their explanations; empty in a shallow one."""
    rule: str = ""
    """Of a posting of an inventory, which rule put it into its category."""

    @property
    def listed(self) -> tuple[tuple[str, Figure], ...]:
        """The inputs that a page lists: all, but of a long sum the first."""
        return self.inputs[: maths.LISTED]

    @property
    def unlisted(self) -> int:
        """How many inputs are not."""
        return len(self.inputs) - len(self.listed)


def find(inventory: Inventory, id: str) -> Figure:
    """A figure by the id of a total, by its own, or by that of the decision which took it.

    Raises `KeyError` with what comes nearest.
    """
    taken = {item.id: item.figures[0] for item in inventory.decisions if len(item.figures) == 1}
    taken |= {item.id: item.gives for item in inventory.decisions if item.gives}
    taken = {name: figure for name, figure in taken.items() if figure in inventory.values}
    known = taken | {figure.id: figure for figure in walk(inventory.roots)} | dict(inventory.totals)
    if id in known:
        return known[id]
    words = [*known, *(item.id for item in inventory.decisions)]
    raise KeyError(f"no figure is called `{id}`{nearest(id, words)}")


def told(inventory: Inventory, id: str) -> Iterator[str]:
    """What an id stands for, in words: a figure down to its sources, or a decision with all that it took.

    Raises `KeyError` with what comes nearest.
    """
    decisions = {item.id: item for item in inventory.decisions}
    try:
        yield from lines(explain(inventory, id))
    except KeyError:
        if id not in decisions:
            raise
        yield from _decision_lines(inventory, decisions[id])


def _decision_lines(inventory: Inventory, decision: Decision) -> Iterator[str]:
    yield f"{decision.question} [{decision.id}]: {decision.taken}"
    yield f"    taken: {decision.rule}"
    for candidate in decision.candidates:
        yield f"    looked at: {candidate.factor} ({candidate.verdict})"
    for figure in decision.figures:
        if figure in inventory.values:
            yield from _lines(_explain(inventory, figure, "", {}, None, {}), 1, set())
        elif isinstance(figure.reason, Given):
            yield f"  {figure.name} [{figure.id}] = {quantity(figure.reason.value, figure.unit)}   not used"


def told_apart(named: Sequence[tuple[str, str]]) -> list[str]:
    """Names of figures by their ids, with the section that declares each where two would read the same."""
    alike = Counter(name for _, name in named)
    return [
        f"{name}, {id.split('.')[1]}" if alike[name] > 1 and id.startswith(SECTIONS) else name for id, name in named
    ]


def explain(inventory: Inventory, figure: Figure | str) -> Explanation:
    """The explanation of a figure, with those of all its inputs."""
    top = find(inventory, figure) if isinstance(figure, str) else figure
    return _explain(inventory, top, "", _decided(inventory), {}, _placed(inventory))


def register(inventory: Inventory) -> list[Explanation]:
    """Every figure behind the totals explained once, what is used before what uses it last."""
    decisions, rules = _decided(inventory), _placed(inventory)
    figures = list(walk(inventory.totals.values()))
    return [_explain(inventory, figure, "", decisions, None, rules) for figure in reversed(figures)]


def _decided(inventory: Inventory) -> dict[int, Decision]:
    return {id(leaf): decision for decision in inventory.decisions for leaf in decision.figures}


def _placed(inventory: Inventory) -> dict[int, str]:
    """The rule behind every posting of an inventory, by its figure."""
    return {id(line.figure): line.rule for line in inventory.lines if line.view == "inventory"}


def _explain(
    inventory: Inventory,
    figure: Figure,
    symbol: str,
    decisions: Mapping[int, Decision],
    known: dict[tuple[Figure, str], Explanation] | None,
    rules: Mapping[int, str],
) -> Explanation:
    """One explanation; with those of the inputs, made once each, where `known` collects them."""
    if known is None:
        return _leaf(inventory, figure, symbol, decisions, rules) or _node(inventory, figure, decisions, None, rules)
    key = figure, symbol if isinstance(figure.reason, Given) else ""  # a leaf goes by the symbol of the one who uses it
    if key not in known:
        known[key] = _leaf(inventory, figure, symbol, decisions, rules) or _node(
            inventory, figure, decisions, known, rules
        )
    return known[key]


def _leaf(
    inventory: Inventory, figure: Figure, symbol: str, decisions: Mapping[int, Decision], rules: Mapping[int, str]
) -> Explanation | None:
    reason = figure.reason
    if isinstance(reason, Derived):
        return None
    return Explanation(
        figure,
        symbol,
        quantity(inventory.value(figure), figure.unit),
        "",
        "",
        _authority(inventory, reason),
        str(reason.place),
        reason.quality,
        _note(reason, figure.unit),
        decisions.get(id(figure)),
        (),
        (),
        rules.get(id(figure), ""),
    )


def _node(
    inventory: Inventory,
    figure: Figure,
    decisions: Mapping[int, Decision],
    known: dict[tuple[Figure, str], Explanation] | None,
    rules: Mapping[int, str],
) -> Explanation:
    reason = figure.reason
    assert isinstance(reason, Derived)
    symbols, numbers = _names(inventory, reason)
    inputs = tuple(zip(symbols.values(), figure.inputs, strict=True))
    children = () if known is None else inputs
    return Explanation(
        figure,
        reason.equation.symbol,
        quantity(inventory.value(figure), figure.unit),
        maths.text(reason.expression, symbols),
        maths.text(reason.expression, numbers),
        _clause(inventory, reason.equation.source),
        "",
        "",
        reason.equation.description,
        None,
        inputs,
        tuple(_explain(inventory, below, used, decisions, known, rules) for used, below in children),
        rules.get(id(figure), ""),
    )


def _names(inventory: Inventory, reason: Derived) -> tuple[dict[str, str], dict[str, str]]:
    """The symbol and the number of every input; equal symbols are told apart by a number."""
    symbols: dict[str, str] = {}
    numbers: dict[str, str] = {}
    for name, slots in reason.slots.items():
        parameter = reason.equation.parameters[name]
        for slot, figure in zip(slots, reason.inputs[name], strict=True):
            derived = figure.reason.equation.symbol if isinstance(figure.reason, Derived) else parameter.symbol
            symbols[slot] = derived if parameter.many else parameter.symbol
            numbers[slot] = quantity(inventory.value(figure), figure.unit, computed=True)
    alike = Counter(symbols.values())
    met: Counter[str] = Counter()
    for slot, symbol in symbols.items():
        if alike[symbol] > 1:
            met[symbol] += 1
            symbols[slot] = symbol + str(met[symbol]).translate(SUBSCRIPTS)
    return symbols, numbers


def _clause(inventory: Inventory, source: str) -> str:
    key, _, clause = source.partition("#")
    entry = inventory.sources.get(key)
    title = entry.get("short") or entry["title"] if entry else key
    return f"{title}, {clause}" if clause else str(title)


def _authority(inventory: Inventory, given: Given) -> str:
    if given.source is None:
        return "declared by the case" if given.quality == "declared" else given.quality
    entry = inventory.sources.get(given.source)
    title = entry.get("short") or f"{entry['publisher']}: {entry['title']}" if entry else given.source
    return ", ".join(part for part in (str(title), given.page) if part) + unchecked(entry)


def unchecked(entry: Mapping[str, Any] | None) -> str:
    """What is printed behind a source whose original nobody here has opened."""
    return f" ({entry['unchecked']})" if entry and "unchecked" in entry else ""


def _note(given: Given, unit: str) -> str:
    stand_in = given.attributes.get("published_for")
    parts = [f"published for {stand_in}, which stands in" if stand_in else "", given.note or ""]
    if given.written and given.written != quantity(given.value, unit):
        parts.insert(0, f"written {given.written}")
    if given.spread:
        low, high = (number(bound) for bound in (given.spread.low, given.spread.high))
        parts.append(f"{low} to {high} ({given.spread.reason})")
    return "; ".join(part for part in parts if part)


def lines(explanation: Explanation) -> Iterator[str]:
    """The explanation as indented text; what was explained above is not explained again."""
    return _lines(explanation, 0, set())


def _lines(explanation: Explanation, depth: int, seen: set[int]) -> Iterator[str]:
    figure, decision = explanation.figure, explanation.decision
    indent = "  " * depth
    head = _head(explanation, depth)
    if id(figure) in seen:
        yield f"{head} = {explanation.value}   (as above)"
        return
    seen.add(id(figure))
    if explanation.formula:
        yield f"{head} = {explanation.formula}"
        yield f"{indent}    = {explanation.numbers}"
        yield f"{indent}    = {explanation.value}   ({explanation.source})"
        if explanation.rule:
            yield f"{indent}    placed: {explanation.rule}"
        for child in explanation.children[: maths.LISTED]:
            yield from _lines(child, depth + 1, seen)
        for child in explanation.children[maths.LISTED :]:
            yield f"{_head(child, depth + 1)} = {child.value}   (ask for it by its id)"
        return
    yield f"{head} = {explanation.value}   {explanation.quality}: {explanation.source}"
    yield f"{indent}    at {explanation.place}" + (f"; {explanation.note}" if explanation.note else "")
    if explanation.rule:
        yield f"{indent}    placed: {explanation.rule}"
    if decision and id(decision) not in seen:
        seen.add(id(decision))
        yield f"{indent}    taken: {decision.rule}"


def _head(explanation: Explanation, depth: int) -> str:
    figure = explanation.figure
    return f"{'  ' * depth}{figure.name} [{figure.id}] {explanation.symbol}".rstrip()


def tornado_lines(analysis: Analysis) -> Iterator[str]:
    """The interval of a total, and what each input does to it."""
    ends = " to ".join(number(end) for end in (analysis.low, analysis.high))
    yield f"{analysis.total}: {number(analysis.base)}, 95 % interval {ends} kgCO2e"
    yield f"    {analysis.method}"
    for swing in analysis.swings:
        yield f"{swing.name} [{swing.id}]: {number(swing.at_low)} to {number(swing.at_high)} kgCO2e"
        yield f"    {swing.reason}"
    for leaf in analysis.without_spread:
        yield f"no range known: {leaf.name} [{leaf.id}]"


def number(value: float | None, digits: int = 6) -> str:
    """A number to so many significant digits, without an exponent where it reads better without."""
    if value is None:
        return "unknown"
    if value == 0 or 1e-4 <= abs(value) < 1e9:
        text = f"{value:.{digits}g}" if abs(value) < 10**digits else f"{value:.0f}"
        if "e" in text:
            text = f"{float(text):f}".rstrip("0").rstrip(".")
        return spaced(text)
    mantissa, _, exponent = f"{value:.{digits - 1}e}".partition("e")
    return f"{mantissa.rstrip('0').rstrip('.')}×10^{int(exponent)}"


def spaced(text: str) -> str:
    """Digits with thousands set apart by a narrow space that does not break, and a true minus."""
    whole, point, rest = text.partition(".")
    if len(whole.lstrip("-")) > 4:
        whole = f"{int(whole):,}".replace(",", "\u202f")
    return f"{whole}{point}{rest}".replace("-", "−")


LARGE = {
    "kgCO2e": ((1e6, "ktCO2e"), (1e3, "tCO2e")),
    "kgCO2": ((1e6, "ktCO2"), (1e3, "tCO2")),
    "kWh": ((1e6, "GWh"), (1e3, "MWh")),
    "L": ((1e6, "ML"), (1e3, "m3")),
}
"""Units in which large values are read, the largest first."""
READABLE = 10
"""A larger unit is taken from so many of it."""


def readable(value: float | None, unit: str) -> str:
    """A number with its unit, large ones in a unit in which a person reads them: 1 949 tCO2e, not 1 949 034 kgCO2e."""
    for scale, name in LARGE.get(units.plain(unit), ()):
        if value is not None and abs(value) >= READABLE * scale:
            return f"{number(value / scale)} {name}"
    return quantity(value, unit)


def quantity(value: float | None, unit: str, *, computed: bool = False) -> str:
    """A number with its unit, kinds left out: `18 kWh`; in the unit that it is `computed` in, or read in."""
    shown = units.plain(unit)
    if unit == "kWh_site/kWh_it":
        shown = "1"
    if value is not None and not computed and (read_in := READ_IN.get(shown)):
        value, shown = units.convert(value, shown, read_in), read_in
    return number(value) if shown == "1" else f"{number(value)} {shown}"

"""Manufacture from the parts of a machine: silicon by area, the rest by piece, mass, board area and distance.

The model is Boavizta's; its constants are rows of the data sets. A machine that is described by its parts is a
device, or a node that holds devices. Every impact comes by three indicators: carbon, depletion of elements,
primary energy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from lca.equation import Equation, counted, equation, exp, root, total
from lca.figure import Figure, derive, given_number
from lca.methods import Choices
from lca.model import Asset, Machine, Part
from lca.units import GB_per_mm2, gigabytes, kg, km, mm, mm2, mm2_per_GB, ratio

# --------------------------------------------------------------------------------------------------
# Areas of silicon


@equation("A_die", "boavizta-2.5.0#processor", cores="n_core", each="A_core")
def die_of_cores(cores: ratio, each: mm2) -> mm2:
    """Die of a processor from that of one of its cores."""
    return cores * each


@equation("A_die", "boavizta-2.5.0#memory and solid-state disk", capacity="m", density="ρ")
def die_of_capacity(capacity: gigabytes, density: GB_per_mm2) -> mm2:
    """Die that holds a capacity."""
    return capacity / density


@equation("A_die", "boavizta-2.5.0#graphics memory", capacity="m", area="a_GB", dies="n_die")
def memory_die(capacity: gigabytes, area: mm2_per_GB, dies: ratio) -> mm2:
    """One die of a graphics processor's memory."""
    return capacity * area / dies


@equation("A_cut", "boavizta-2.5.0#wafer", die="A_die", radius="r", kerf="k")
def area_cut(die: mm2, radius: mm, kerf: mm) -> mm2:
    """A square die with the kerf of the saw; its side is written over the radius of the wafer."""
    return (radius * root(die / (radius * radius)) + kerf) * (radius * root(die / (radius * radius)) + kerf)


@equation("e", "boavizta-2.5.0#wafer", cut="A_cut", radius="r")
def edge_share(cut: mm2, radius: mm) -> ratio:
    """Share of a round wafer that is lost at its edge: the diagonal of a die over the radius."""
    return root((cut + cut) / (radius * radius))


@equation("y", "boavizta-2.5.0#wafer", cut="A_cut", area_per_defect="A_defect")
def good_share(cut: mm2, area_per_defect: mm2) -> ratio:
    """Share of the dies that work: Seeds' model of yield."""
    return 1 / exp(root(cut / area_per_defect))


@equation("A_wafer", "boavizta-2.5.0#wafer", cut="A_cut", edge="e", good="y")
def wafer_area(cut: mm2, edge: ratio, good: ratio) -> mm2:
    """Wafer that one good die takes, with its share of the edge and of the dies that do not work."""
    return cut / (1 - edge) / good


@equation("A_chips", "boavizta-2.5.0#wafer", dies="n_die", each="A_wafer")
def wafer_area_of_dies(dies: ratio, each: mm2) -> mm2:
    """Wafer that all dies of a chip take."""
    return dies * each


# --------------------------------------------------------------------------------------------------
# Impacts, by indicator


@dataclass(frozen=True)
class Indicator:
    """What is counted of a machine's manufacture, and the equations that count it."""

    key: str
    name: str
    unit: str
    """Of one machine, with its kind."""
    silicon: Equation
    pieces: Equation
    weighed: Equation
    spread_out: Equation
    carried: Equation
    blade: Equation
    device: Equation
    node: Equation


def _indicator(key: str, name: str, symbol: str, unit: str, plain: str) -> Indicator:
    made = Annotated[float, unit]
    per_mm2 = Annotated[float, f"{unit}/mm2"]
    per_kg = Annotated[float, f"{unit}/kg"]
    per_kg_km = Annotated[float, f"{unit}/kg/km"]

    def silicon(count: Any, die: Any, each: Any, base: Any) -> Any:
        """Pieces whose impact has a part that grows with the die, and one that does not."""
        return count * (die * each + base)

    def pieces(count: Any, each: Any) -> Any:
        """Pieces that are all alike."""
        return count * each

    def weighed(count: Any, mass: Any, each: Any) -> Any:
        """Pieces by their mass."""
        return count * mass * each

    def spread_out(count: Any, area: Any, each: Any) -> Any:
        """Pieces by their area: of wafer, of board."""
        return count * area * each

    def carried(count: Any, mass: Any, distance: Any, each: Any) -> Any:
        """Pieces carried over a distance."""
        return count * mass * distance * each

    def blade(count: Any, server: Any, enclosure: Any, slots: Any) -> Any:
        """Cases of blade servers, each with its share of the enclosure."""
        return count * (server + enclosure / slots)

    def device(*parts: Any) -> Any:
        """Manufacture of a device, all parts together."""
        return counted(total(*parts), f"{plain}/device")

    def node(*parts: Any) -> Any:
        """Manufacture of a node without its devices, all parts together."""
        return counted(total(*parts), f"{plain}/node")

    def declare(function: Any, source: str, result: Any, units: Mapping[str, Any], own: str, **of: str) -> Equation:
        function.__annotations__ = {**units, "return": result}
        function.__name__ = f"{function.__name__}_{key}"
        return equation(own, f"boavizta-2.5.0#{source}", **of)(function)

    n = {"count": ratio}
    each = f"{symbol.lower()}_"
    chips, by_area = {**n, "die": mm2, "each": per_mm2, "base": made}, {**n, "area": mm2, "each": per_mm2}
    by_mass, by_way = {**n, "mass": kg, "each": per_kg}, {**n, "mass": kg, "distance": km, "each": per_kg_km}
    cases = {**n, "server": made, "enclosure": made, "slots": ratio}
    per_device, per_node = Annotated[float, f"{plain}/device"], Annotated[float, f"{plain}/node"]
    parts, gpu = {"parts": made}, "graphics processor"
    return Indicator(
        key,
        name,
        unit,
        declare(
            silicon,
            "processor, memory and solid-state disk",
            made,
            chips,
            symbol,
            count="n",
            die="A_die",
            each=f"{each}A",
            base=f"{each}base",
        ),
        declare(pieces, "components", made, {**n, "each": made}, symbol, count="n", each=f"{each}each"),
        declare(weighed, f"power supply and {gpu}", made, by_mass, symbol, count="n", mass="w", each=f"{each}w"),
        declare(spread_out, gpu, made, by_area, symbol, count="n", area="A", each=f"{each}A"),
        declare(
            carried,
            f"{gpu}, distribution",
            made,
            by_way,
            symbol,
            count="n",
            mass="w",
            distance="s",
            each=f"{each}ws",
        ),
        declare(
            blade,
            "case",
            made,
            cases,
            symbol,
            count="n",
            server=f"{each}blade",
            enclosure=f"{each}enclosure",
            slots="n_slot",
        ),
        declare(device, "device", per_device, parts, f"TE_{key}", parts=symbol),
        declare(node, "device", per_node, parts, f"TE_{key}_node", parts=symbol),
    )


CARBON = _indicator("gwp", "Embodied carbon", "C", "kgCO2e_made", "kgCO2e")
DEPLETION = _indicator("adpe", "Depletion of elements", "D", "kgSbe_made", "kgSbe")
ENERGY = _indicator("pe", "Primary energy", "Q", "MJ_made", "MJ_primary")
INDICATORS = (CARBON, DEPLETION, ENERGY)


@equation("C", "boavizta-2.5.0#components", count="n", capacity="m", each="c_GB")
def memory_stated(
    count: ratio, capacity: gigabytes, each: Annotated[float, "kgCO2e_made/GB"]
) -> Annotated[float, "kgCO2e_made"]:
    """Memory whose maker states its footprint per gigabyte."""
    return count * capacity * each


made_carbon = Annotated[float, "kgCO2e_made"]


@equation("C_more", "cloud-carbon-footprint-2024#embodied emissions", count="n", included="n_0", each="c_each")
def pieces_beyond(count: ratio, included: ratio, each: made_carbon) -> made_carbon:
    """Pieces beyond those that the base of a server includes."""
    return (count - included) * each


@equation(
    "C_more", "cloud-carbon-footprint-2024#embodied emissions", count="n", capacity="m", included="m_0", each="c_GB"
)
def memory_beyond(
    count: ratio, capacity: gigabytes, included: gigabytes, each: Annotated[float, "kgCO2e_made/GB"]
) -> made_carbon:
    """Memory beyond that which the base of a server includes."""
    return (count * capacity - included) * each


# --------------------------------------------------------------------------------------------------
# The parts that a machine may have

FIELDS: Mapping[str, Mapping[str, str]] = {
    "cpu": {"count": "1", "cores": "1", "die_per_core": "mm2", "die": "mm2", "embodied": "kgCO2e_made"},
    "memory": {
        "count": "1",
        "capacity": "GB",
        "density": "GB/mm2",
        "embodied": "kgCO2e_made",
        "embodied_per_GB": "kgCO2e_made/GB",
    },
    "ssd": {"count": "1", "capacity": "GB", "density": "GB/mm2", "embodied": "kgCO2e_made"},
    "hdd": {"count": "1", "embodied": "kgCO2e_made"},
    "power_supply": {"count": "1", "mass": "kg", "embodied": "kgCO2e_made"},
    "motherboard": {"count": "1", "embodied": "kgCO2e_made"},
    "assembly": {"count": "1", "embodied": "kgCO2e_made"},
    "case": {"count": "1", "embodied": "kgCO2e_made"},
    "gpu": {
        "count": "1",
        "die": "mm2",
        "dies": "1",
        "memory": "GB",
        "memory_dies": "1",
        "board": "mm2",
        "casing": "kg",
        "heatsink": "kg",
        "mass": "kg",
        "by_sea": "km",
        "by_road": "km",
        "by_air": "km",
        "embodied": "kgCO2e_made",
    },
    "other": {"count": "1", "embodied": "kgCO2e_made"},
}
"""The units of what may be said of each part."""

WORDS = {
    "cpu": "processors",
    "memory": "memory",
    "ssd": "solid-state disks",
    "hdd": "hard disks",
    "power_supply": "power supplies",
    "motherboard": "motherboard",
    "assembly": "assembly",
    "case": "case",
    "gpu": "graphics processors",
    "other": "other parts",
}
OF_A_SERVER = ("cpu", "memory", "power_supply", "motherboard", "assembly", "case")
"""Without one of these a server does not run; what is not described is not counted, and is told."""
NEEDED: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "cpu": (("die",), ("cores", "die_per_core")),
    "memory": (("capacity", "density"),),
    "ssd": (("capacity", "density"),),
    "gpu": (("die",),),
    "other": (("embodied",),),
}
"""What the model needs of a part, in one of several ways."""
GPU_WHOLE = ("die", "memory", "board", "casing", "heatsink", "mass")
"""What makes a graphics processor; what is not described of it is not counted, and is told."""


def post(asset: Asset, host: str | None, choices: Choices) -> dict[str, Machine]:
    """What the parts say of the manufacture of one device, and of the node that holds it."""
    return {
        "device": _machine(asset.parts, asset.device, f"{asset.key}.parts", asset.id, "device", choices),
        "node": _machine(asset.host_parts, host, f"{asset.key}.host_parts", f"{asset.id}, host", "node", choices),
    }


def _machine(
    declared: Sequence[Part], thing: str | None, key: str, name: str, holder: str, choices: Choices
) -> Machine:
    """A machine by the parts that the case describes, else by those that the data sets know."""
    if declared and choices.follows("server_embodied"):
        return Machine(by_convention=_by_convention(declared, key, holder, choices), declared=True)
    parts = declared or (choices.parts(thing, key, FIELDS) if thing else ())
    complete = [_described(part, choices) for part in parts]
    if not parts or not all(complete):
        return Machine(declared=bool(declared))
    if declared:
        _tell_what_is_missing(parts, name, choices)
    return Machine(_by_parts(parts, key, name, holder, choices), declared=bool(declared))


def _by_convention(parts: Sequence[Part], key: str, holder: str, choices: Choices) -> Figure | None:
    """A base, and so much for each part beyond what the base includes."""
    choice = "server_embodied"
    base = choices.convention(choice, f"{key}.base", "Embodied carbon of the base", "kgCO2e_made", parts[0].place)
    if base is None:
        return None
    terms = [base]
    for part in parts:
        unit = "kgCO2e_made/GB" if part.kind == "memory" else "kgCO2e_made"
        limit = choices.beyond(choice, part.kind, unit, "GB" if part.kind == "memory" else "1")
        if limit is None:
            choices.report("no-effect", part.place, key=part.key, reason="the convention counts nothing for it")
            continue
        each, included = limit
        id, name, count = f"{part.key}.beyond", f"Embodied carbon: {part.name}", part.figures["count"]
        if part.kind != "memory":
            if given_number(count) > given_number(included):
                terms.append(derive(id, name, pieces_beyond, count=count, included=included, each=each))
        elif capacity := part.figures.get("capacity"):
            if given_number(count) * given_number(capacity) > given_number(included):
                inputs = {"count": count, "capacity": capacity, "included": included, "each": each}
                terms.append(derive(id, name, memory_beyond, **inputs))
        else:
            choices.report("needs", part.place, key="memory", needed="capacity")
    title = "Embodied carbon by the convention"
    return derive(f"{key}.embodied", title, CARBON.device if holder == "device" else CARBON.node, parts=terms)


def _by_parts(parts: Sequence[Part], key: str, name: str, holder: str, choices: Choices) -> dict[str, Figure]:
    """Manufacture of one device or node by indicator; an indicator that some part lacks is absent."""
    made: dict[str, Figure] = {}
    lacking: dict[str, list[Part]] = {}
    for indicator in INDICATORS:
        terms = [_terms(part, indicator, choices) for part in parts]
        without = [part for part, own in zip(parts, terms, strict=True) if not own]
        if without:
            lacking[indicator.name.lower()] = without
            continue
        id, title = f"{key}.{'embodied' if indicator is CARBON else indicator.key}", f"{indicator.name} by the parts"
        flat = [term for own in terms for term in own]
        made[indicator.key] = derive(id, title, indicator.device if holder == "device" else indicator.node, parts=flat)
    if lacking:
        first = next(iter(lacking.values()))
        choices.report(
            "indicator-not-quantified",
            first[0].place,
            indicator=" and ".join(lacking),
            name=name,
            problem=f"no data on {', '.join(part.name for part in first)}",
        )
    return made


def _described(part: Part, choices: Choices) -> bool:
    """Whether all is there that the model needs of a part; what lacks is reported."""
    if {"embodied", "embodied_per_GB"} & set(part.figures):
        if "embodied_per_GB" in part.figures and "capacity" not in part.figures:
            choices.report("needs", part.places["embodied_per_GB"], key="embodied_per_GB", needed="capacity")
            return False
        return True
    ways = NEEDED.get(part.kind, ())
    if not ways or any(set(way) <= set(part.figures) for way in ways):
        if part.kind == "gpu" and "memory" in part.figures and "memory_dies" not in part.figures:
            choices.report("needs", part.places["memory"], key="memory", needed="memory_dies")
            return False
        return True
    nearest = max(ways, key=lambda way: len(set(way) & set(part.figures)))
    needed = next(field for field in nearest if field not in part.figures)
    choices.report("needs", part.place, key=part.kind, needed=needed)
    return False


def _tell_what_is_missing(parts: Sequence[Part], name: str, choices: Choices) -> None:
    kinds = {part.kind for part in parts}
    missing = [WORDS[kind] for kind in OF_A_SERVER if kind not in kinds]
    if missing and kinds & set(OF_A_SERVER) and "other" not in kinds:
        choices.report("parts-missing", parts[0].place, name=name, missing=", ".join(missing))
    for part in parts:
        missing = [field for field in GPU_WHOLE if field not in part.figures]
        if missing and part.kind == "gpu" and "embodied" not in part.figures:
            choices.report("parts-missing", part.place, name=f"{name}: {part.name}", missing=", ".join(missing))


def _terms(part: Part, indicator: Indicator, choices: Choices) -> list[Figure]:
    """What a part adds to an indicator; empty when there is no data."""
    count, id = part.figures["count"], f"{part.key}.{indicator.key}"
    name = f"{indicator.name}: {part.name}"
    if stated := part.figures.get("embodied"):
        return [derive(id, name, indicator.pieces, count=count, each=stated)] if indicator is CARBON else []
    if stated := part.figures.get("embodied_per_GB"):
        capacity = part.figures["capacity"]
        made = derive(id, name, memory_stated, count=count, capacity=capacity, each=stated)
        return [made] if indicator is CARBON else []
    match part.kind:
        case "cpu" | "memory" | "ssd":
            each = _constant(f"{part.kind}-die", indicator, f"{indicator.unit}/mm2", choices)
            base = _constant(part.kind, indicator, indicator.unit, choices)
            die = _die(part, choices)
            return [derive(id, name, indicator.silicon, count=count, die=die, each=each, base=base)]
        case "power_supply":
            return _by_mass(part, indicator, "power-supply", id, name, _mass(part, choices), choices)
        case "case":
            return _case(part, indicator, id, name, choices)
        case "gpu":
            return _gpu(part, indicator, choices)
    each = _constant(part.kind, indicator, indicator.unit, choices)
    return [derive(id, name, indicator.pieces, count=count, each=each)]


def _die(part: Part, choices: Choices) -> Figure:
    """The die of a processor, or of the chips that hold a capacity."""
    if stated := part.figures.get("die"):
        return stated
    id, name = f"{part.key}.silicon", f"Die: {part.name}"
    if part.kind == "cpu":
        cores, each = part.figures["cores"], part.figures["die_per_core"]
        return choices.once(id, lambda: derive(id, name, die_of_cores, cores=cores, each=each))
    capacity, density = part.figures["capacity"], part.figures["density"]
    return choices.once(id, lambda: derive(id, name, die_of_capacity, capacity=capacity, density=density))


def _mass(part: Part, choices: Choices) -> Figure:
    return part.figures.get("mass") or choices.constant(
        "fabrication", "Mass of a power supply", "kg", place=part.place, assumed=True, property="power-supply-mass"
    )


def _case(part: Part, indicator: Indicator, id: str, name: str, choices: Choices) -> list[Figure]:
    count = part.figures["count"]
    if part.form != "blade":
        rack = _constant("case-rack", indicator, indicator.unit, choices)
        return [derive(id, name, indicator.pieces, count=count, each=rack)]
    server = _constant("case-blade", indicator, indicator.unit, choices)
    enclosure = _constant("blade-enclosure", indicator, indicator.unit, choices)
    slots = _property("blade-slots", "Blades of an enclosure", "1", part, choices)
    return [derive(id, name, indicator.blade, count=count, server=server, enclosure=enclosure, slots=slots)]


def _gpu(part: Part, indicator: Indicator, choices: Choices) -> list[Figure]:
    """A graphics processor: its dies, memory, board, casing and heat sink, brought to its user, and its end."""
    figures, count = part.figures, part.figures["count"]
    areas: dict[str, Figure | None] = {
        "gpu-die": _wafer_area(part, "die", figures["die"], figures.get("dies"), choices)
    }
    if capacity := figures.get("memory"):
        per_GB = _property("memory-area", "Area of memory", "mm2/GB", part, choices)
        id, dies = f"{part.key}.memory_die", figures["memory_dies"]
        die = choices.once(
            id, lambda: derive(id, "One die of memory", memory_die, capacity=capacity, area=per_GB, dies=dies)
        )
        areas["gpu-memory"] = _wafer_area(part, "memory", die, dies, choices)
    areas["gpu-board"] = figures.get("board")
    terms: list[Figure] = []
    for what, area in areas.items():
        each = _constant(what, indicator, f"{indicator.unit}/mm2", choices)
        if area:
            id, name = _named(part, what, indicator)
            terms.append(derive(id, name, indicator.spread_out, count=count, area=area, each=each))
    masses = {
        "gpu-casing": figures.get("casing"),
        "gpu-heatsink": figures.get("heatsink"),
        "gpu-upstream-transport": figures.get("mass"),
        "gpu-end-of-life": figures.get("mass"),
    }
    for what, mass in masses.items():
        id, name = _named(part, what, indicator)
        terms += _by_mass(part, indicator, what, id, name, mass, choices)
    if mass := figures.get("mass"):
        terms += [_carried(part, way, mass, indicator, choices) for way in ("by_sea", "by_road", "by_air")]
    return terms


def _named(part: Part, what: str, indicator: Indicator) -> tuple[str, str]:
    bare = what.removeprefix("gpu-")
    return f"{part.key}.{bare.replace('-', '_')}.{indicator.key}", f"{indicator.name}: {bare.replace('-', ' ')}"


def _wafer_area(part: Part, what: str, die: Figure, dies: Figure | None, choices: Choices) -> Figure:
    """Wafer that the good dies of a chip take."""
    id = f"{part.key}.{what}"
    radius = _property("wafer-radius", "Radius of a wafer", "mm", part, choices)
    kerf = _property("kerf", "Kerf between dies", "mm", part, choices)
    per_defect = _property("area-per-defect", "Area of wafer per defect", "mm2", part, choices)

    def made() -> Figure:
        cut = derive(f"{id}.cut", "Die with its kerf", area_cut, die=die, radius=radius, kerf=kerf)
        edge = derive(f"{id}.edge", "Lost at the edge of the wafer", edge_share, cut=cut, radius=radius)
        good = derive(f"{id}.good", "Dies that work", good_share, cut=cut, area_per_defect=per_defect)
        each = derive(f"{id}.wafer", "Wafer per good die", wafer_area, cut=cut, edge=edge, good=good)
        if dies is None:
            return each
        return derive(f"{id}.wafers", "Wafer of all dies", wafer_area_of_dies, dies=dies, each=each)

    return choices.once(f"{id}.area", made)


def _by_mass(
    part: Part, indicator: Indicator, what: str, id: str, name: str, mass: Figure | None, choices: Choices
) -> list[Figure]:
    if mass is None:
        return []
    each = _constant(what, indicator, f"{indicator.unit}/kg", choices)
    return [derive(id, name, indicator.weighed, count=part.figures["count"], mass=mass, each=each)]


def _carried(part: Part, way: str, mass: Figure, indicator: Indicator, choices: Choices) -> Figure:
    what = f"gpu-{way.replace('_', '-')}"
    distance = part.figures.get(way) or choices.constant(
        "fabrication",
        f"Distance from factory to user, {way.replace('_', ' ')}",
        "km",
        place=part.place,
        assumed=True,
        property=what,
    )
    each = _constant(what, indicator, f"{indicator.unit}/kg/km", choices)
    id, name = _named(part, what, indicator)
    count = part.figures["count"]
    return derive(id, name, indicator.carried, count=count, mass=mass, distance=distance, each=each)


def _constant(component: str, indicator: Indicator, unit: str, choices: Choices) -> Figure:
    name = f"{indicator.name} of {component.replace('-', ' ')}"
    return choices.constant("component", name, unit, component=component, indicator=indicator.key)


def _property(name: str, words: str, unit: str, part: Part, choices: Choices) -> Figure:
    return choices.constant("fabrication", words, unit, place=part.place, property=name)

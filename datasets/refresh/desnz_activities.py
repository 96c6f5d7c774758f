"""UK government conversion factors: fuels, vehicles, freight, travel, hotels, waste, materials, heat, water, homes.

    python datasets/refresh/desnz_activities.py FLAT_FILE.csv OUT_DIR

Writes factors/<kind>/desnz-<year>.csv for the kinds of KINDS. A combustion row stands once per gas, already in
CO2e (AR5), and beside them the publisher's own sum, `total`; a row published as a sum only has no gas. Carbon
dioxide of biomass (the sheet "Outside of scopes") is a mass of its own, gas `CO2-biogenic`.

Left out, since nobody needs them twice: rows per mile (those per km stay), rows per million litres, the kWh of SECR,
managed assets, cars and motorbikes of business travel and vans and lorries per km of freight (the same numbers as
passenger and delivery vehicles), plug-in hybrid vans per tonne-km (tailpipe and electricity are not told apart
there), biogenic CO2 of forecourt fuels per kWh (published with one digit, without a heating value), refrigerants
(mass times potential, see gwp/ and blends.csv) and electricity (desnz.py). An electric vehicle has tailpipe zero,
`generation` and `losses` of the electricity that it draws, and `upstream` of that electricity; their sum is checked
here against the publisher's row for business travel or freight.

Input: as for desnz.py. Factor ids have meant the same thing in every edition since 2023; `what` follows the words.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from _rows import ACTIVITY, DATASETS, Row, number, read, write, year

GASES = {"kg CO2e": "total"} | {f"kg CO2e of {gas} per unit": gas for gas in ("CO2", "CH4", "N2O")}
UNITS = {
    "tonnes": "t",
    "litres": "L",
    "kg": "kg",
    "GJ": "GJ",
    "kWh": "kWh",
    "kWh (Net CV)": "kWh",
    "kWh (Gross CV)": "kWh",
    "cubic metres": "m3",
    "km": "km",
    "tonne.km": "tkm",
    "passenger.km": "pkm",
    "Room per night": "night",
    "per FTE Working Hour": "h",
}
BASES = {"kWh (Net CV)": "net", "kWh (Gross CV)": "gross"}
NET_NOTE = "heating value not named; the rows per mass of the same fuel give the net one"
RAIL_NOTE = "traction electricity included"
LONDON = "hotels in London"

MIXED = {"diesel-average-biofuel-blend", "petrol-average-biofuel-blend", "natural-gas", "cng"}
SHORT = {
    "diesel-100-percent-mineral-diesel": "diesel-100-percent-mineral",
    "petrol-100-percent-mineral-petrol": "petrol-100-percent-mineral",
    "natural-gas-100-percent-mineral-blend": "natural-gas-100-percent-mineral",
}
POWER = {
    "Unknown": "unknown-fuel",
    "Plug-in Hybrid Electric Vehicle": "plug-in-hybrid",
    "Battery Electric Vehicle": "battery-electric",
}
LORRIES = {
    "Rigid (>3.5 - 7.5 tonnes)": "rigid-3.5-to-7.5-t",
    "Rigid (>7.5 tonnes-17 tonnes)": "rigid-7.5-to-17-t",
    "Rigid (>17 tonnes)": "rigid-over-17-t",
    "All rigids": "rigid-all",
    "Articulated (>3.5 - 33t)": "articulated-3.5-to-33-t",
    "Articulated (>33t)": "articulated-over-33-t",
    "All artics": "articulated-all",
    "All HGVs": "all",
}
VANS = {"Class I": "class-1", "Class II": "class-2", "Class III": "class-3", "Average": "average"}
LAND = {
    "Regular taxi": "taxi-regular",
    "Black cab": "taxi-black-cab",
    "Local bus (not London)": "bus-local-not-london",
    "Local London bus": "bus-local-london",
    "Average local bus": "bus-local-average",
    "Coach": "coach",
    "National rail": "rail-national",
    "International rail": "rail-international",
    "Light rail and tram": "rail-light-and-tram",
    "London Underground": "rail-london-underground",
    "Freight train": "freight-train",
}
HAULS = {
    "Domestic, to/from UK": "domestic",
    "Short-haul, to/from UK": "short-haul",
    "Long-haul, to/from UK": "long-haul",
    "International, to/from non-UK": "international-non-uk",
}
SEATS = {"": "", "Average passenger": "average"}
TREATMENTS = {
    "Open-loop": "recycled-open-loop",
    "Closed-loop": "recycled-closed-loop",
    "Re-used": "reused",
    "Combustion": "incinerated",  # the name of the next until 2024
    "Incineration with Energy Recovery": "incinerated",
    "Composting": "composted",
    "Anaerobic digestion": "digested",
    "Landfill": "landfilled",
}
ORIGINS = {"Primary material production": "primary", "Closed-loop source": "recycled-closed-loop", "Re-used": "reused"}
SUBSTANCES = {
    "mixed": "paper-and-board-mixed",
    "plastics-average-plastics": "plastics-average",
    "plastics-average-plastic-film": "plastics-average-film",
    "plastics-average-plastic-rigid": "plastics-average-rigid",
}
HEAT = {"Onsite heat and steam": "onsite-heat-and-steam", "": "district-heat-and-steam"}
HOMES = {
    "Office Equipment": "office-equipment",
    "Heating": "heating",
    "Homeworking (office equipment + heating)": "office-equipment-and-heating",
}
PLACES = {"UK": "GB", "UK (London)": "GB", "Hong Kong, China": "HK", "Korea": "KR"}


def words(text: str) -> str:
    """A slug that keeps what the signs say."""
    text = re.sub(r"(?<=\d),(?=\d)", "", text.strip().lower())
    for sign, word in ((r"(?<=\d)\s*[–-]\s*(?=\d)", " to "), (r"\+", " and more"), ("%", " percent")):
        text = re.sub(sign, word, text)
    return re.sub(r"[^a-z0-9]+", "-", text).strip("-")


def joined(*parts: str) -> str:
    return "-".join(filter(None, parts))


def fuel(row: Row) -> tuple[str, str]:
    """Name and origin."""
    name = SHORT.get(words(row["level3"]), words(row["level3"]))
    biogenic = row["level1"] in ("Bioenergy", "WTT- bioenergy", "Outside of scopes")
    return name, "biogenic" if biogenic else "mixed" if name in MIXED else "fossil"


def vehicle(row: Row) -> tuple[str, str]:
    group, kind, power = row["level2"].removeprefix("WTT- ").lower(), row["level3"], row["column_text"]
    if group.startswith("hgv"):
        cooled = "refrigerated" if "refrigerated" in group else ""
        return joined("hgv", cooled, LORRIES[kind], "diesel", words(power)), "mixed"
    if kind in LAND:
        return LAND[kind], "mixed"
    if group.startswith("van"):
        named = joined("van", VANS[kind.partition(" (")[0]])
    elif group.startswith("motorbike"):
        return joined("motorbike", words(kind)), "mixed"
    else:
        named = joined("car", words(kind.removesuffix(" car")))
    electric = row["level1"].startswith("UK electricity") or power == "Battery Electric Vehicle"
    return joined(named, POWER.get(power, words(power))), "" if electric else "fossil" if power == "LPG" else "mixed"


def ship(row: Row) -> tuple[str, str]:
    return joined(words(row["level3"]), words(row["level4"])), "fossil"


def flight(row: Row) -> tuple[str, str]:
    seat = row["level4"].removesuffix(" class")
    return joined("flight", HAULS[row["level3"]], SEATS.get(seat, words(seat)), words(row["column_text"])), "fossil"


def ferry(row: Row) -> tuple[str, str]:
    return joined("ferry", words(row["level3"].removesuffix(" (all passenger)"))), "fossil"


def land(row: Row) -> tuple[str, str]:
    return LAND[row["level3"]], "" if "rail" in row["level2"].lower() else "mixed"


def substance(text: str) -> str:
    """`Metal: steel cans` is `steel-cans`: groups of the sheet and remarks on forming are no part of a name."""
    plain = re.sub(r"^(Metal|Organic|Paper and board): | \((incl|excl)\. forming\)$", "", text)
    return SUBSTANCES.get(words(plain), words(plain))


def material(row: Row) -> tuple[str, str]:
    return joined(substance(row["level3"]), ORIGINS[row["column_text"]]), ""


def waste(row: Row) -> tuple[str, str]:
    return joined(substance(row["level3"]), TREATMENTS[row["column_text"]]), ""


def heat(row: Row) -> tuple[str, str]:
    return HEAT.get(row["level3"], HEAT[""]), ""


def hotel(row: Row) -> tuple[str, str]:
    return joined("hotel-room", "london" if "London" in row["level3"] else ""), ""


Naming = Callable[[Row], tuple[str, str]]
KINDS: list[tuple[str, str, str, str, Naming]] = [
    # level 1, level 2 (as far as it goes), kind, boundary, naming
    ("Fuels", "", "fuel", "combustion", fuel),
    ("Bioenergy", "", "fuel", "combustion", fuel),
    ("WTT- fuels", "", "fuel", "upstream", fuel),
    ("WTT- bioenergy", "", "fuel", "upstream", fuel),
    ("Outside of scopes", "", "fuel", "combustion", fuel),
    ("Passenger vehicles", "", "vehicle", "combustion", vehicle),
    ("Delivery vehicles", "", "vehicle", "combustion", vehicle),
    ("UK electricity for EVs", "", "vehicle", "generation", vehicle),
    ("UK electricity T&D for EVs", "", "vehicle", "losses", vehicle),
    ("WTT- pass vehs & travel- land", "WTT- cars", "vehicle", "upstream", vehicle),
    ("WTT- pass vehs & travel- land", "WTT- motorbike", "vehicle", "upstream", vehicle),
    ("WTT- pass vehs & travel- land", "WTT- taxis", "vehicle", "upstream", land),
    ("Business travel- land", "Taxis", "vehicle", "combustion", land),
    ("WTT- delivery vehs & freight", "WTT- vans", "vehicle", "upstream", vehicle),
    ("WTT- delivery vehs & freight", "WTT- HGV", "vehicle", "upstream", vehicle),
    ("Freighting goods", "Vans", "freight", "combustion", vehicle),
    ("Freighting goods", "HGV", "freight", "combustion", vehicle),
    ("Freighting goods", "Freight flights", "freight", "combustion", flight),
    ("Freighting goods", "Rail", "freight", "combustion", land),
    ("Freighting goods", "Sea tanker", "freight", "combustion", ship),
    ("Freighting goods", "Cargo ship", "freight", "combustion", ship),
    ("WTT- delivery vehs & freight", "WTT- freight flights", "freight", "upstream", flight),
    ("WTT- delivery vehs & freight", "WTT- rail", "freight", "upstream", land),
    ("WTT- delivery vehs & freight", "WTT- sea tanker", "freight", "upstream", ship),
    ("WTT- delivery vehs & freight", "WTT- cargo ship", "freight", "upstream", ship),
    ("Business travel- air", "", "travel", "combustion", flight),
    ("WTT- business travel- air", "", "travel", "upstream", flight),
    ("Business travel- sea", "", "travel", "combustion", ferry),
    ("WTT- business travel- sea", "", "travel", "upstream", ferry),
    ("Business travel- land", "Bus", "travel", "combustion", land),
    ("Business travel- land", "Rail", "travel", "combustion", land),
    ("WTT- pass vehs & travel- land", "WTT- bus", "travel", "upstream", land),
    ("WTT- pass vehs & travel- land", "WTT- rail", "travel", "upstream", land),
    ("Hotel stay", "", "hotel", "", hotel),
    ("Material use", "", "material", "cradle-to-gate", material),
    ("Waste disposal", "", "waste", "treatment", waste),
    ("Heat and steam", "", "heat", "generation", heat),
    ("Transmission and distribution", "Distribution - district", "heat", "losses", heat),
    ("WTT- heat and steam", "WTT- heat and steam", "heat", "upstream", heat),
    ("WTT- heat and steam", "WTT- district", "heat", "upstream-losses", heat),
    ("Water supply", "", "water-supply", "supply", lambda row: ("water-supply", "")),
    ("Water treatment", "", "water-treatment", "treatment", lambda row: ("water-treatment", "")),
    ("Homeworking", "", "homeworking", "", lambda row: (joined("homeworking", HOMES[row["level2"]]), "")),
]
ELSEWHERE = (  # desnz.py, gwp.py; and the duplicates that the docstring names
    "UK electricity",
    "WTT- UK electricity",
    "Refrigerant & other",
    "SECR kWh pass & delivery vehs",
    "SECR kWh UK electricity for EVs",
    "Managed assets- electricity",
    "Managed assets- vehicles",
)
SUMS_ONLY = ("losses",)


def countries() -> dict[str, str]:
    return {
        name.casefold(): row["code"]
        for row in read(DATASETS / "regions" / "countries.csv")
        for name in (row["name"], *row["aliases"].split("|"))
    }


def entry(row: Row) -> tuple[str, str, Naming] | None:
    """Kind, boundary and naming of a row; None for one that is left out."""
    for level1, level2, kind, boundary, naming in KINDS:
        if row["level1"] == level1 and row["level2"].startswith(level2):
            per_load = row["uom"] == "tonne.km"
            if kind == "vehicle" and per_load:  # electric vans per tonne-km stand with the vehicles
                return ("freight", boundary, naming)
            if kind == "freight" and not per_load:
                return None
            if kind == "vehicle" and row["uom"] == "passenger.km":
                return ("travel", boundary, naming)
            return kind, boundary, naming
    return None


def left_out(row: Row) -> bool:
    level1, level2, power = row["level1"], row["level2"], row["column_text"]
    return (
        level1 in ELSEWHERE
        or row["uom"] in ("miles", "million litres")
        or row["ghg_unit"].startswith("kWh")
        or (level1 == "Transmission and distribution" and level2.startswith("T&D"))
        or (level1 == "Business travel- land" and level2 not in ("Taxis", "Bus", "Rail"))
        or (level1 == "Freighting goods" and row["uom"] == "km")
        or (row["uom"] == "tonne.km" and power.startswith("Plug-in"))
        or (level1 == "Freighting goods" and power.startswith("Battery"))
        or (level2 == "Electricity generated")
        or (level1 == "Outside of scopes" and level2.startswith("Forecourt") and row["uom"] == "kWh")
    )


def rows(table: list[Row]) -> Iterator[tuple[str, Row]]:
    known, split = countries(), gases_told_apart(table)
    for row in table:
        if left_out(row):
            continue
        found = entry(row)
        if found is None:
            raise SystemExit(f"factor {row['factor_id']} has no kind: {row['level1']}, {row['level2']}, {row['uom']}")
        kind, boundary, naming = found
        what, origin = naming(row)
        gas = GASES[row["ghg_unit"]]
        biogenic = row["level1"] == "Outside of scopes"
        if biogenic:
            gas = "CO2-biogenic"
        elif row["factor_id"].rpartition("_")[0] not in split:
            gas = ""
        elif boundary in SUMS_ONLY:
            if gas != "total":
                continue
            gas = ""
        basis, notes = BASES.get(row["uom"], ""), []
        if kind == "fuel" and row["uom"] in ("kWh", "GJ"):
            basis, notes = "net", [NET_NOTE]
        if what.startswith("rail-") and boundary == "combustion":
            notes.append(RAIL_NOTE)
        if what == "hotel-room-london":
            notes.append(LONDON)
        region = "GB"
        if kind == "hotel":
            region = PLACES.get(row["level3"]) or known[row["level3"].casefold()]
        edition, per = f"desnz-{row['year']}", UNITS[row["uom"]]
        where = region if kind == "hotel" else ""
        made = {
            "id": ":".join(filter(None, (edition, kind, what, where, per, boundary, basis, gas))),
            "region": region,
            "value": number(row["value"]),
            "unit": f"kgCO2{'' if biogenic else 'e'}/{per}",
            "quality": "statistics",
            "source": edition,
            "page": f"flat file, ID {row['factor_id']}, {row['level2']}",
            "note": "; ".join(notes),
            "what": what,
            "boundary": boundary,
            "basis": basis,
            "gas": gas,
            "gwp_set": "" if biogenic else "AR5",
            "origin": "" if boundary in ("upstream", "losses", "generation") else origin,
        }
        year(made, row["year"])
        yield kind, made


def gases_told_apart(table: list[Row]) -> set[str]:
    """The groups of ids that have a row per gas."""
    units = defaultdict(set)
    for row in table:
        units[row["factor_id"].rpartition("_")[0]].add(row["ghg_unit"])
    return {group for group, found in units.items() if len(found & set(GASES)) > 1}


def check_electric(table: list[Row]) -> None:
    """An electric vehicle of business travel, or van of freight, is its tailpipe, its electricity and the losses."""
    parts: dict[tuple[str, str, str], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in table:
        if row["ghg_unit"] == "kg CO2e" and "Battery" in row["column_text"] and row["uom"] in ("km", "tonne.km"):
            thing = (row["level3"], row["column_text"], row["uom"])
            whole = row["level1"] in ("Business travel- land", "Freighting goods")
            part = row["level1"] in (
                "Passenger vehicles",
                "Delivery vehicles",
                "UK electricity for EVs",
                "UK electricity T&D for EVs",
            )
            parts[thing]["whole" if whole else "part" if part else "other"] += float(row["value"])
    for thing, found in parts.items():
        if abs(found["whole"] - found["part"]) > 3e-5:
            raise SystemExit(f"{thing}: {found['part']} are the parts, {found['whole']} is printed")


def main(source: str, out: str) -> None:
    table = list(read(source))
    check_electric(table)
    tables: dict[str, list[Row]] = defaultdict(list)
    for kind, made in rows(table):
        tables[kind].append(made)
    for kind, found in tables.items():
        write(Path(out) / "factors" / kind / f"{found[0]['source']}.csv", found, ACTIVITY)
        print(kind, len(found))


if __name__ == "__main__":
    main(*sys.argv[1:])

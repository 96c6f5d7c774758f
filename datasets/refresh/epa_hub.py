"""US EPA GHG Emission Factors Hub: fuels, vehicles, freight, travel, steam, waste; each gas by its mass.

    python datasets/refresh/epa_hub.py STATIONARY.csv MOBILE.csv NONROAD.csv TRANSPORT.csv STEAM.csv WASTE.csv OUT_DIR

Writes factors/<kind>/epa-<year>.csv for fuel, vehicle, freight, travel, heat and waste, a file per edition in the
tables. Fuels are per mmBtu (gross heating value, HHV) and per short ton, gallon or cubic foot; the CO2 of biomass
fuels is `CO2-biogenic`. Combustion only: EPA publishes no upstream. The non-road table (CH4 and N2O per gallon by
engine) stands with the fuels as `<fuel>-in-<machine>`.

Left out: fuels of the mobile table that the stationary table has with the same number, the travel rows of cars
that repeat the freight rows, cells without a number, the on-road tables by model year.

Input: Tables 1, 2, 5, 8 with 10, 7 and 9 of the hub, editions stacked, column hub_year first.
Next edition: https://www.epa.gov/climateleadership/ghg-emission-factors-hub (spring), sheet "Emission Factors Hub".
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from _rows import ACTIVITY, Row, number, read, write, year

UNITS = {
    "short ton": "short_ton",
    "gallon": "gal",
    "scf": "scf",
    "mmbtu": "mmBtu",
    "vehicle-mile": "mi",
    "short ton-mile": "short_tonmi",
    "passenger-mile": "pmi",
}
MASSES = {"CO2": ("co2_kg", "kgCO2"), "CH4": ("ch4_g", "gCH4"), "N2O": ("n2o_g", "gN2O")}
BIOMASS = "Biomass Fuels"
MIXED = {"municipal-solid-waste", "tires"}
MSW_NOTE = "CO2 of the fossil and the biogenic part together"
PEAT_NOTE = "among the biomass fuels at EPA; the IPCC counts peat as fossil"
PURE_BIOFUELS = {"biodiesel-100-percent", "ethanol-100-percent"}
VEHICLES = {  # a letter at the end of a name is EPA's footnote
    "Medium- and Heavy-Duty Truck": "truck-medium-and-heavy-duty",
    "Medium- and Heavy-Duty TruckC": "truck-medium-and-heavy-duty",
    "Passenger Car A": "passenger-car",
    "Light-Duty Truck B": "truck-light-duty",
    "Motorcycle": "motorcycle",
    "Rail": "freight-train",
    "Waterborne Craft": "waterborne-craft",
    "Aircraft": "aircraft",
    "Intercity Rail - Northeast Corridor C": "rail-intercity-northeast-corridor",
    "Intercity Rail - Other Routes C": "rail-intercity-other-routes",
    "Intercity Rail - National Average C": "rail-intercity-national-average",
    "Commuter Rail D": "rail-commuter",
    "Transit Rail (i.e. Subway, Tram) E": "rail-transit",
    "Bus": "bus",
    "Air Travel - Short Haul (< 300 miles)": "flight-short-haul",
    "Air Travel - Medium Haul (>= 300 miles, < 2300 miles)": "flight-medium-haul",
    "Air Travel - Long Haul (>= 2300 miles)": "flight-long-haul",
}
TREATMENTS = {
    "recycled": "recycled",
    "landfilled": "landfilled",
    "combusted": "incinerated",
    "composted": "composted",
    "anaerobic_dry": "digested-dry",
    "anaerobic_wet": "digested-wet",
}
SHORT = {
    "compressed-natural-gas-cng": "cng",
    "liquefied-natural-gas-lng": "lng",
    "liquefied-petroleum-gases-lpg": "lpg",
    "petroleum-coke-solid": "petroleum-coke",
}
NOTED = re.compile(r"(?<=[a-z)]) ?[A-E]$")
FOOTNOTED = re.compile(r"(?<=Equipment)[AB]$")


def words(text: str) -> str:
    """A slug that keeps what the signs say; the usual short name where there is one."""
    text = re.sub(r"<\s*401 deg F", "below 401 f", re.sub(r">\s*401 deg F", "over 401 f", text)).replace(
        "%", " percent"
    )
    name = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    return SHORT.get(name, name)


def made(edition: str, kind: str, what: str, value: str, unit: str, page: str, **rest: str) -> Row:
    per = unit.partition("/")[2]
    told = (rest.get("boundary", ""), rest.get("gas", ""))
    row = {
        "id": ":".join(filter(None, (f"epa-{edition}", kind, what, per, *told))),
        "region": "US",
        "value": number(value),
        "unit": unit,
        "quality": "statistics",
        "source": f"epa-{edition}",
        "page": f"Emission Factors Hub {edition}, {page}",
        "what": what,
        **rest,
    }
    year(row, edition)
    return row


def gases(row: Row, suffix: str, kind: str, what: str, per: str, page: str, **rest: str) -> Iterator[Row]:
    biogenic = rest.get("origin") == "biogenic"
    for gas, (column, unit) in MASSES.items():
        value = row.get(f"{column}_per_{suffix}", "")
        if value and value.strip():
            named = {**rest, "gas": "CO2-biogenic" if biogenic and gas == "CO2" else gas}
            yield made(row["hub_year"], kind, what, value, f"{unit}/{per}", page, **named)


def stationary(row: Row) -> Iterator[Row]:
    what = words(row["fuel"])
    if "Kraft" in row["category"]:
        what = f"kraft-pulping-liquor-{what}"
    elif row["category"].startswith("Coal") and not what.startswith("coal"):
        what = f"coal-{what}"
    origin = "biogenic" if row["category"].startswith(BIOMASS) else "mixed" if what in MIXED else "fossil"
    note = MSW_NOTE if what in MIXED else PEAT_NOTE if what == "peat" else ""
    page = f"Table 1, {row['fuel']}"
    rest = {"boundary": "combustion", "origin": origin, "note": note}
    yield from gases(row, "mmbtu", "fuel", what, "mmBtu", page, **rest, basis="gross")
    if row["volume_or_mass_unit"]:
        yield from gases(row, "unit", "fuel", what, UNITS[row["volume_or_mass_unit"]], page, **rest)


def mobile(row: Row) -> Iterator[Row]:
    what = words(row["fuel"])
    origin = "biogenic" if what in PURE_BIOFUELS else "fossil"
    rest = {"boundary": "combustion", "origin": origin, "gas": "CO2-biogenic" if origin == "biogenic" else "CO2"}
    unit = f"kgCO2/{UNITS[row['unit']]}"
    yield made(row["hub_year"], "fuel", what, row["co2_kg_per_unit"], unit, f"Table 2, {row['fuel']}", **rest)


def nonroad(row: Row) -> Iterator[Row]:
    machine = FOOTNOTED.sub("", row["vehicle_type"])
    what = f"{words(row['fuel'])}-in-{words(machine)}"
    page = f"Table 5, {machine}, {row['fuel']}"
    yield from gases(row, "gallon", "fuel", what, "gal", page, boundary="combustion", origin="fossil")


def transport(row: Row) -> Iterator[Row]:
    what, per = VEHICLES[row["vehicle_type"].strip()], UNITS[row["unit"]]
    kind = {"mi": "vehicle", "short_tonmi": "freight", "pmi": "travel"}[per]
    page = f"Table {row['table']}, {NOTED.sub('', row['vehicle_type'].strip())}"
    origin = "" if what.startswith("rail-") else "fossil"
    yield from gases(row, "unit", kind, what, per, page, boundary="combustion", origin=origin)


def waste(row: Row) -> Iterator[Row]:
    for column, treatment in TREATMENTS.items():
        if row[column]:
            yield made(
                row["hub_year"],
                "waste",
                f"{words(row['material'])}-{treatment}",
                row[column],
                "tCO2e/short_ton",
                f"Table 9, {row['material']}, {column.replace('_', ' ')}",
                boundary="treatment",
                gwp_set="AR5",
            )


def steam(row: Row) -> Iterator[Row]:
    yield from gases(row, "mmbtu", "heat", "steam-and-heat", "mmBtu", "Table 7", boundary="generation", origin="fossil")


def main(*arguments: str) -> None:
    *paths, out = arguments
    readers = (stationary, mobile, nonroad, transport, steam, waste)
    tables: dict[tuple[str, str], dict[str, Row]] = defaultdict(dict)
    for reader, path in zip(readers, paths, strict=True):
        for row in read(path):
            for one in reader(row):
                kind, edition = one["id"].split(":")[1], one["source"]
                known = tables[kind, edition].setdefault(one["id"], one)
                if known["value"] != one["value"]:
                    raise SystemExit(
                        f"{one['id']}: {known['value']} in {known['page']}, {one['value']} in {one['page']}"
                    )
    for (kind, edition), found in tables.items():
        write(Path(out) / "factors" / kind / f"{edition}.csv", found.values(), ACTIVITY)
        print(kind, edition, len(found))


if __name__ == "__main__":
    main(*sys.argv[1:])

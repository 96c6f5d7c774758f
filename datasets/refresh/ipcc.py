"""IPCC AR5 WGIII Annex III: emission factors per generation technology.

    python datasets/refresh/ipcc.py TECHNOLOGIES.csv OUT_DIR

Writes factors/generation-technology/ipcc-2014.csv, two rows per technology: `lifecycle`
(median, with minimum and maximum where the table at hand has them) and `generation`
(direct emissions at the plant).

Input columns: technology, lifecycle_median_gco2e_per_kwh, lifecycle_min, lifecycle_max,
direct_gco2e_per_kwh, source, direct_source; as typed from Table A.III.2 and from the
source-tagged defaults of Electricity Maps.
Next edition: the corresponding annex of the next IPCC WGIII report.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from _rows import COLUMNS, Row, number, read, write

NAMES = {  # the plain name goes to the variant that stands for the technology
    "coal": "coal",
    "gas_combined_cycle": "gas",
    "oil": "oil",
    "biomass_dedicated": "biomass",
    "biomass_cofiring": "biomass-cofiring",
    "nuclear": "nuclear",
    "hydropower": "hydro",
    "solar_pv_utility": "solar",
    "solar_pv_rooftop": "solar-rooftop",
    "solar_csp": "solar-concentrated",
    "wind_onshore": "wind",
    "wind_offshore": "wind-offshore",
    "geothermal": "geothermal",
}
ANNEX, DEFAULTS = "ipcc-2014-annex-iii", "electricity-maps-defaults-2026"
SCALED = "range scaled from the lifecycle range of the same table"
BIOGENIC = "biogenic CO2 not counted"
OIL = "too low for any oil-fired plant: it would need 69 % efficiency at 77.4 kg CO2 per GJ of fuel oil (IPCC 2006)"
REMARKS = {"biomass": BIOGENIC, "biomass-cofiring": BIOGENIC, "oil": OIL}


def origin(technology: str, text: str) -> str:
    """Whom Electricity Maps names for a direct factor; it names another one for biomass."""
    named, _, rest = text.partition(" via Electricity Maps defaults; biomass ")
    return rest if technology == "biomass" else named.removesuffix(" via Electricity Maps defaults")


def rows(table: Iterator[Row]) -> Iterator[Row]:
    by_name = {row["technology"]: row for row in table}
    for published, technology in NAMES.items():
        row = by_name.pop(published)
        median, low, high = (row[f"lifecycle_{part}"] for part in ("median_gco2e_per_kwh", "min", "max"))
        base = {
            "region": "WORLD",
            "from": "2014-01-01",
            "unit": "gCO2e/kWh",
            "technology": technology,
            "quality": "model",
        }
        from_annex = row["source"].startswith("IPCC")
        yield base | {
            "id": f"ipcc-2014:WORLD:2014:{technology}:lifecycle",
            "value": number(median),
            "low": number(low) if low else "",
            "high": number(high) if high else "",
            "source": ANNEX if from_annex else DEFAULTS,
            "page": f"{'Table A.III.2, median' if from_annex else 'lifecycle'}, {published}",
            "note": "" if from_annex else "not in the IPCC table; attributed to UK POST 2014",
            "boundary": "lifecycle",
        }
        if direct := row["direct_gco2e_per_kwh"]:
            scaled = technology in ("coal", "gas")
            ratio = Decimal(direct) / Decimal(median)
            yield base | {
                "id": f"ipcc-2014:WORLD:2014:{technology}:generation",
                "value": number(direct),
                "low": number(f"{ratio * Decimal(low):.1f}") if scaled else "",
                "high": number(f"{ratio * Decimal(high):.1f}") if scaled else "",
                "source": DEFAULTS,
                "page": f"direct, {published}; from {origin(technology, row['direct_source'])}",
                "note": SCALED if scaled else REMARKS.get(technology, ""),
                "boundary": "generation",
            }
    if by_name:
        raise SystemExit(f"no name for {', '.join(by_name)}")


def main(source: str, out: str) -> None:
    columns = (*COLUMNS, "technology", "boundary", "gas", "gwp_set")
    path = Path(out) / "factors" / "generation-technology" / "ipcc-2014.csv"
    write(path, rows(read(source)), columns)


if __name__ == "__main__":
    main(*sys.argv[1:])

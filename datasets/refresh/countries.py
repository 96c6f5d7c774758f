"""ISO 3166-1 countries: regions/countries.csv.

    python datasets/refresh/countries.py CODES.json EN.json OUT_DIR

Input: `codes.json` and `langs/en.json` of the npm package i18n-iso-countries (MIT).
Next edition: `npm pack i18n-iso-countries`. The first English name is the name, the
others are aliases, parted by `|`; `curated/country-aliases.csv` adds the spellings that our data
sources use. An alias that two countries share ("Congo") is left out.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

from _rows import CURATED, Row, read, write


def rows(codes: str, english: str) -> list[Row]:
    names = json.loads(Path(english).read_text(encoding="utf-8"))["countries"]
    more = list(read(CURATED / "country-aliases.csv"))
    found = []
    for code, iso3, *_ in json.loads(Path(codes).read_text(encoding="utf-8")):
        name, *aliases = [names[code]] if isinstance(names[code], str) else names[code]
        aliases += [row["alias"] for row in more if row["code"] == code]
        found.append((code, iso3, name, aliases))
    uses = Counter(alias.casefold() for *_, name, aliases in found for alias in [name, *aliases])
    return [
        {
            "code": code,
            "iso3": iso3,
            "name": name,
            "aliases": "|".join(alias for alias in aliases if uses[alias.casefold()] == 1),
        }
        for code, iso3, name, aliases in sorted(found)
    ]


def main(codes: str, english: str, out: str) -> None:
    columns = ("code", "iso3", "name", "aliases")
    write(Path(out) / "regions" / "countries.csv", rows(codes, english), columns)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Cut the bundled fonts from their upstream packages. Run by hand, seldom; see README.md.

    npm pack inter-ui@4.1.1 source-serif@4.5.1
    mkdir inter serif && tar xzf inter-ui-4.1.1.tgz -C inter && tar xzf source-serif-4.5.1.tgz -C serif
    python templates/shared/fonts/subset.py inter/package/web serif/package/TTF

Same sources and same fontTools (4.68.0), same bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.ttLib.woff2 import WOFF2FlavorData

HERE = Path(__file__).parent

RANGES = (
    (0x0020, 0x007E),  # Basic Latin
    (0x00A0, 0x00FF),  # Latin-1
    (0x0100, 0x017F),  # Latin Extended-A
    (0x0218, 0x021B),  # Romanian, with the comma below
    (0x0370, 0x03FF),  # Greek
    (0x2070, 0x2079),  # superscripts
    (0x2080, 0x2089),  # subscripts
)
SIGNS = "−×∕⁄÷·⋅√Σ∑∏∂∆∞′″→←↑↓↔↗↘≤≥≈≠±…–—‑‘’‚“”„†‡•‰€™°µ⁺⁻⁽⁾₊₋₍₎▲▼●○■□✓✗"
SPACES = "\u00a0\u2002\u2003\u2007\u2008\u2009\u200a\u200b\u202f\u2060"
STAND_INS = {0x2215: 0x002F, 0x22C5: 0x00B7}  # ∕ drawn as /, ⋅ as ·: Inter lacks them, and no font of the host is asked
FEATURES = [
    *("tnum", "pnum", "lnum", "sups", "subs", "zero"),  # figures
    *("kern", "liga", "calt", "case", "ccmp", "locl", "mark", "mkmk"),  # letters
]

FACES = (
    ("inter-400", "Inter-Regular.woff2"),
    ("inter-500", "Inter-Medium.woff2"),
    ("inter-600", "Inter-SemiBold.woff2"),
    ("inter-700", "Inter-Bold.woff2"),
    ("lca-serif-400", "SourceSerif4-Regular.ttf"),
    ("lca-serif-400-italic", "SourceSerif4-It.ttf"),
)


def characters() -> set[int]:
    ranges = {code for first, last in RANGES for code in range(first, last + 1)}
    return ranges | {ord(sign) for sign in SIGNS + SPACES}


def cut(source: Path, target: Path) -> None:
    options = subset.Options(
        flavor="woff2", layout_features=FEATURES, name_IDs=["*"], notdef_outline=True, hinting=False
    )
    font: TTFont = subset.load_font(str(source), options)
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap.update({code: table.cmap[twin] for code, twin in STAND_INS.items() if code not in table.cmap})
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters())
    subsetter.subset(font)
    for record in font["name"].names:
        # "Source" is a reserved font name (OFL §3), and a subset is a modified version: it goes by a name of its own.
        if record.nameID in {1, 3, 4, 6, 16}:
            record.string = (
                record.toUnicode().replace("Source Serif 4", "LCA Serif").replace("SourceSerif4", "LCASerif")
            )
    # Outlines as they are: a seventh larger, and WeasyPrint reads them twenty times faster.
    font.flavorData = WOFF2FlavorData(transformedTables=())
    subset.save_font(font, str(target), options)


def main(folders: list[Path]) -> None:
    sources = {path.name: path for folder in folders for path in sorted(folder.iterdir())}
    for face, source in FACES:
        target = HERE / f"{face}.woff2"
        cut(sources[source], target)
        print(f"{target.name:28} {target.stat().st_size:7,} bytes")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main([Path(argument) for argument in sys.argv[1:]])

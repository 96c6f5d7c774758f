"""The sheets of a PDF, held against those that follow from its case."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from lca.inventory import Inventory
from lca.verify.anchors import anchors_of, gathered, ids_by_anchor
from lca.verify.differences import changed_lines, common_blanks, instead
from lca.verify.verdict import Held, Problem, Unavailable


def reader(raw: bytes) -> Any:
    """A PDF as pypdf reads it. Raises `Unavailable`."""
    try:
        import pypdf
    except ImportError:
        raise Unavailable("a PDF is read by pypdf. Install it with\n    pip install 'lca-toolkit[verify]'") from None
    return pypdf.PdfReader(BytesIO(raw))


def compared(
    raw: bytes, fresh: bytes, figures: Sequence[tuple[str, str]], inventory: Inventory, *, whole: bool
) -> tuple[list[Held], list[Problem]]:
    """Every total that the sheets print, and every line of them that is not what is set again."""
    old, new = _text_of(raw), _text_of(fresh)
    ids = ids_by_anchor(inventory)
    texts = {name: [common_blanks(text) for text in found] for name, found in gathered(figures).items()}
    problems, moved = [], dict[str, tuple[str, str]]()
    if whole:
        if len(old) != len(new):
            problems.append(Problem("text", "of the sheets", f"{len(old)} pages, and {len(new)} follow"))
        for page, (theirs, ours) in enumerate(zip(old, new, strict=False), start=1):
            for at, was, is_now in changed_lines(theirs, ours):
                named = _figures_changed(was or "", is_now or "", texts)
                moved |= {name: pair for name, pair in named.items() if name not in moved}
                words = instead(was, is_now)
                shown = [ids[name] for name in named if name in ids]
                name = shown[0] if len(shown) == 1 else f"line {at} of page {page}"
                about = f" ({', '.join(dict.fromkeys(shown))})" if len(shown) > 1 else ""
                where = f"page {page}, line {at}: " if len(shown) == 1 else ""
                problems.append(Problem("figure" if len(shown) == 1 else "text", name, f"{where}{words}{about}"))
        problems += _laid_over(raw, fresh)
    printed, expected = ("\n".join(" ".join(page) for page in pages) for pages in (old, new))
    held = []
    for id, figure in inventory.totals.items():
        names = [name for name in anchors_of(id, figure) if name in texts]
        shown = [text for name in names for text in texts[name] if _stands_in(text, expected)]
        if not shown:
            continue
        if pairs := [moved[name] for name in names if name in moved]:
            held.append(Held(id, *pairs[0], stands=False))
        elif whole or any(_stands_in(text, printed) for text in shown):
            held.append(Held(id, shown[0], shown[0], stands=True))
        else:
            held.append(Held(id, "not there", shown[0], stands=False))
    return held, problems


def _text_of(raw: bytes) -> list[list[str]]:
    """The lines of every page."""
    pages = [page.extract_text().splitlines() for page in reader(raw).pages]
    return [[common_blanks(line) for line in lines if line.strip()] for lines in pages]


def _stands_in(text: str, page: str) -> bool:
    """Whether a text is printed as words of their own."""
    return re.search(rf"(?<!\S){re.escape(text)}(?![\w%])", page) is not None


def _figures_changed(was: str, is_now: str, texts: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, str]]:
    """The figures whose words in a line were changed, with the words that are there and those that belong there."""
    old, new = was.split(), is_now.split()
    replaced: dict[int, str] = {}
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            for step in range(d - c):
                replaced[c + step] = old[a + step] if a + step < b else ""
    found: dict[str, tuple[str, str]] = {}
    for name, printed in texts.items():
        for text in dict.fromkeys(printed):
            words = text.split()
            for start in range(len(new) - len(words) + 1):
                here = [_without_marks(word) for word in new[start : start + len(words)]]
                touched = [at for at in range(start, start + len(words)) if at in replaced]
                if touched and here == words:
                    theirs = " ".join(replaced.get(at, new[at]) for at in range(start, start + len(words)))
                    found.setdefault(name, (_without_marks(theirs), text))
    return found


def _without_marks(words: str) -> str:
    return words.rstrip(".,;:)").lstrip("(")


def _laid_over(raw: bytes, fresh: bytes) -> list[Problem]:
    """What may cover the text of a page: notes, stamps, fields of a form and pictures that are not set again."""
    found = []
    for at, (theirs, ours) in enumerate(zip(reader(raw).pages, reader(fresh).pages, strict=False), start=1):
        notes, pictures = (
            [sorted(kinds(page)) for page in (theirs, ours)] for kinds in (_kinds_of_notes, _kinds_of_pictures)
        )
        for what, pair in (("notes", notes), ("pictures", pictures)):
            if pair[0] != pair[1]:
                words = f"{len(pair[0])} {what} lie on it, and {len(pair[1])} follow"
                found.append(Problem("text", f"of page {at}", words))
    return found


def _kinds_of_notes(page: Any) -> list[str]:
    return [str(note.get_object().get("/Subtype")) for note in page.get("/Annots") or ()]


def _kinds_of_pictures(page: Any) -> list[str]:
    drawn: Any = page.get("/Resources", {}).get("/XObject", {})
    return [str(item.get_object().get("/Subtype")) for item in drawn.get_object().values()] if drawn else []

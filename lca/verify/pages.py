"""An HTML page, and what it prints held against the page that follows from its case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

from lca.inventory import Inventory
from lca.verify.anchors import anchors_of, gathered, ids_by_anchor
from lca.verify.differences import changed_runs, common_blanks, instead
from lca.verify.verdict import Held, Problem


@dataclass(frozen=True)
class Piece:
    """A piece of a page: a tag or a text, and the anchor of the figure that it belongs to."""

    anchor: str
    text: str
    markup: bool


class Page(HTMLParser):
    """A page as pieces; what it carries; its figures, each with its anchor and its text."""

    def __init__(self, raw: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[Piece] = []
        self.carried: list[tuple[str, str]] = []
        self.figures: list[tuple[str, str]] = []
        """What is printed of a figure: where it is linked, and in the register the value itself."""
        self._figure = self._entry = self._carrying = ""
        self._words: list[str] = []
        self._in_block = self._in_value = False
        self.feed(raw.decode("utf-8", "replace"))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if tag == "script" and given.get("class") == "carried":
            self._in_block, self._carrying, self._words = True, given.get("data-name", ""), []
            return
        if tag == "details":
            self._entry = given.get("id", "")
        if tag == "a" and given.get("class") == "fig":
            self._figure, self._words = given.get("href", "").removeprefix("#"), []
        if tag == "span" and given.get("class") == "value" and self._entry:
            self._in_value, self._words = True, []
        self._add(self.get_starttag_text() or "", markup=True)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._add(self.get_starttag_text() or "", markup=True)

    def handle_endtag(self, tag: str) -> None:
        if self._in_block:
            if tag == "script":
                self.carried.append((self._carrying, "".join(self._words)))
                self._in_block = False
            return
        self._add(f"</{tag}>", markup=True)
        if tag == "a" and self._figure:
            self.figures.append((self._figure, "".join(self._words)))
            self._figure = ""
        if tag == "span" and self._in_value:
            self.figures.append((self._entry, "".join(self._words)))
            self._in_value = False
        if tag == "details":
            self._entry = ""

    def handle_data(self, data: str) -> None:
        if self._in_block or self._figure or self._in_value:
            self._words.append(data)
        if not self._in_block and data.strip():
            self._add(data, markup=False)

    def handle_comment(self, data: str) -> None:
        self._add(f"<!--{data}-->", markup=True)

    def handle_decl(self, decl: str) -> None:
        self._add(f"<!{decl}>", markup=True)

    def _add(self, text: str, *, markup: bool) -> None:
        self.pieces.append(Piece(self._figure or self._entry, text, markup))


def compared(printed: Page, expected: Page, inventory: Inventory, *, whole: bool) -> tuple[list[Held], list[Problem]]:
    """Every total that a page prints, and every piece of it that is not what is set again."""
    ids = ids_by_anchor(inventory)
    theirs, ours = gathered(printed.figures), gathered(expected.figures)
    held = []
    for id, figure in inventory.totals.items():
        names = anchors_of(id, figure)
        old, new = ([text for name in names for text in found.get(name, ())] for found in (theirs, ours))
        if not old and not new:
            continue
        if whole:
            pairs = [pair for pair in zip(old, new, strict=False) if pair[0] != pair[1]]
            stands = old == new
        else:  # another version may print a figure more often or less often, but nothing else for it
            stands = set(old) <= set(new) or set(new) <= set(old)
            pairs = [(text, new[0] if new else "") for text in old if text not in new]
        first = (pairs or [(old[0] if old else "not there", new[0] if new else "not there")])[0]
        if not stands and not pairs:
            first = (f"{len(old)} times", f"{len(new)} times")
        held.append(Held(id, common_blanks(first[0]), common_blanks(first[1]), stands))
    problems = []
    if whole:
        for old_pieces, new_pieces in changed_runs(printed.pieces, expected.pieces):
            piece = (new_pieces or old_pieces)[0]
            texts = [_words_of(pieces) for pieces in (old_pieces, new_pieces)]
            what = "figure" if piece.anchor in ids else "text"
            name = ids.get(piece.anchor) or ("of the page" if not piece.markup else "in the markup")
            problems.append(Problem(what, name, instead(texts[0] or None, texts[1] or None)))
    return held, problems


def _words_of(pieces: Sequence[Piece]) -> str:
    return common_blanks("".join(piece.text for piece in pieces))

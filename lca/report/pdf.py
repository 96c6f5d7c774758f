"""PDF from a template by WeasyPrint: a page count that holds, attachments, the same bytes every time.

Run as a module it says whether PDF can be made here, and what to install if not.
"""

from __future__ import annotations

import bisect
import contextlib
import io
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from lca.report import html


class Unavailable(Exception):
    """WeasyPrint cannot find Pango; the message says what to install."""


class DoesNotFit(Exception):
    """The template does not fit the pages that its outline allows, at any density."""


@dataclass(frozen=True)
class Density:
    """How tightly a page is set: a style sheet, and what the template gets beside its context."""

    sheet: str
    context: Mapping[str, Any]


def page(
    template: str,
    context: Mapping[str, Any],
    attachments: Mapping[str, bytes],
    pages: int | None,
    densities: Sequence[Density],
    moment: datetime,
) -> bytes:
    """A template as PDF with attachments, on at most as many pages as the outline says.

    Each density sets the page tighter than the one before; the first that fits is taken. Raises `Unavailable`
    without Pango, `DoesNotFit` when none makes it fit.
    """
    weasyprint = _weasyprint()
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    laid: dict[int, Any] = {}

    def fits(position: int) -> bool:
        density = densities[position]
        words = html.page(template, {**context, "medium": "print", **density.context})
        source = weasyprint.HTML(string=words, base_url=str(html.folder()))
        tighter = weasyprint.CSS(string=density.sheet, font_config=fonts)
        laid[position] = source.render(stylesheets=[tighter], font_config=fonts)
        return pages is None or len(laid[position].pages) <= pages

    # Each is tighter than the one before, so the first that fits is found by halving.
    first = bisect.bisect_left(range(len(densities)), True, key=fits)
    if first < len(densities):
        return _written(weasyprint, laid[first], attachments, moment)
    raise DoesNotFit(f"{template} does not fit {pages} pages")


def _written(weasyprint: Any, rendered: Any, attachments: Mapping[str, bytes], moment: datetime) -> bytes:
    rendered.metadata.attachments = [
        weasyprint.Attachment(
            string=content,
            name=name,
            description=f"{name} of this report",
            created=moment,
            modified=moment,
            relationship="Data" if name == "result.json" else "Source",
        )
        for name, content in attachments.items()
    ]
    written: bytes = rendered.write_pdf(pdf_variant="pdf/a-3u")
    return written


def _weasyprint() -> Any:
    """WeasyPrint, imported late; its own banner about missing libraries is replaced by ours."""
    if platform.system() == "Darwin":  # a Python that is not Homebrew's does not look into Homebrew's folders
        os.environ.setdefault("DYLD_FALLBACK_LIBRARY_PATH", "/opt/homebrew/lib:/usr/local/lib:/usr/lib")
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            import weasyprint
    except (ImportError, OSError):
        raise Unavailable(f"No PDF was written: Pango is missing. Install it with\n    {install_line()}") from None
    return weasyprint


def install_line() -> str:
    """The line to type that installs Pango on this system."""
    system = platform.system()
    if system == "Darwin":
        return "brew install pango"
    if system == "Windows":
        return "pacman -S mingw-w64-x86_64-pango   (in MSYS2)"
    if Path("/etc/debian_version").exists():
        return "sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
    return "sudo dnf install pango   (or your system's package of Pango)"


def main() -> int:
    """0 when PDF can be made, else 3 and what to do."""
    try:
        _weasyprint()
    except Unavailable as missing:
        print(missing, file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

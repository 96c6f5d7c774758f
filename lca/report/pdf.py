"""PDF from a template by WeasyPrint: a page count that holds, attachments, the same bytes every time.

Run as a module it says whether PDF can be made here, and what to install if not.
"""

from __future__ import annotations

import contextlib
import io
import platform
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from lca.report import html

DENSITIES = range(6)
"""Steps of `density-N` in a style sheet: each sets the page tighter than the one before."""


class Unavailable(Exception):
    """WeasyPrint cannot find Pango; the message says what to install."""


class DoesNotFit(Exception):
    """The template does not fit the pages that its outline allows, at any density."""


def page(
    template: str,
    context: Mapping[str, Any],
    attachments: Mapping[str, bytes],
    pages: int | None,
    moment: datetime,
) -> bytes:
    """A template as PDF with attachments, on exactly as many pages as the outline says.

    Raises `Unavailable` without Pango, `DoesNotFit` when no density makes it fit.
    """
    weasyprint = _weasyprint()
    for density in DENSITIES:
        source = html.page(template, {**context, "medium": "print", "density": density})
        rendered = weasyprint.HTML(string=source).render()
        if pages is None or len(rendered.pages) <= pages:
            rendered.metadata.attachments = [
                weasyprint.Attachment(
                    string=content,
                    name=name,
                    description=f"{name} of this report",
                    created=moment,
                    modified=moment,
                    relationship="Source" if name == "case.yaml" else "Data",
                )
                for name, content in attachments.items()
            ]
            written: bytes = rendered.write_pdf(pdf_variant="pdf/a-3u", pdf_identifier=None)
            return written
    raise DoesNotFit(f"{template} does not fit {pages} pages")


def _weasyprint() -> Any:
    """WeasyPrint, imported late; its own banner about missing libraries is replaced by ours."""
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

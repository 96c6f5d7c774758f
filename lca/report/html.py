"""HTML from a template: one self-contained file, fonts and script inside, no network."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from lca.datasets.files import shipped
from lca.report.numbers import anchor


def page(template: str, context: Mapping[str, Any]) -> str:
    """A template as HTML, with every style, font and script in it."""
    return str(_environment(autoescape=True).get_template(template).render(**context))


def text(template: str, context: Mapping[str, Any]) -> str:
    """A template as plain text: a sentence, a block of YAML, a paragraph of LaTeX."""
    return str(_environment(autoescape=False).get_template(template).render(**context))


@lru_cache(maxsize=2)
def _environment(autoescape: bool) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(shipped("templates")),
        autoescape=autoescape,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"gases": gases, "anchor": anchor, "latex": latex, "yaml_text": yaml_text}
    environment.globals |= {"style": _style, "script": _script, "safe": Markup}
    return environment


def gases(words: object) -> Markup:
    """Text with the numbers of gases set as subscripts, and without the marks of names in a terminal."""
    plain = str(escape(str(words).replace("`", ""))).replace("CO₂", "CO2")
    return Markup(GAS.sub(lambda found: re.sub(r"(\d)", r"<sub>\1</sub>", found.group()), plain))


GAS = re.compile(r"CO2|\b(?:CH4|N2O|SF6|NF3)\b")
"""CO2 anywhere, as in kgCO2e; the other gases as words of their own."""


def latex(words: object) -> str:
    """Text with what LaTeX reads as a command spelled out."""
    return "".join(LATEX.get(sign, sign) for sign in str(words).replace("CO₂", "CO2")).replace(
        "CO2", r"CO\textsubscript{2}"
    )


LATEX = {
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "\u2009": r"\,",
    "\u202f": r"\,",
    "−": "$-$",
    "×": r"$\times$",
}
"""Signs that LaTeX would read otherwise than they look."""


def yaml_text(words: object) -> str:
    """Text as a double-quoted YAML scalar."""
    import json

    return json.dumps(str(words), ensure_ascii=False)


def folder() -> Path:
    """The folder of the templates, from which print styles load their fonts."""
    return shipped("templates")


@lru_cache(maxsize=8)
def _style(*names: str, inline: bool = True) -> Markup:
    """Style sheets of the templates; `inline` puts the bundled fonts that they use into them."""
    sheets = "\n".join((folder() / name).read_text(encoding="utf-8") for name in names)
    fonts = (folder() / "shared" / "fonts" / "fonts.css").read_text(encoding="utf-8")
    faces = [line for line in fonts.splitlines() if line.startswith("@font-face") and _family(line) in sheets]
    place = _inlined if inline else _referred
    text = re.sub(r"url\(([^)]+)\)", place, "\n".join(faces))
    return Markup("<style>\n{}\n{}</style>").format(Markup(text), Markup(sheets))


def _inlined(match: re.Match[str]) -> str:
    data = base64.b64encode((folder() / "shared" / "fonts" / match.group(1)).read_bytes()).decode("ascii")
    return f"url(data:font/woff2;base64,{data})"


def _referred(match: re.Match[str]) -> str:
    return f"url({(folder() / 'shared' / 'fonts' / match.group(1)).as_uri()})"


def _family(face: str) -> str:
    match = re.search(r'font-family: "?([^";]+)"?;', face)
    return match.group(1) if match else ""


@lru_cache(maxsize=8)
def _script(name: str) -> Markup:
    """A script of the templates."""
    return Markup("<script>\n{}</script>").format(Markup((shipped("templates") / name).read_text(encoding="utf-8")))

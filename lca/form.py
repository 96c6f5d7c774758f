"""The form of a case, filled from a file: every mistake in our words and at its place, in one run."""

from __future__ import annotations

import re
from typing import Any, get_args

from pydantic import ValidationError

from lca.figure import Place
from lca.findings import finding, nearest
from lca.marks import Items, Table, Text, place_of
from lca.model import Finding
from lca.schema import CaseSection, manual
from lca.schema.everyday import instead
from lca.schema.quantity import PURPOSE, PURPOSES, Section, number_with

SUGGESTED = 200
"""Mistakes of one file for which the nearest word is looked up: of a hundred thousand nobody reads it."""
VALIDATION_ROUNDS = 8
"""Leaving out what is wrong can uncover what was hidden behind it, so many levels deep at most."""


def fill(table: Table, name: str, found: list[Finding]) -> tuple[CaseSection | None, bool]:
    """The form of the case, with what is wrong in it replaced or left out, and whether anything was.

    A wrong or missing word is replaced, so that what stands beside it is read in the same run; anything else
    that is wrong is left out.
    """
    mended: set[tuple[Any, ...]] = set()
    for attempt in range(VALIDATION_ROUNDS):
        try:
            kept = found if attempt == 0 else []
            return CaseSection.model_validate(table, context={"findings": kept}), bool(mended)
        except ValidationError as errors:
            # All are explained before any is mended: what is left out takes the places of its other mistakes along.
            round_ = [([step for step in error["loc"] if step != "[key]"], error) for error in errors.errors()]
            for steps, error in round_:
                if tuple(steps) not in mended:
                    found.append(_explained(error, table, name, suggest=len(mended) < SUGGESTED))
                mended.add(tuple(steps))
            for steps, error in round_:
                _mend(table, steps, error)
    return None, True


STAND_INS = {
    "lca": "1",
    "title": "untitled",
    "kind": "training",
    "unit": "unit",
    "name": "unnamed",
    "factor": "0 kgCO2e/kWh",
    "covers": "0 %",
    "gas": "CO2",
    "released": "0 kg",
    "total": "total",
    "value": "1",
    "source": "unnamed",
    "what": "unnamed",
    "reason": "unnamed",
}
"""What stands in for a missing word while the rest is read; a case with a missing word has no result."""


def _mend(table: Table, path: list[Any], error: Any) -> None:
    """Replace a wrong or missing word by one that fits; leave out what cannot be replaced."""
    holder = _held(table, path[:-1])
    key = path[-1]
    if holder is None:
        return  # left out already, with another mistake of the same section
    if error["type"] == "missing":
        if key in STAND_INS and isinstance(holder, Table):
            holder[key], holder.keys_at[key] = Text(STAND_INS[key], holder.place), holder.place
        elif len(path) > 1:
            _remove(table, path[:-1])
    elif error["type"] == "literal_error" and isinstance(holder, Table):
        first = error["ctx"]["expected"].partition(" or ")[0].partition(",")[0].strip("'")
        holder[key] = Text(first, holder.keys_at[key])
    else:
        _remove(table, path)


def _held(table: Table, path: list[Any]) -> Any:
    """What stands at a path; None where nothing does any more."""
    holder: Any = table
    for step in path:
        if isinstance(holder, Table):
            holder = holder.get(step)
        elif isinstance(holder, Items) and isinstance(step, int) and step < len(holder):
            holder = holder[step]
        else:
            return None
    return holder


def _remove(table: Table, path: list[Any]) -> None:
    """Leave out what stands at a path; what is not in a table is left out with the table's key that holds it."""
    holder: Any = table
    last = (table, path[0])
    for step in path:
        if isinstance(holder, Table):
            last = (holder, step)
            holder = holder.get(step)
        elif isinstance(holder, Items) and isinstance(step, int) and step < len(holder):
            holder = holder[step]
        else:
            break
    last[0].pop(last[1], None)


def _explained(error: Any, table: Table, name: str, *, suggest: bool) -> Finding:
    """A mistake that the form found, in our words and at its place."""
    path = [step for step in error["loc"] if step != "[key]"]
    value, place, model = at(path, table, name)
    key = next((str(step) for step in reversed(path) if isinstance(step, str)), name)
    parent = ".".join(str(step) for step in path[:-1]) or "the case"
    if value is None and error["type"] not in ("extra_forbidden", "missing"):
        return finding("empty-value", place, key=key)
    match error["type"]:
        case "extra_forbidden":
            allowed = list(model.model_fields) if model else []
            place = _key_place(path, table) or place
            if key[:1].isdigit():
                return finding("not-a-number", place, text=f"…,{key}", form=number_with("h"))
            said = instead(key, model.__name__) if model else ""
            near = nearest(key, allowed) if suggest and not said else ""
            return finding(
                "unknown-key", place, key=key, parent=parent, allowed=", ".join(allowed), nearest=near, instead=said
            )
        case "missing":
            how = manual.written(model, key) if model else ""
            return finding("missing-key", place, key=key, parent=parent, how=how)
        case "literal_error":
            allowed = [word.strip("'") for word in error["ctx"]["expected"].replace(" or ", ", ").split(", ")]
            return finding(
                "unknown-choice",
                place,
                text=value,
                key=key,
                allowed=", ".join(allowed),
                nearest=nearest(str(value), allowed),
                purpose=PURPOSES.get(key, PURPOSE),
            )
        case "bad-date":
            return finding("bad-date", place, **error["ctx"])
        case "empty-value":
            return finding("empty-value", place, key=key)
    wanted = error["ctx"]["wanted"] if error["type"] == "wrong-shape" else WANTED.get(error["type"], "something else")
    given = {"Table": "a table", "Items": "a list", "Text": f"`{value}`"}.get(type(value).__name__, "nothing")
    shape = _shape(model, key, value, wanted)
    return finding("wrong-shape", place, key=key, wanted=wanted, given=given, shape=shape)


WANTED = {"model_type": "a table", "dict_type": "a table", "tuple_type": "a list", "string_type": "a word"}
"""What the form wanted, by the type of its mistake."""
SHAPES = {
    "a table": "Write `key: value` lines below it, indented.",
    "a list": "Write a list: lines below it that begin with `- `.",
}


def _shape(model: type[Section] | None, key: str, value: Any, wanted: str) -> str:
    """What to write instead, with what stands there where it is clear to which key it belongs."""
    if model is None or wanted not in SHAPES:
        return SHAPES.get(wanted, "Write one value.")
    if key not in model.model_fields:
        return f"{SHAPES[wanted]} Write for example `{key}: {manual.example_of(model)}`."
    if key == "period" and re.fullmatch(r"(19|20)\d\d", str(value)):
        return f"Write `period: {{start: {value}-01-01, end: {value}-12-31}}`."
    inner = next(iter(_sections(model.model_fields[key].annotation)), None)
    if isinstance(value, Text) and wanted == "a table" and inner is not None:
        needed = [name for name, known in inner.model_fields.items() if known.is_required()]
        others = [name for name in inner.model_fields if name not in needed]
        if len(needed) == 1:
            beside = f"; beside it {', '.join(others)}" if others else ""
            return f"Write `{key}: {{{needed[0]}: {value}}}`{beside}."
    return f"{SHAPES[wanted]} {manual.written(model, key)}"


def _key_place(path: list[Any], table: Table) -> Place | None:
    """Where the key stands that a path ends with."""
    holder = at(path[:-1], table, "")[0]
    return holder.keys_at.get(path[-1]) if isinstance(holder, Table) else None


def at(path: list[Any], table: Table, name: str) -> tuple[Any, Place, type[Section] | None]:
    """The value at a path, the nearest place, and the section whose field the last step is."""
    value: Any = table
    place = Place(name, 1, 1)
    model: type[Section] | None = CaseSection
    for step in path[:-1]:
        model = _below(model, step)
    for step in path:
        if isinstance(value, Table) and step in value:
            place, value = value.keys_at[step], value[step]
            if isinstance(value, Text):
                place = value.place
        elif isinstance(value, Items) and isinstance(step, int) and step < len(value):
            value = value[step]
            place = place_of(value) if value is not None else place
        elif not isinstance(value, Table | Items):
            break
    return value, place, model


def _below(model: type[Section] | None, step: Any) -> type[Section] | None:
    """The section that a step leads into; a step into a dictionary or a list stays."""
    if model is None or not isinstance(step, str) or step not in model.model_fields:
        return model
    return next((inner for inner in _sections(model.model_fields[step].annotation)), None)


def _sections(annotation: Any) -> list[type[Section]]:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return [annotation]
    return [section for argument in get_args(annotation) for section in _sections(argument)]

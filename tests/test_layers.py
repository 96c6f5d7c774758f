"""The import law. `LAYERS` is the architecture: a module imports only from what stands above it here."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import jinja2
import pytest

ROOT = Path(__file__).resolve().parent.parent

LAYERS: tuple[tuple[str, ...], ...] = (
    ("units",),  # kinds of quantity, the closed list of units
    ("expression",),  # a formula as a tree, and its readings
    ("equation", "distribution"),  # maths written once; how a value may differ
    ("figure",),  # the tree: figures, given or derived
    ("model",),  # the nouns: what is declared
    ("inventory",),  # what it comes to
    ("findings", "placement"),  # what is wrong; where a flow belongs
    ("methods",),  # the science: equations and posting rules
    ("marks", "datasets"),  # YAML with line marks; the data sets
    ("schema", "measurements", "per_served"),  # the face of the YAML; measured inference; per token
    ("form",),  # the form of a case, filled from a file
    ("importers",),  # foreign records
    ("nouns", "choose", "totals", "statement"),  # form → nouns; what posting rules ask for; the stable ids
    ("premises", "wording"),  # what a case leaves open of its sites; words that no report may use
    ("site_indicators",),  # what each site takes, and its indicators
    ("attribution",),  # what of a site falls to which workload
    ("organise",),  # the organisation's part of the tree
    ("loading", "peers"),  # text → Case; a case as a peer would account for it
    ("serving",),  # inference as energy and time
    ("resolve",),  # Case → the tree
    ("compute",),  # the tree → numbers
    ("explain", "sensitivity"),  # the tree → words; → other numbers
    ("questions", "assumptions", "search", "draft"),  # what a verifier would ask; what nobody declared
    ("pipeline", "conventions"),  # the whole way, to be read aloud; the same case under each convention
    ("compare",),  # options held against each other
    ("report", "changes"),  # an inventory → something one can read; what changed between two, by cause
    ("verify",),  # a finished report held against what it carries
    ("cli",),
)
DEPTH = {name: depth for depth, layer in enumerate(LAYERS) for name in layer}

SIBLINGS_SHARED = {
    # Parts of a package do not import each other, except these, which are there for the others.
    "findings": {"entry"},
    "schema": {"spread", "quantity", "activity", "parts", "inference"},
    "methods": {"consolidation", "factor"},
    "nouns": {"case_file", "titles"},
    "datasets": {"files", "regions", "publications"},
    "choose": {"decisions", "rows", "conventions"},
    "importers": {"text"},
    "questions": {"words", "factors"},
    "sensitivity": {"sources", "derivatives", "draws", "fold", "approach_one", "approach_two", "tornado"},
    "verify": {"verdict", "differences", "anchors", "pages", "sheets", "finished", "again"},
    "report": {
        *(
            "blocks",
            "carried",
            "charts",
            "disclosed",
            "document",
            "figures",
            "formulas",
            "numbers",
            "html",
            "organisation",
            "sites",
            "xlsx",
        ),
    },
}
ASSEMBLES = {"report.outline", "sensitivity.study"}
"""Put together what their siblings make, and are imported by none of them."""
ONLY_IN = {
    "pint": {"units", "equation"},
    "numpy": {
        *("expression", "importers.series", "distribution"),
        "compare",
        *(f"sensitivity.{part}" for part in ("draws", "approach_two", "breakeven", "screening", "study")),
    },
    "scipy": {"distribution", "sensitivity.draws", "sensitivity.screening"},
    "SALib": {"sensitivity.screening"},
    "pandas": {"inventory"},  # Inventory.frame, for users of Python
    "pydantic": {
        "schema",
        "schema.activity",
        "schema.analysis",
        "schema.facility",
        "schema.quantity",
        "schema.workload",
        "form",
    },
    "pydantic_core": {"schema.quantity"},
    "yaml": {"marks", "datasets.files", "datasets.things", "report.outline"},
    "jinja2": {"report.html"},
    "markupsafe": {"report.html", "report.charts", "report.document"},
    "weasyprint": {"report.pdf"},
    "pypdf": {"verify.sheets"},
    "xlsxwriter": {"report.xlsx"},
}
FILES = {"units", "marks", "loading", "nouns", "importers", "datasets", "draft", "report", "verify", "cli"}
"""Those that open files; `units` opens its own list, which stands beside it."""
TOUCH = {
    *("open", "read_text", "read_bytes", "write_text", "write_bytes", "mkdir", "unlink", "rename", "copyfile"),
    *("iterdir", "glob", "rglob", "stat", "exists", "is_file", "is_dir", "samefile", "readlines"),
}
NOWHERE = {
    # No network, no clock, no chance, no language of the machine, nothing that runs text.
    *("socket", "ssl", "http", "urllib", "requests", "httpx", "ftplib", "smtplib"),
    *("time", "random", "secrets", "uuid", "locale", "getpass"),
    *("pickle", "marshal", "shelve", "subprocess", "ctypes", "multiprocessing", "asyncio"),
}


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the package by its name: `report.html`, `methods`, `units`."""
    found = {}
    for path in sorted((ROOT / "lca").rglob("*.py")):
        name = ".".join(path.relative_to(ROOT / "lca").with_suffix("").parts).removesuffix(".__init__")
        if name not in ("__init__", "__main__"):  # the public names and `python -m lca` stand outside the law
            found[name] = ast.parse(path.read_text(encoding="utf-8"), str(path))
    return found


def imports(tree: ast.AST) -> Iterator[str]:
    """The full name of everything that is imported, at the top or inside a function."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports name the package in full"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def ours(tree: ast.AST) -> set[str]:
    """The modules of the package that are imported."""
    found = set()
    for name in imports(tree):
        if name.startswith("lca."):
            parts = name.split(".")[1:]
            found.add(next(".".join(parts[:end]) for end in (2, 1) if ".".join(parts[:end]) in modules() or end == 1))
    return found - {"__version__"}


NAMES = sorted(modules())


def test_layers__name_every_module__and_no_other():
    assert {name.partition(".")[0] for name in NAMES} == set(DEPTH)


@pytest.mark.parametrize("name", NAMES)
def test_imports__only_from_the_layers_above(name):
    package, _, part = name.partition(".")
    for other in ours(modules()[name]):
        above, _, sibling = other.partition(".")
        assert above in DEPTH, f"{name} imports {other}"
        if above != package:
            assert DEPTH[above] < DEPTH[package], f"{name} imports {other}"
        elif part and name not in ASSEMBLES:
            assert other not in ASSEMBLES, f"{name} imports {other}"
            assert not sibling or sibling in SIBLINGS_SHARED[package], f"{name} imports its sibling {other}"


def test_imports__have_no_circle_among_siblings():
    """What siblings may share does not lean on them in turn."""
    for package, shared in SIBLINGS_SHARED.items():
        own = f"{package}."
        leans = {
            part: {other.removeprefix(own) for other in ours(modules()[own + part]) if other.startswith(own)}
            for part in shared
        }
        for part, others in leans.items():
            assert not any(part in leans.get(other, ()) for other in others), f"{package}.{part}"


@pytest.mark.parametrize("name", NAMES)
def test_imports__of_libraries__only_where_they_belong(name):
    for imported in imports(modules()[name]):
        library = imported.partition(".")[0]
        allowed = ONLY_IN.get(library)
        assert allowed is None or name in allowed, f"{name} imports {library}"
        assert library not in NOWHERE, f"{name} imports {library}"


@pytest.mark.parametrize("name", NAMES)
def test_files__are_touched_only_by_those_whose_work_it_is(name):
    for node in ast.walk(modules()[name]):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            assert called not in TOUCH or name.partition(".")[0] in FILES, f"{name}:{node.lineno} calls {called}"


@pytest.mark.parametrize("name", NAMES)
def test_code__reads_no_clock_and_runs_no_text(name):
    for node in ast.walk(modules()[name]):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            assert called not in {"now", "today", "utcnow", "eval", "exec", "popen"}, (
                f"{name}:{node.lineno} calls {called}"
            )


def test_cli__imports_nothing_heavy_at_its_top():
    """`lca --help` answers in a blink: what a command needs is imported when it runs."""
    top = [node for node in modules()["cli"].body if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {name.partition(".")[0] for node in top for name in imports(node)}
    assert names <= {"__future__", "argparse", "sys", "pathlib", "typing", "lca"}


def test_methods__every_file_is_a_subject():
    from lca.methods import SUBJECTS

    assert {f"methods.{subject}" for subject in SUBJECTS} == {name for name in NAMES if name.startswith("methods.")}


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("questions.")])
def test_questions__are_all_asked(name):
    """What takes an inventory and data sets and yields findings is asked of every case."""
    from lca.questions import QUESTIONS

    asked = {(question.__module__, question.__name__) for question in QUESTIONS}
    functions = [node for node in modules()[name].body if isinstance(node, ast.FunctionDef)]
    questions = [node.name for node in functions if ast.unparse(node.args).startswith("inventory: Inventory, datasets")]
    assert {(f"lca.{name}", question) for question in questions} <= asked


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("methods.")])
def test_methods__equations_stand_above_the_posting_rule(name):
    """A reader of the science meets the maths first, then where it is posted."""
    functions = [node for node in modules()[name].body if isinstance(node, ast.FunctionDef)]
    is_equation = [
        any(isinstance(mark, ast.Call) and getattr(mark.func, "id", "") == "equation" for mark in node.decorator_list)
        for node in functions
    ]
    posts = [position for position, node in enumerate(functions) if node.name in ("post", "factors")]
    equations = [position for position, one in enumerate(is_equation) if one]
    if posts and equations:
        assert max(equations) < min(posts)


@pytest.mark.parametrize("name", NAMES)
def test_modules__say_what_they_are(name):
    assert ast.get_docstring(modules()[name]), f"lca/{name.replace('.', '/')}.py has no sentence at its top"


def test_package__has_the_names_of_the_flow():
    import lca

    assert {"load", "run", "tornado", "Case", "CaseError", "Inventory"} <= set(lca.__all__)
    assert all(getattr(lca, name) is not None for name in lca.__all__)
    with pytest.raises(AttributeError, match="lca has no nonsense"):
        lca.nonsense  # noqa: B018


ARITHMETIC = (
    *(jinja2.nodes.Add, jinja2.nodes.Sub, jinja2.nodes.Mul, jinja2.nodes.Div, jinja2.nodes.FloorDiv),
    *(jinja2.nodes.Mod, jinja2.nodes.Pow),
)
ORDERED = {"lt", "lteq", "gt", "gteq"}


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.j2")), ids=lambda path: path.name)
def test_templates__hold_no_arithmetic_and_no_thresholds(path):
    tree = jinja2.Environment(autoescape=True).parse(path.read_text(encoding="utf-8"))
    for node in tree.find_all(ARITHMETIC):
        raise AssertionError(f"{path.name}:{node.lineno} computes")
    for compared in tree.find_all(jinja2.nodes.Compare):
        assert not {operand.op for operand in compared.ops} & ORDERED, f"{path.name}:{compared.lineno} has a threshold"

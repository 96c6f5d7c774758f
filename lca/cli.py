"""The command. Heavy imports are late: `lca --help` answers in a blink."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lca import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

    from lca.inventory import Inventory
    from lca.model import Finding
    from lca.report.outline import Written
    from lca.report.study import Answers
    from lca.sensitivity.study import Study

FINE, FINDINGS, WRONG_USE = 0, 1, 2

DESCRIPTION = """\
Life-cycle assessment and greenhouse gas reporting for AI and computing.

  lca audit --device h100-sxm --count 8 --duration "72 h" --utilisation "85 %" --location FR --pue 1.2
  lca audit nvidia-smi.csv --location FR          lca audit emissions.csv
  lca new training > case.yaml                    lca run case.yaml --to report
  lca new organisation --to my-year               lca keys facilities
  lca explain case.yaml total                     lca factors "electricity FR 2024"
"""


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the exit status is 0 fine, 1 findings of severity error, 2 wrong use."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except BrokenPipeError:
        sys.stderr.close()
        return FINE
    except _Refused as refused:
        _print_findings(tuple(found for found in refused.findings if found.severity != "note"))
        return FINDINGS
    except OSError as error:
        print(f"lca: {error.filename or ''}: {error.strerror or error}".replace(": :", ":"), file=sys.stderr)
        return FINDINGS


class _Refused(Exception):
    """Errors that keep a result from being made."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__()
        self.findings = findings


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lca", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("--version", action="version", version=f"lca-toolkit {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="", required=True)

    def command(name: str, help: str, run: Any) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=help, description=help, allow_abbrev=False)
        sub.set_defaults(run=run)
        return sub

    new = command("new", "a commented case to start from", _new)
    new.add_argument("kind", choices=["training", "inference", "organisation"])
    new.add_argument("--to", type=Path, metavar="DIR", help="write it there as case.yaml, with the tables it can read")

    check = command("check", "all findings about a case, each at its file, line and column", _check)
    check.add_argument("case", type=Path)

    audit = command("audit", "one training run from flags, an nvidia-smi log or a CodeCarbon file", _audit)
    audit.add_argument("record", nargs="?", type=Path, help="nvidia-smi CSV or CodeCarbon emissions.csv")
    for flag, example in AUDIT_FLAGS.items():
        audit.add_argument(f"--{flag}", metavar="", help=f"as in {example}")
    _output(audit)

    run = command("run", "compute a case and render its report", _run)
    run.add_argument("case", type=Path)
    run.add_argument("--convention", metavar="NAME", help="as a peer tool would account for it: green-algorithms …")
    _output(run)

    conventions = command("conventions", "the same case under the convention of each peer tool", _conventions)
    conventions.add_argument("case", type=Path)
    conventions.add_argument("--json", action="store_true", help="print the table as JSON, and nothing else")

    explain = command("explain", "a figure of a case, down to its sources", _explain)
    explain.add_argument("case", type=Path)
    explain.add_argument("id", nargs="?", help="as in total, energy.site, tornado; left out: the list of ids")

    compare = command("compare", "options held against each other, with paired draws", _compare)
    compare.add_argument("cases", nargs="+", metavar="case", help="case.yaml, or case.yaml#scenario")
    compare.add_argument("--scenarios", action="store_true", help="each case with all of its scenarios")
    compare.add_argument("--total", metavar="ID", help="what they are compared by; total, or total.location")
    compare.add_argument("--to", type=Path, metavar="DIR", help="folder for the report")
    compare.add_argument("--json", action="store_true", help="print the comparison as JSON, and nothing else")

    _of_finished(command)

    assumptions = command("assumptions", "what nobody declared, by influence on the total", _assumptions)
    assumptions.add_argument("case", type=Path)

    study = command("sensitivity", "how sure a total is, and what moves it", _sensitivity)
    study.add_argument("case", type=Path)
    study.add_argument("--total", metavar="ID", help="as in scope2.market; the main total unless said")
    study.add_argument("--curve", metavar="ID", help="an input to draw the total over; grid intensity unless said")
    study.add_argument("--draws", type=int, metavar="N", help="instead of what the case says")
    study.add_argument("--seed", type=int, metavar="N", help="instead of what the case says")
    study.add_argument("--generator", choices=["pcg64", "sobol"], help="instead of what the case says")
    study.add_argument("--to", type=Path, metavar="DIR", help="folder for the charts and the tables as CSV")
    study.add_argument("--json", action="store_true", help="print the answers as JSON, and nothing else")

    factors = command("factors", "search the data sets: electricity FR 2024, h100, pue aws:eu-west-3", _factors)
    factors.add_argument("query", nargs="*")
    factors.add_argument("--units", action="store_true", help="the units that a case may use")

    keys = command("keys", "the keys of a case: what each means, its unit or choices, an example", _keys)
    keys.add_argument("section", nargs="?", default="", help="as in facilities, activities.travel, targets")
    keys.add_argument("--markdown", action="store_true", help="all of them as a page: docs/CASE.md")

    command("schema", "JSON Schema of a case, for editors", _schema)
    return parser


AUDIT_FLAGS = {
    "device": "h100-sxm",
    "count": "8",
    "duration": '"72 h"',
    "device-hours": '"576 h", instead of a duration',
    "utilisation": '"85 %%"',
    "power": '"300 W", per device',
    "energy": '"1200 kWh", of the nodes',
    "measured-at": "accelerators, node or site",
    "location": "FR, US-CAMX or aws:eu-west-3",
    "pue": "1.2",
    "grid": '"450 gCO2e/kWh"',
    "host": "server/dgx-h100",
    "host-power": '"150 W", per device',
    "lifetime": '"5 years"',
    "owned": "owned, leased, colocated or cloud",
    "embodied": '"164 kgCO2e", per device',
    "produces": '"84000 EFLOP"',
    "start": "2026-03-02",
    "end": "2026-03-04",
    "title": '"My training run"',
}


def _of_finished(command: Callable[[str, str, Any], argparse.ArgumentParser]) -> None:
    """The commands about what is finished: whether it stands, and what changed since another."""
    verify = command("verify", "whether a finished report is what follows from what it carries", _verify)
    verify.add_argument("report", type=Path, help="report.pdf, report.html, result.json, or a folder of them")

    diff = command("diff", "what changed between two years or two drafts, by cause, summing to the difference", _diff)
    diff.add_argument("old", type=Path, help="a case, or a result or report that carries one")
    diff.add_argument("new", type=Path)
    diff.add_argument("--total", metavar="ID", help="as in scope2.market; the main total unless said")
    diff.add_argument("--json", action="store_true", help="print the causes as JSON, and nothing else")


def _output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", type=Path, metavar="DIR", help="folder for the report")
    parser.add_argument("--report", metavar="NAME", help="a folder of templates: audit, inventory …")
    parser.add_argument(
        "--format",
        action="append",
        choices=["pdf", "html", "json", "xlsx"],
        default=[],
        help="xlsx: a workbook of live formulas besides; pdf, html, json: only these of the usual files; repeatable",
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON, and nothing else")
    parser.add_argument("--without-evidence", action="store_true", help="the report names evidence by its hash alone")


# --------------------------------------------------------------------------------------------------


def _new(options: argparse.Namespace) -> int:
    from lca.datasets.files import shipped

    text = (shipped("templates") / "new" / f"{options.kind}.yaml").read_text(encoding="utf-8")
    if options.to is None:
        print(text, end="")
        return FINE
    if _is_file(options.to):
        return WRONG_USE
    files = {"case.yaml": text}
    if options.kind == "organisation":
        tables = sorted((shipped("templates") / "new" / "evidence").glob("*.csv"))
        files |= {f"evidence/{table.name}": table.read_text(encoding="utf-8") for table in tables}
    if there := [name for name in files if (options.to / name).exists()]:
        print(f"lca new: {options.to / there[0]} is there already: nothing was written", file=sys.stderr)
        return FINDINGS
    for name, content in files.items():
        (options.to / name).parent.mkdir(parents=True, exist_ok=True)
        (options.to / name).write_text(content, encoding="utf-8")
        print(f"written: {options.to / name}")
    return FINE


def _check(options: argparse.Namespace) -> int:
    from lca.compare import scenarios_checked
    from lca.loading import CaseError
    from lca.pipeline import run

    try:
        inventory = run(options.case)
        findings = inventory.findings
        if inventory.case.scenarios and not inventory.failed:
            findings = (*findings, *scenarios_checked(options.case))
    except CaseError as error:
        findings = error.findings
    for found in findings:
        print(found)
    errors = sum(found.severity == "error" for found in findings)
    others = len(findings) - errors
    print(f"{options.case}: {errors} error{'s' * (errors != 1)}, {others} other finding{'s' * (others != 1)}")
    return FINDINGS if errors else FINE


def _run(options: argparse.Namespace) -> int:
    from lca.peers import DoesNotApply

    if options.format and options.to is None:
        print("lca run: --format says what to write; say where with --to DIR", file=sys.stderr)
        return WRONG_USE
    try:
        inventory = _inventory(options.case, options.convention)
    except KeyError as error:
        print(f"lca run: {error.args[0]}", file=sys.stderr)
        return WRONG_USE
    except DoesNotApply as reason:
        print(f"lca run: the convention `{options.convention}` does not apply: {reason}", file=sys.stderr)
        return FINDINGS
    if options.to is not None:
        if _is_file(options.to):
            return WRONG_USE
        written = _write(inventory, options.case, options.to, options)
        if isinstance(written, int):
            return written
        _tell(inventory, inventory.findings, written.files, written.notes, quiet=options.json)
        return _print_json(inventory) if options.json else FINE
    return _print_json(inventory) if options.json else _print_totals(inventory)


def _conventions(options: argparse.Namespace) -> int:
    from lca.conventions import told, under_each
    from lca.loading import CaseError
    from lca.peers import DoesNotApply

    try:
        table = under_each(options.case)
    except CaseError as error:
        raise _Refused(error.findings) from None
    except DoesNotApply as reason:
        print(f"lca conventions: {reason}", file=sys.stderr)
        return FINDINGS
    if options.json:
        import dataclasses
        import json

        rows = [{**dataclasses.asdict(row), "decisive": row.decisive and row.decisive.key} for row in table]
        print(
            json.dumps(
                {"schema": "lca-conventions/1", "unit": "kgCO2e", "conventions": rows}, ensure_ascii=False, indent=2
            )
        )
    else:
        print("\n".join(told(table)))
    return FINE


def _audit(options: argparse.Namespace) -> int:
    import shutil
    import tempfile

    from lca import draft

    if options.record is not None and not options.record.is_file():
        print(f"lca audit: {options.record}: no such file", file=sys.stderr)
        return WRONG_USE
    names = [flag.replace("-", "_") for flag in AUDIT_FLAGS]
    flags = {name: value for name in names if (value := getattr(options, name)) is not None}
    if options.record is None and not flags:
        print("lca audit: name a record or give flags; see lca audit --help", file=sys.stderr)
        return WRONG_USE
    if _is_file(options.to):
        return WRONG_USE
    drafted = draft.training_run(flags, options.record)

    def said(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        return tuple(draft.in_flags(found, drafted) for found in findings)

    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        case = folder / "case.yaml"
        case.write_text(drafted.text, encoding="utf-8")
        if drafted.evidence:
            (folder / "evidence").mkdir()
            shutil.copyfile(drafted.evidence, folder / "evidence" / drafted.evidence.name)
        try:
            inventory = _inventory(case)
        except _Refused as refused:
            raise _Refused(said(refused.findings)) from None
        if options.json and options.to is None and not options.format:
            return _print_json(inventory)
        to = options.to or Path(draft.folder(inventory.case.title))
        if (to / "case.yaml").exists() and (to / "case.yaml").read_bytes() != case.read_bytes():
            print(KEPT.format(to=to), file=sys.stderr)
            return FINDINGS
        written = _write(inventory, case, to, options)
        if isinstance(written, int):
            return written
        shutil.copyfile(case, to / "case.yaml")
        files = [*written.files, to / "case.yaml"]
        if drafted.evidence:
            (to / "evidence").mkdir(exist_ok=True)
            copy = to / "evidence" / drafted.evidence.name
            if not copy.exists() or not copy.samefile(drafted.evidence):
                shutil.copyfile(drafted.evidence, copy)
                files.append(copy)
    # Everything is in its place before anything is printed: whoever reads along may leave early.
    _tell(inventory, said(inventory.findings), tuple(files), written.notes, quiet=options.json)
    return _print_json(inventory) if options.json else FINE


KEPT = """\
lca audit: {to}/case.yaml is there already, and differs from what these flags say: nothing was written.
    To render it as it is:   lca run {to}/case.yaml --to {to}
    To begin another:        lca audit … --to ANOTHER-FOLDER"""


def _explain(options: argparse.Namespace) -> int:
    from lca import explain
    from lca.sensitivity.study import Study

    inventory = _inventory(options.case)
    if options.id is None:
        return _print_totals(inventory)
    try:
        if options.id in ("tornado", "interval"):
            text = "\n".join(explain.tornado_lines(Study(inventory).analysis()))
        else:
            text = "\n".join(explain.told(inventory, options.id))
    except KeyError as error:
        print(f"lca explain: {error.args[0]}", file=sys.stderr)
        return WRONG_USE
    print(text)
    return FINE


def _compare(options: argparse.Namespace) -> int:
    from lca import compare
    from lca.loading import CaseError
    from lca.report import json, outline
    from lca.report.comparison import ComparisonDocument

    if _is_file(options.to):
        return WRONG_USE
    try:
        chosen = compare.chosen_of(options.cases, scenarios=options.scenarios)
        if len(chosen) < 2:
            print("lca compare: name a second case, or --scenarios for those of one", file=sys.stderr)
            return WRONG_USE
        made = compare.compare(chosen, options.total)
    except CaseError as error:
        raise _Refused(error.findings) from None
    except compare.NotComparable as error:
        print(f"lca compare: {error}", file=sys.stderr)
        return WRONG_USE
    except KeyError as error:
        print(f"lca compare: {error.args[0]}", file=sys.stderr)
        return WRONG_USE
    written = outline.render_comparison(made, options.to) if options.to is not None else None
    for note in written.notes if written else ():
        print(note, file=sys.stderr)
    if options.json:
        print(json.text(json.comparison(made, __version__)), end="")
        return FINE
    for line in ComparisonDocument(made).lines():
        print(line)
    for path in written.files if written else ():
        print(f"written: {path}")
    return FINE


def _verify(options: argparse.Namespace) -> int:
    from lca import verify

    if not options.report.exists():
        print(f"lca verify: {options.report}: no such file", file=sys.stderr)
        return WRONG_USE
    try:
        verdicts = verify.verify(options.report)
    except verify.NotVerifiable as error:
        print(f"lca verify: {error}", file=sys.stderr)
        return WRONG_USE
    except verify.Unavailable as missing:
        print(f"lca verify: {missing}", file=sys.stderr)
        return WRONG_USE
    for line in verify.lines(verdicts):
        print(line)
    return FINE if all(verdict.stands for verdict in verdicts) else FINDINGS


def _diff(options: argparse.Namespace) -> int:
    from lca import changes
    from lca.loading import CaseError
    from lca.report import json
    from lca.verify import NotVerifiable, Unavailable, loaded

    inventories = []
    for path in (options.old, options.new):
        try:
            inventory = loaded(path)
        except CaseError as error:
            raise _Refused(error.findings) from None
        except (NotVerifiable, Unavailable) as error:
            print(f"lca diff: {error}", file=sys.stderr)
            return WRONG_USE
        if inventory.failed:
            raise _Refused(inventory.findings)
        inventories.append(inventory)
    try:
        found = changes.between(inventories[0], inventories[1], options.total)
    except changes.Incomparable as error:
        print(f"lca diff: {error}", file=sys.stderr)
        return WRONG_USE
    if options.json:
        print(json.text(changes.data(found)), end="")
        return FINE
    for line in changes.lines(found):
        print(line)
    return FINE


def _assumptions(options: argparse.Namespace) -> int:
    from lca import explain
    from lca.assumptions import register

    for entry in register(_inventory(options.case)):
        print(f"{entry.name}: {entry.value}")
        print(f"    {entry.why}")
        print(f"    source: {entry.source}" if entry.source else "    source: none")
        if entry.influence is not None:
            print(f"    moves the total by {explain.number(100 * entry.influence, 3)} %")
    return FINE


def _sensitivity(options: argparse.Namespace) -> int:
    from dataclasses import replace

    from lca.figure import leaves
    from lca.model import FEWEST_DRAWS, LARGEST_SEED, MOST_DRAWS
    from lca.report import json, study
    from lca.sensitivity.study import Study

    if _is_file(options.to):
        return WRONG_USE
    inventory = _inventory(options.case)
    asked = {key: value for key in ("draws", "seed", "generator") if (value := getattr(options, key)) is not None}
    sampling = replace(inventory.case.sampling, **asked)
    if not FEWEST_DRAWS <= sampling.draws <= MOST_DRAWS or not 0 <= sampling.seed <= LARGEST_SEED:
        words = f"{FEWEST_DRAWS} to {MOST_DRAWS} draws, and a seed of 0 to {LARGEST_SEED}"
        print(f"lca sensitivity: {words}", file=sys.stderr)
        return WRONG_USE
    total = options.total or inventory.main
    known = [leaf.id for leaf in leaves([inventory.totals[total]])] if total in inventory.totals else []
    if total not in inventory.totals or options.curve not in (None, *known):
        id, of = (total, "total") if total not in inventory.totals else (options.curve, f"input of {total}")
        print(f"lca sensitivity: no {of} is called {id}; see lca explain {options.case}", file=sys.stderr)
        return WRONG_USE
    asking = Study(inventory, total, sampling)
    answers = _answers(asking, options)
    texts = study.files(answers) if options.to else {}
    for name, text in texts.items():
        options.to.mkdir(parents=True, exist_ok=True)
        (options.to / name).write_text(text, encoding="utf-8")
    # Everything is in its place before anything is printed: whoever reads along may leave early.
    if options.json:
        print(json.text(study.data(answers)), end="")
    else:
        for line in (*study.lines(answers), *(f"written: {options.to / name}" for name in texts)):
            print(line)
    return FINDINGS if any(risk.left < 0 for risk in asking.risks) else FINE


def _answers(asking: Study, options: argparse.Namespace) -> Answers:
    from lca.report import study
    from lca.sensitivity import screening

    with _Progress("lca sensitivity") as say:
        say("drawing")
        asking.monte_carlo  # noqa: B018 -- worked out here, under its own name
        say("looking for break-even values")
        breakevens = asking.breakevens()
        say("computing scenarios")
        scenarios = [(item, _inventory(Path(f"{options.case}#{item.key}"))) for item in asking.inventory.case.scenarios]
        curve = options.curve or study.usual_input(asking)
        drawn = study.curve_over(asking, curve) if curve else None
        say("moving all inputs at once")
        indices, effects, missing = [], [], ""
        try:
            if asking.first_order.deviation:
                indices, effects = asking.indices(), asking.effects()
        except screening.NoSALib as error:
            missing = str(error)
    return study.Answers(asking, breakevens, scenarios, indices, effects, drawn, missing)


class _Progress:
    """Says on standard error what is being done, once it takes longer than a second, and clears it at the end."""

    def __init__(self, command: str) -> None:
        self._command, self._words, self._visible = command, "", False

    def __enter__(self) -> Callable[[str], None]:
        import threading

        self._timer = threading.Timer(1.0, self._show)
        self._timer.daemon = True
        self._timer.start()
        return self._say

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        if self._visible:
            print("\r\033[K" if sys.stderr.isatty() else "", end="", file=sys.stderr, flush=True)

    def _say(self, words: str) -> None:
        self._words = words
        if self._visible:
            self._show()

    def _show(self) -> None:
        self._visible = True
        start, end = ("\r\033[K", "") if sys.stderr.isatty() else ("", "\n")
        print(f"{start}{self._command}: {self._words} …", end=end, file=sys.stderr, flush=True)


def _factors(options: argparse.Namespace) -> int:
    from lca import search, units

    if options.units:
        print("with prefixes m k M G T P E Z where they make sense, as in kWh, MW, tCO2e, gCO2e/kWh:")
        print(" ".join(units.known_units()))
        return FINE
    if not options.query:
        print("lca factors: name what you look for, as in: lca factors electricity FR 2024", file=sys.stderr)
        return WRONG_USE
    try:
        for line in search.factors(" ".join(options.query)):
            print(line)
    except search.NotFound as error:
        print(f"lca factors: {error}", file=sys.stderr)
        return FINDINGS
    return FINE


def _keys(options: argparse.Namespace) -> int:
    from lca.findings import nearest
    from lca.schema import CaseSection, manual

    if options.markdown:
        print(manual.markdown(CaseSection), end="")
        return FINE
    lines = manual.lines(CaseSection, options.section)
    if not lines:
        words = manual.names(CaseSection)
        print(f"lca keys: no section is called `{options.section}`{nearest(options.section, words)}", file=sys.stderr)
        return WRONG_USE
    for line in lines:
        print(line)
    return FINE


def _schema(options: argparse.Namespace) -> int:
    import json

    from lca.schema import CaseSection

    print(json.dumps(CaseSection.model_json_schema(), ensure_ascii=False, indent=2))
    return FINE


# --------------------------------------------------------------------------------------------------


def _inventory(case: Path, convention: str | None = None) -> Inventory:
    """The inventory of a case, or every error that there is; other findings are left to the report."""
    from lca.compare import split
    from lca.loading import CaseError
    from lca.pipeline import run

    path, scenario = split(str(case))
    try:
        inventory = run(path, scenario=scenario, convention=convention)
    except CaseError as error:
        raise _Refused(error.findings) from None
    if inventory.failed:
        raise _Refused(inventory.findings)
    return inventory


def _is_file(to: Path | None) -> bool:
    """Whether a file stands where a folder is to be written; says so."""
    if to is None or not to.is_file():
        return False
    print(f"lca: {to} is a file; --to takes a folder for the report", file=sys.stderr)
    return True


def _write(inventory: Inventory, case: Path, to: Path, options: argparse.Namespace) -> Written | int:
    """Render a report into a folder; the exit status, having said why, where it cannot be."""
    from lca.report import outline, pdf, xlsx

    try:
        evidence = not options.without_evidence
        convention = getattr(options, "convention", None)  # `lca audit` has none
        return outline.render(inventory, case, to, options.report, options.format, convention, evidence=evidence)
    except outline.UnknownReport as error:
        print(f"lca: {error}", file=sys.stderr)
        return WRONG_USE
    except pdf.DoesNotFit as error:
        print(f"lca: {error}; shorten titles, names and notes. Nothing was written.", file=sys.stderr)
        return FINDINGS
    except (xlsx.Unavailable, xlsx.TooLarge) as error:
        print(f"lca: nothing was written. {error}", file=sys.stderr)
        return FINDINGS


def _tell(
    inventory: Inventory,
    findings: tuple[Finding, ...],
    files: tuple[Path, ...],
    notes: tuple[str, ...],
    *,
    quiet: bool,
) -> None:
    """Print what was found and written."""
    _print_findings(tuple(found for found in findings if found.severity == "warning"))
    for note in notes:
        print(note, file=sys.stderr)
    if not quiet:
        _print_totals(inventory)
        for path in files:
            print(f"written: {path}")


def _print_json(inventory: Inventory) -> int:
    from lca.report import json
    from lca.sensitivity.study import Study

    print(json.text(json.result(inventory, __version__, Study(inventory).analysis())), end="")
    return FINE


def _print_totals(inventory: Inventory) -> int:
    from lca.explain import readable

    width = max((len(id) for id in inventory.totals), default=0)
    for id, figure in inventory.totals.items():
        print(f"{id:{max(width, 26)}} {readable(inventory.value(figure), figure.unit):>22}   {figure.name}")
    return FINE


def _print_findings(findings: tuple[Finding, ...]) -> None:
    for found in findings:
        print(found, file=sys.stderr)

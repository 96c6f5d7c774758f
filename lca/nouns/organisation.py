"""Who reports → its entities, base year and targets, and what stands beside its inventory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lca.figure import Given
from lca.findings import finding
from lca.model import BaseYear, Beside, Credit, Entity, Equivalence, Exclusion, Judgement, Organisation, Target
from lca.nouns.case_file import CaseFile, id_of
from lca.placement import INDIRECT, SOURCES
from lca.schema import CaseSection
from lca.schema.beside import EquivalenceSection, TargetSection
from lca.schema.organisation import BaseYearSection, EntitySection, OrganisationSection


def organisation_of(file: CaseFile, section: OrganisationSection) -> Organisation:
    words = {
        key: value
        for key in ("description", "address", "legal_id", "country", "responsible")
        if (value := getattr(section, key)) is not None
    }
    threshold = file.figures(section, "organisation")[0].get("significance_threshold")
    return Organisation(section.name, section.consolidation, words, file.place("organisation"), threshold)


OF_ENTITY = ("equity", "financial_control", "operational_control")
"""What decides how much of an entity is consolidated."""


def entity_of(file: CaseFile, name: str, section: EntitySection) -> Entity:
    where = ("entities", name)
    figures, _ = file.figures(section, *where)
    return Entity(
        name,
        section.name or name,
        figures.get("equity"),
        section.financial_control != "no",
        section.operational_control != "no",
        section.reason,
        file.place(*where),
        tuple(key for key in OF_ENTITY if getattr(section, key) is None),
    )


def exclusions_of(file: CaseFile, section: CaseSection) -> tuple[Exclusion, ...]:
    """What is left out; a category that nobody knows is reported."""
    found = []
    for position, item in enumerate(section.exclusions):
        where = ("exclusions", position)
        for each, category in enumerate(item.categories):
            _known(file, category, SOURCES, *where, "categories", each)
        figures, _ = file.figures(item, *where)
        screening, categories = figures.get("screening"), tuple(name for name in item.categories if name in SOURCES)
        found.append(Exclusion(item.what, item.reason, file.place(*where), screening, categories))
    return tuple(found)


def judgements_of(file: CaseFile, section: CaseSection) -> tuple[Judgement, ...]:
    """What was decided of the significance of indirect sources."""
    found = []
    for position, item in enumerate(section.significance):
        where = ("significance", position)
        _known(file, item.source, INDIRECT, *where, "source")
        figures, _ = file.figures(item, *where)
        significant, screening = item.significant == "yes", figures.get("screening")
        place = file.place(*where)
        found.append(Judgement(item.source, item.criteria, significant, item.reason, place, screening))
    return tuple(found)


def _known(file: CaseFile, category: str, known: Mapping[str, object], *where: str | int) -> None:
    if category not in known:
        allowed = ", ".join(known)
        file.found.append(finding("unknown-category", file.place(*where), name=category, allowed=allowed))


def base_year_of(file: CaseFile, section: BaseYearSection) -> BaseYear:
    figures, _ = file.figures(section.inventory, "base_year", "inventory")
    policy, _ = file.figures(section, "base_year")
    year = int(section.year.value or 0)
    where = file.place("base_year")
    return BaseYear(year, section.reason, figures, policy["threshold"], section.policy, where)


def beside_of(file: CaseFile, section: CaseSection) -> Beside:
    credits = [
        Credit(item.name, file.figures(item, "credits", at)[0]["volume"], item.scheme, item.vintage, item.retirement)
        for at, item in enumerate(section.credits)
    ]
    price = file.figures(section.carbon_price, "carbon_price")[0].get("value") if section.carbon_price else None
    found = section.assurance.misstatements if section.assurance else ()
    amounts = {
        item.what: file.figures(item, "assurance", "misstatements", at)[0]["amount"] for at, item in enumerate(found)
    }
    materiality = file.figures(section.assurance, "assurance")[0]["materiality"] if section.assurance else None
    targets = [_target(file, item, position) for position, item in enumerate(section.targets)]
    equivalences = tuple(_equivalence(file, item, at) for at, item in enumerate(section.equivalences))
    known = tuple(target for target in targets if target)
    return Beside(known, tuple(credits), price, amounts, materiality, equivalences)


def _equivalence(file: CaseFile, section: EquivalenceSection, position: int) -> Equivalence:
    each = file.figures(section, "equivalences", position)[0]["each"]
    assert isinstance(each.reason, Given)
    known = replace(each, name=f"One of {section.name}", reason=replace(each.reason, source=section.source))
    return Equivalence(section.name, known)


def _target(file: CaseFile, section: TargetSection, position: int) -> Target | None:
    where = ("targets", position)
    needed = {"anchored": ("anchor",), "residual": ("net_zero", "reduction")}.get(section.method, ())
    missing = [key for key in needed if getattr(section, key) is None]
    for key in missing:
        file.found.append(finding("needs", file.place(*where, "method"), key="method", needed=key))
    if missing:
        return None
    figures, _ = file.figures(section, *where)
    base_year, year, anchor, net_zero = (
        int(given.value) if (given := getattr(section, key)) is not None and given.value else None
        for key in ("base_year", "year", "anchor", "net_zero")
    )
    if base_year is None or year is None or year <= base_year:
        file.found.append(finding("period-reversed", file.place(*where, "year"), start=base_year or "", end=year or ""))
        return None
    key = id_of(*where)
    place = file.place(*where)
    if "2" in section.scopes and section.basis is None:
        file.found.append(finding("needs", file.place(*where, "scopes"), key="scopes", needed="basis"))
        return None
    covers = tuple(sorted(set(section.scopes)))
    return Target(
        key,
        section.name,
        section.method,
        base_year,
        year,
        anchor,
        net_zero,
        figures,
        place,
        file.place(*where, "base_year"),
        covers,
        section.basis,
    )

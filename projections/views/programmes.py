"""Programmes and goals as they are shown: versions, what became of each element, what is not followed up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from ledger.edtf import bounds
from ledger.programmes.events import GoalLineageStated, LineageRelation, ProgrammeAdopted
from projections.programmes import PROGRAMME_LINKS, PROGRAMMES
from projections.projection import Rows
from projections.views.answer import (
    FIRST_PAGE,
    Answer,
    Definition,
    Page,
    answer,
    figure,
    one_page,
    picked,
    state_of,
    states,
)

DEFINITION = Definition(
    "programmes",
    1,
    "A programme with its versions in order. What became of an element in the version that replaced its programme is "
    "what was stated of it last; where nothing was stated it is unknown. A gap year is a year of the programme's "
    "period, up to the day judged on, for which no follow-up is recorded, the first and the last year included. An "
    "element that no indicator is linked to is unmeasured. A programme is in force on a day of its period unless it "
    "was closed by then or replaced by one whose period has begun. Goals are counted as named or counted by the "
    "source, also those without a text.",
    (PROGRAMMES, PROGRAMME_LINKS),
)

MEASURED_KINDS = frozenset({"goal", "purpose"})
NAMED = ("programme", "programme_version", "title", "period", "status")


# --- One programme ------------------------------------------------------------------------------
def programme(rows: Rows, programme: str, on: str | None = None) -> Answer | None:
    """Return a programme with its versions, its elements and their lineage, follow-ups by year, and what is unmeasured."""
    state = state_of(rows, PROGRAMMES.name, programme)
    if state is None:
        return None
    elements = _elements(rows, state)
    years = _years(state, on)
    return answer(
        rows,
        DEFINITION,
        programme=state | {"elements": elements},
        versions=[picked(each, *NAMED) for each in _chain(rows, state)],
        years=years,
        gap_years=[each["year"] for each in years if not each["follow_ups"]],
        unmeasured=[each["element"] for each in elements if each["unmeasured"]],
        reported_final=any(report["kind"] == "final" for report in state["reports"]),
        in_force=on is not None and _in_force(rows, state, on),
    )


def _elements(rows: Rows, state: dict[str, Any]) -> list[Answer]:
    before = None if state["replaces"] is None else state_of(rows, PROGRAMMES.name, state["replaces"])
    return [_element(state, before, each) for each in state["elements"]]


def _element(state: dict[str, Any], before: dict[str, Any] | None, element: dict[str, Any]) -> Answer:
    """Return an element with what was stated of its fate and its origin, and what serves it."""
    name, own = element["element"], {"programme": state["programme"], "element": element["element"]}
    stated = [each for each in state["lineage"] if each["element"] == name]
    earlier = [] if before is None else before["lineage"]
    origin = [each for each in earlier if (each["new_programme"], each["new_element"]) == tuple(own.values())]
    links = [link for link in state["links"] if link["element"] == name]
    measured = any(link["indicator"] is not None for link in links)
    return element | {
        "fate": _fate(state, stated),
        "lineage": stated,
        "came_from": origin,
        "links": links,
        "unmeasured": element["kind"] in MEASURED_KINDS and not measured,
    }


def _fate(state: dict[str, Any], stated: list[dict[str, Any]]) -> str | None:
    """Return what became of an element: what was stated last, unknown once its programme is replaced, else nothing."""
    if stated:
        return str(stated[-1]["relation"])
    return str(LineageRelation.UNKNOWN) if state["replaced_by"] else None


def _chain(rows: Rows, state: dict[str, Any]) -> list[dict[str, Any]]:
    """Return all versions, from the first to the last, each once."""
    first, passed = state, {state["programme"]}
    while first["replaces"] is not None and first["replaces"] not in passed:
        earlier = state_of(rows, PROGRAMMES.name, first["replaces"])
        if earlier is None:
            break
        passed.add(earlier["programme"])
        first = earlier
    found, waiting = {}, [first]
    while waiting:
        each = waiting.pop(0)
        if each["programme"] not in found:
            found[each["programme"]] = each
            later = (state_of(rows, PROGRAMMES.name, new["programme"]) for new in each["replaced_by"])
            waiting += [version for version in later if version is not None]
    return list(found.values())


def _years(state: dict[str, Any], on: str | None) -> list[Answer]:
    """Return every year of the period up to the day judged on, and every other year followed up, with what there is."""
    recorded = {each["year"] for each in state["follow_ups"]}
    first, last = bounds(state["period"])
    ends = [each for each in (last and last.year, on and int(on[:4])) if each]
    covered = set(range(first.year, min(ends) + 1)) if first is not None and ends else set()
    return [
        {"year": year, "follow_ups": [each for each in state["follow_ups"] if each["year"] == year]}
        for year in sorted(covered | recorded)
    ]


# --- Goals ----------------------------------------------------------------------------------------
def goals(rows: Rows, on: str) -> Answer:
    """Return the goals in force on a day, and how the goals changed from each version to the next."""
    known = [row.state for row in states(rows, PROGRAMMES.name)]
    held = [state for state in known if _in_force(rows, state, on)]
    found = [
        {"programme": state["programme"], **element}
        for state in held
        for element in _elements(rows, state)
        if element["kind"] == "goal"
    ]
    replaced = ((state, each["programme"]) for state in known for each in state["replaced_by"])
    return answer(
        rows,
        DEFINITION,
        on=on,
        programmes=[picked(state, *NAMED) for state in held],
        goals=found,
        changes=[_change(rows, old, new) for old, new in replaced],
    )


def _in_force(rows: Rows, state: dict[str, Any], on: str) -> bool:
    if not _covers(state["period"], on) or (state["closed"] is not None and state["closed"]["day"] <= on):
        return False
    later = (state_of(rows, PROGRAMMES.name, each["programme"]) for each in state["replaced_by"])
    return not any(version is not None and _begun(version["period"], on) for version in later)


def _covers(period: str, on: str) -> bool:
    last = bounds(period).last
    return _begun(period, on) and (last is None or on <= last.isoformat())


def _begun(period: str, on: str) -> bool:
    first = bounds(period).first
    return first is None or first.isoformat() <= on


def _change(rows: Rows, old: dict[str, Any], new_programme: str) -> Answer:
    """Return how the goals of one version became those of the next: both numbers, and the fate of each old one."""
    new = state_of(rows, PROGRAMMES.name, new_programme)
    before, after = _goals(_elements(rows, old)), _goals([] if new is None else new["elements"])
    fates = Counter(str(each["fate"]) for each in before)
    return {
        "from_programme": old["programme"],
        "to_programme": new_programme,
        "before": figure(len(before), (ProgrammeAdopted,), f"programme:{old['programme']}"),
        "after": figure(len(after), (ProgrammeAdopted,), f"programme:{new_programme}"),
        "lineage": [{"relation": str(each), "count": fates.get(str(each), 0)} for each in LineageRelation],
        "unknown": {"numerator": fates.get(str(LineageRelation.UNKNOWN), 0), "denominator": len(before)},
        "lineage_events": figure(len(old["lineage"]), (GoalLineageStated,), f"programme:{old['programme']}")["events"],
        "goals": [picked(each, "element", "title", "text", "fate", "lineage") for each in before],
    }


def _goals(elements: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [each for each in elements if each["kind"] == "goal"]


# --- Lists and links ------------------------------------------------------------------------------
def programmes(rows: Rows, page: Page = FIRST_PAGE) -> Answer:
    """Return a page of programmes, in the order of their ids."""
    names = (*NAMED, "aliases", "replaces", "recorded")
    found = states(rows, PROGRAMMES.name, after=page.after)
    items, token = one_page(rows, found, page, lambda row: picked(row.state, *names))
    return answer(rows, DEFINITION, programmes=items, next_page_token=token)


def served(rows: Rows, place: str) -> list[Answer]:
    """Return the programmes and elements that something serves: `matter:m`, `process:p` or `indicator:i`."""
    found = []
    for row in states(rows, PROGRAMME_LINKS.name, f"{place}|"):
        state = state_of(rows, PROGRAMMES.name, row.state["programme"])
        if state is None:
            continue
        element = next((each for each in state["elements"] if each["element"] == row.state["element"]), None)
        found.append(
            picked(state, *NAMED)
            | {"element": row.state["element"], "element_title": None if element is None else element["title"]}
            | {"recorded": row.state["recorded"]}
        )
    return found

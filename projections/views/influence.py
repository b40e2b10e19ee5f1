"""What came of what people said: from each input to its disposition to the clause that changed, and what nobody answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ledger.dispositions.events import DispositionRecorded, DispositionRevised
from projections.decisions import DECISIONS, DISPOSITIONS
from projections.inputs import INPUTS, SCOPE
from projections.matters import MATTERS
from projections.methods import CHANNELS
from projections.processes import PROCESSES
from projections.projection import Row, Rows
from projections.views import decisions
from projections.views.answer import (
    FIRST_PAGE,
    Answer,
    Definition,
    Page,
    answer,
    events,
    one_page,
    picked,
    state_of,
    states,
)
from projections.views.scope import MERGED, PENDING, accounted, in_scope

DEFINITION = Definition(
    "influence",
    1,
    "A change is a clause of a decision, a passage of a document or a commitment that a disposition names as changed "
    "by an input; the wording of the disposition that holds counts, and merged inputs count with the one they were "
    "merged into. An input that came by a channel of the kind exit (such as the choice of a provider) is counted "
    "apart and never as influence on content. Lacking are the inputs in a decision's scope, those merged into another "
    "left out, that have no disposition; of a matter also those that no decision answers for. Coverage is as in decisions.",
    (DECISIONS, DISPOSITIONS, SCOPE, INPUTS, CHANNELS),
)

LACKING_MAX = 1000
"""How many inputs without a disposition are named; the trace of the decision names all."""

ACCOUNT = (DispositionRecorded, DispositionRevised)


def influence(rows: Rows, decision_or_matter: str, *, on: str) -> Answer | None:
    """Return what came of the inputs of a decision, else of a matter, of that id."""
    return of_decision(rows, decision_or_matter, on=on) or of_matter(rows, decision_or_matter, on=on)


def influences(rows: Rows, page: Page = FIRST_PAGE, *, on: str) -> Answer:
    """Return a page of decisions, each with how many inputs of its scope it has accounted for, by who spoke."""

    def shown(row: Row) -> Answer:
        whole = decisions.decision(rows, row.key, on=on)
        assert whole is not None
        return picked(row.state, "decision", "title", "body", "matter", "force", "meeting_date", "status") | {
            "coverage": whole["coverage"]
        }

    items, token = one_page(rows, states(rows, DECISIONS.name, after=page.after), page, shown)
    return answer(rows, DEFINITION, on=on, influence=items, next_page_token=token)


def of_decision(rows: Rows, decision: str, *, on: str) -> Answer | None:
    """Return what came of the inputs that one decision answers for."""
    own = _of_decision(rows, decision, on)
    return None if own is None else answer(rows, DEFINITION, decisions=[own], undecided=[])


def of_matter(rows: Rows, matter: str, *, on: str) -> Answer | None:
    """Return what came of the inputs of a matter, by decision, and which of them no decision answers for."""
    dossier = state_of(rows, MATTERS.name, matter)
    if dossier is None:
        return None
    answering = _answering(rows, dossier)
    found = [own for each in answering if (own := _of_decision(rows, each, on)) is not None]
    return answer(rows, DEFINITION, decisions=found, undecided=_undecided(rows, matter, answering))


def _answering(rows: Rows, dossier: dict[str, Any]) -> list[str]:
    """Return the decisions made in a matter or answering for it or for one of its processes."""
    processes = [state_of(rows, PROCESSES.name, each) for each in dossier["processes"]]
    of_processes = [each for process in processes if process is not None for each in process["in_scope_of"]]
    return list(dict.fromkeys([*dossier["decisions"], *dossier["in_scope_of"], *of_processes]))


def _of_decision(rows: Rows, decision: str, on: str) -> Answer | None:
    shown = decisions.decision(rows, decision, on=on)
    if shown is None:
        return None
    state = state_of(rows, DECISIONS.name, decision)
    lines = accounted(rows, decision)
    exits = _exits(rows)
    by_exit = [each for row, each in lines if row.state["channel"] in exits]
    lacking = [each for _, each in lines if each["code"] == PENDING and each["status"] != MERGED]
    return {
        **picked(state, "decision", "title", "body", "matter", "force", "meeting_date", "status"),
        **picked(shown, "coverage", "profile"),
        "changes": _changes(each for row, each in lines if row.state["channel"] not in exits),
        "exit_inputs": len(by_exit),
        "lacking_count": len(lacking),
        "lacking": [_named(each) for each in lacking[:LACKING_MAX]],
        "account_events": events(ACCOUNT, f"decision:{decision}"),
    }


def _exits(rows: Rows) -> frozenset[str]:
    """Return the channels by which one chooses another provider, and says nothing."""
    return frozenset(row.key for row in states(rows, CHANNELS.name) if row.state["kind"] == "exit")


def _changes(lines: Iterable[Answer]) -> list[Answer]:
    """Return what was changed, clauses first, each with the inputs that changed it."""
    changed: dict[tuple[Any, ...], list[Answer]] = {}
    for each in lines:
        wording = each["disposition"]
        for change in () if wording is None else wording["changed"]:
            what = (change["clause"], change["passage"], change["commitment"])
            by = picked(each, "input", "author_kind", "kind", "code", "basis", "of_input")
            changed.setdefault(what, []).append(by | {"recorded": wording["recorded"]})
    ordered = sorted(
        changed.items(), key=lambda found: (found[0][0] is None, found[0][0] or 0, *map(str, found[0][1:]))
    )
    return [
        {"clause": clause, "passage": passage, "commitment": commitment, "inputs": inputs}
        for (clause, passage, commitment), inputs in ordered
    ]


def _named(each: Answer) -> Answer:
    return picked(each, "input", "external_id", "author_kind", "kind", "status", "received")


def _undecided(rows: Rows, matter: str, answering: list[str]) -> list[Answer]:
    """Return the live inputs of a matter that no decision answers for, at most LACKING_MAX."""
    answered = {row.key.partition("|")[2] for each in answering for row in _scope(rows, each)}
    prefix = f"matter:{matter}|"
    found: list[Answer] = []
    for row in states(rows, SCOPE.name, prefix):
        source = row.key.removeprefix(prefix)
        if row.state["status"] == "live" and source not in answered and len(found) < LACKING_MAX:
            found.append(
                {"input": source, **picked(row.state, "external_id", "author_kind", "kind", "status", "received")}
            )
    return found


def _scope(rows: Rows, decision: str) -> Iterator[Row]:
    state = state_of(rows, DECISIONS.name, decision)
    return iter(()) if state is None else in_scope(rows, state)

"""Decisions, and what each did with every input it answers for.

    decisions      decision         what was resolved, who dissented, its scope and account, what happened afterwards
    dispositions   decision|input   one line of the account: every wording of it, and its contests
    positions      dissent|d        where a party or a member stood in a decision
                   standpoint|s     where a party stands as a source tells it, outside the dissents of the ledger

A disposition is never replaced, only reworded: the last wording holds, the earlier ones stay.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ledger.decisions.afterwards import (
    AppealDecided,
    AppealLodged,
    BecameFinal,
    DecisionExecuted,
    DelegatedDecisionReported,
    StandpointRecorded,
    StandpointVerified,
)
from ledger.decisions.events import DecisionRecorded, DecisionRevoked, DissentRecorded
from ledger.dispositions.events import (
    AccountClosed,
    ContestAnswered,
    DispositionContested,
    DispositionRecorded,
    DispositionRevised,
)
from ledger.messages import RecordedEvent
from projections.projection import Projection, State
from projections.references import external_id, moment, words


# --- The decision -----------------------------------------------------------------------------
def _decision_keys(event: Any) -> tuple[str, ...]:
    return (event.decision,)


def _decision(state: State, recorded: RecordedEvent) -> State:
    match recorded.event, state:
        case DecisionRecorded() as decision, None:
            return _recorded(decision, recorded)
        case DissentRecorded() as dissent, dict():
            return state | {"dissents": [*state["dissents"], _dissent(dissent, recorded)]}
        case DecisionRevoked(by_decision=by), dict():
            return state | {"status": "revoked", "revoked": moment(recorded) | {"by_decision": by}}
        case AccountClosed(inputs=inputs), dict():
            return state | {"account_closed": moment(recorded) | {"inputs": inputs}}
        case _, dict():
            return state | _afterwards(state, recorded)
    return state


def _afterwards(state: dict[str, Any], recorded: RecordedEvent) -> dict[str, Any]:
    """Return what changes in a decision by what happens to it afterwards."""
    at = {"recorded": moment(recorded)}
    match recorded.event:
        case DelegatedDecisionReported() as report:
            told = {"to_body": report.to_body, "on": report.on, "meeting": report.meeting}
            return {"reports": [*state["reports"], told | at]}
        case AppealLodged() as lodged:
            return {"appeals": [*state["appeals"], _appeal(lodged, recorded)]}
        case AppealDecided() as judged:
            outcome = {"outcome": str(judged.outcome), "on": judged.on, "ref": judged.ref} | at
            appeals = [
                each | {"decided": outcome} if each["appeal"] == judged.appeal else each for each in state["appeals"]
            ]
            return {"appeals": appeals}
        case BecameFinal(on=on):
            return {"final": {"on": on} | at}
        case DecisionExecuted(on=on, document=document):
            return {"executed": {"on": on, "document": document} | at}
    return {}


def _appeal(lodged: AppealLodged, recorded: RecordedEvent) -> dict[str, Any]:
    return {
        "appeal": lodged.appeal,
        "on": lodged.on,
        "court": lodged.court,
        "ref": lodged.ref,
        "recorded": moment(recorded),
        "decided": None,
    }


def _recorded(decision: DecisionRecorded, recorded: RecordedEvent) -> dict[str, Any]:
    return {
        "decision": decision.decision,
        "matter": decision.matter,
        "body": decision.body,
        "title": decision.title,
        "force": decision.force,
        "paragraph": decision.paragraph,
        "meeting_date": decision.meeting_date,
        "addressed_to": decision.addressed_to,
        "delegation": None if decision.delegation is None else decision.delegation.model_dump(),
        "clauses": [_clause(clause, place, recorded) for place, clause in enumerate(decision.clauses)],
        "scope": [item.model_dump() for item in decision.scope],
        "reasons": words(recorded, "/reasons", decision.reasons),
        "external_id": external_id(recorded),
        "status": "recorded",
        "recorded": moment(recorded),
        "dissents": [],
        "revoked": None,
        "account_closed": None,
        "meeting": decision.meeting,
        "on_behalf_of": decision.on_behalf_of,
        "proposal": decision.proposal,
        "accordance": None if decision.accordance is None else decision.accordance.model_dump(),
        "differs": None if decision.differs is None else list(decision.differs),
        "basis_documents": [each.model_dump() for each in decision.basis_documents or ()],
        "relied_on": [each.model_dump() for each in decision.relied_on or ()],
        "matter_flags": list(decision.matter_flags or ()),
        "reports": [],
        "appeals": [],
        "final": None,
        "executed": None,
    }


def _clause(clause: Any, place: int, recorded: RecordedEvent) -> dict[str, Any]:
    return {
        "number": clause.number,
        "verb": clause.verb,
        "text": words(recorded, f"/clauses/{place}/text", clause.text),
        "refs": [each.model_dump() for each in clause.refs or ()],
    }


def _dissent(dissent: DissentRecorded, recorded: RecordedEvent) -> dict[str, Any]:
    return {
        "dissent": dissent.dissent,
        "kind": dissent.kind,
        "party": dissent.party,
        "by_name": words(recorded, "/by_name", dissent.by_name),
        "stance": dissent.stance,
        "text": words(recorded, "/text", dissent.text),
        "by_member": dissent.by_member,
        "annotation": words(recorded, "/annotation", dissent.annotation),
        "recorded": moment(recorded),
    }


DECISIONS = Projection(
    name="decisions",
    version=2,
    types=(
        DecisionRecorded,
        DissentRecorded,
        DecisionRevoked,
        AccountClosed,
        DelegatedDecisionReported,
        AppealLodged,
        AppealDecided,
        BecameFinal,
        DecisionExecuted,
    ),
    keys=_decision_keys,
    apply=_decision,
)


# --- One line of its account --------------------------------------------------------------------
def _line_keys(event: Any) -> tuple[str, ...]:
    return (f"{event.decision}|{event.input}",)


def _line(state: State, recorded: RecordedEvent) -> State:
    match recorded.event, state:
        case DispositionRecorded() as first, None:
            wording = _wording(first, 1, recorded)
            line = {"decision": first.decision, "input": first.input, "code": first.code}
            return line | {"revisions": [wording], "contests": []}
        case DispositionRevised() as revised, dict():
            wording = _wording(revised, revised.revision, recorded)
            return state | {"code": revised.code, "revisions": [*state["revisions"], wording]}
        case DispositionContested() as contested, dict():
            return state | {"contests": [*state["contests"], _contest(contested, recorded)]}
        case ContestAnswered() as answered, dict():
            return state | {"contests": _answered(state["contests"], answered, recorded)}
    return state


def _wording(
    verdict: DispositionRecorded | DispositionRevised, revision: int, recorded: RecordedEvent
) -> dict[str, Any]:
    """Return one whole wording of a disposition; the last one of `revisions` holds."""
    why = verdict.why if isinstance(verdict, DispositionRevised) else None
    return {
        "revision": revision,
        "input_version": verdict.input_version,
        "code": verdict.code,
        "reason_codes": list(verdict.reason_codes),
        "text": words(recorded, "/text", verdict.text),
        "changed": [change.model_dump() for change in verdict.changed],
        "recipient": verdict.recipient,
        "due": verdict.due,
        "trigger": verdict.trigger,
        "target": verdict.target,
        "earlier_decision": verdict.earlier_decision,
        "scope_clause": verdict.scope_clause,
        "conflicts_with": verdict.conflicts_with,
        "support_rule": verdict.support_rule,
        "support_count": verdict.support_count,
        "by_role": verdict.by_role,
        "why": words(recorded, "/why", why),
        "recorded": moment(recorded),
    }


def _contest(contested: DispositionContested, recorded: RecordedEvent) -> dict[str, Any]:
    return {
        "revision": contested.revision,
        "text": words(recorded, "/text", contested.text),
        "recorded": moment(recorded),
        "answer": None,
    }


def _answered(
    contests: list[dict[str, Any]], answered: ContestAnswered, recorded: RecordedEvent
) -> list[dict[str, Any]]:
    """Return the contests with the answer on the latest, which is the only one that can be open."""
    if not contests or contests[-1]["answer"] is not None:
        return contests
    answer = {
        "outcome": answered.outcome,
        "revision": answered.revision,
        "text": words(recorded, "/text", answered.text),
        "recorded": moment(recorded),
    }
    return [*contests[:-1], contests[-1] | {"answer": answer}]


def _line_figures(key: str, state: State) -> Iterable[tuple[str, int]]:
    """Emit the lines of a decision by code, and its contests, open and answered."""
    decision = key.partition("|")[0]
    yield f"{decision}|code|{state['code']}", 1
    for contest in state["contests"]:
        yield f"{decision}|contests|{'open' if contest['answer'] is None else 'answered'}", 1


DISPOSITIONS = Projection(
    name="dispositions",
    version=1,
    types=(DispositionRecorded, DispositionRevised, DispositionContested, ContestAnswered),
    keys=_line_keys,
    apply=_line,
    emit=_line_figures,
)


# --- Where parties stand ------------------------------------------------------------------------
def _position_keys(event: Any) -> tuple[str, ...]:
    match event:
        case DissentRecorded(dissent=dissent):
            return (f"dissent|{dissent}",)
        case StandpointRecorded(standpoint=standpoint) | StandpointVerified(standpoint=standpoint):
            return (f"standpoint|{standpoint}",)
    return ()


def _position(state: State, recorded: RecordedEvent) -> State:
    match recorded.event, state:
        case DissentRecorded() as dissent, None:
            names = ("kind", "party", "by_name", "stance", "text", "annotation", "recorded")
            said = _dissent(dissent, recorded)
            place = {"id": dissent.dissent, "basis": "dissent", "matter": dissent.matter, "decision": dissent.decision}
            return place | {name: said[name] for name in names} | {"body": None, "verified": None}
        case StandpointRecorded() as told, None:
            return _standpoint(told, recorded)
        case StandpointVerified(by_decision=by), dict():
            return state | {"verified": {"by_decision": by, "recorded": moment(recorded)}}
    return state


def _standpoint(told: StandpointRecorded, recorded: RecordedEvent) -> dict[str, Any]:
    return {
        "id": told.standpoint,
        "basis": "asserted",
        "matter": told.matter,
        "decision": told.decision,
        "kind": str(told.kind),
        "party": told.party,
        "by_name": None,
        "stance": told.stance,
        "text": words(recorded, "/text", told.text),
        "annotation": None,
        "recorded": moment(recorded),
        "body": told.body,
        "verified": None,
    }


POSITIONS = Projection(
    name="positions",
    version=1,
    types=(DissentRecorded, StandpointRecorded, StandpointVerified),
    keys=_position_keys,
    apply=_position,
)

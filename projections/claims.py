"""Claims and references: what was asserted, by whom, with what evidence; what was referred to and found, or not.

claims       claim             what was claimed, with its evidence in order
evidence     kind:id|claim     which claims rest on something
references   reference         what was referred to, and what it turned out to be
"""

from __future__ import annotations

from typing import Any

from ledger.claims import ClaimEvidenced, ClaimRecorded, ReferenceAsserted, ReferenceResolved
from ledger.messages import RecordedEvent
from projections.projection import Projection, State
from projections.references import moment, words


# --- Claims -----------------------------------------------------------------------------------
def _claim_key(event: Any) -> tuple[str, ...]:
    return (event.claim,)


def _claim(state: State, recorded: RecordedEvent) -> State:
    match recorded.event, state:
        case ClaimRecorded() as claimed, None:
            return _recorded(claimed, recorded)
        case ClaimEvidenced(evidence=evidence), dict():
            return state | {"evidence": [*state["evidence"], *_evidence(evidence, recorded)]}
    return state


def _recorded(claimed: ClaimRecorded, recorded: RecordedEvent) -> dict[str, Any]:
    return {
        "claim": claimed.claim,
        "kind": str(claimed.kind),
        "text": words(recorded, "/text", claimed.text),
        "by_body": claimed.by_body,
        "by_party": claimed.by_party,
        "by_role": claimed.by_role,
        "by_name": words(recorded, "/by_name", claimed.by_name),
        "document": claimed.document,
        "decision": claimed.decision,
        "process": claimed.process,
        "matter": claimed.matter,
        "programme": claimed.programme,
        "number": None if claimed.number is None else claimed.number.model_dump(),
        "perceived_by": claimed.perceived_by,
        "beneficiary": claimed.beneficiary,
        "evidence": _evidence(claimed.evidence, recorded),
        "recorded": moment(recorded),
    }


def _evidence(evidence: tuple[Any, ...], recorded: RecordedEvent) -> list[dict[str, Any]]:
    return [{"kind": str(each.kind), "id": each.id, "recorded": moment(recorded)} for each in evidence]


CLAIMS = Projection(name="claims", version=1, types=(ClaimRecorded, ClaimEvidenced), keys=_claim_key, apply=_claim)


# --- What rests on what -------------------------------------------------------------------------
def _evidence_keys(event: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"{each.kind}:{each.id}|{event.claim}" for each in event.evidence))


def _rests(state: State, recorded: RecordedEvent) -> State:
    return {"recorded": moment(recorded)} if state is None else state


EVIDENCE = Projection(
    name="evidence", version=1, types=(ClaimRecorded, ClaimEvidenced), keys=_evidence_keys, apply=_rests
)


# --- References -------------------------------------------------------------------------------
def _reference_key(event: Any) -> tuple[str, ...]:
    return (event.reference,)


def _reference(state: State, recorded: RecordedEvent) -> State:
    match recorded.event, state:
        case ReferenceAsserted() as asserted, None:
            return {
                "reference": asserted.reference,
                "kind": str(asserted.kind),
                "what": words(recorded, "/what", asserted.what),
                "said_in_kind": str(asserted.said_in_kind),
                "said_in": asserted.said_in,
                "said_date": asserted.said_date,
                "status": "asserted_unverified",
                "recorded": moment(recorded),
                "resolved": None,
            }
        case ReferenceResolved() as found, dict():
            resolved = {"target_kind": str(found.target_kind), "target": found.target, "by_role": found.by_role}
            return state | {"status": "resolved", "resolved": resolved | {"recorded": moment(recorded)}}
    return state


REFERENCES = Projection(
    name="references",
    version=1,
    types=(ReferenceAsserted, ReferenceResolved),
    keys=_reference_key,
    apply=_reference,
)

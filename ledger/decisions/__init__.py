"""Decisions: what a body resolved, who dissented, and whether it still stands.

`events` says what happened and what may be asked when it is made, `afterwards` what happens to it then; `rules` and
`afterwards_rules` how one leads to the other, `grounds` what it must rest on, `states` what deciding remembers.
"""

from ledger.decisions.events import (
    Clause,
    ClauseVerb,
    DecisionForce,
    DecisionRecorded,
    DecisionRevoked,
    Delegation,
    DissentKind,
    DissentRecorded,
    DissentStance,
    RecordDecision,
    RecordDissent,
    RevokeDecision,
    ScopeItem,
)
from ledger.decisions.rules import SLICE

__all__ = [
    "SLICE",
    "Clause",
    "ClauseVerb",
    "DecisionForce",
    "DecisionRecorded",
    "DecisionRevoked",
    "Delegation",
    "DissentKind",
    "DissentRecorded",
    "DissentStance",
    "RecordDecision",
    "RecordDissent",
    "RevokeDecision",
    "ScopeItem",
]

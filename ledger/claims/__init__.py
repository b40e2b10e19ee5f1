"""Claims: what documents and speakers assert, with the evidence they give, and references to what the ledger lacks.

`events` says what happened and what may be asked, `rejections` why it may be
rejected, `rules` how one leads to the other.
"""

from ledger.claims.events import (
    AddEvidence,
    AssertReference,
    ClaimEvidenced,
    ClaimEvidenceKind,
    ClaimKind,
    ClaimRecorded,
    Evidence,
    RecordClaim,
    ReferenceAsserted,
    ReferenceResolved,
    ReferenceTarget,
    ReferredThing,
    ResolveReference,
    SaidIn,
    StatedClaimEvidence,
)
from ledger.claims.rules import SLICE

__all__ = [
    "SLICE",
    "AddEvidence",
    "AssertReference",
    "ClaimEvidenceKind",
    "ClaimEvidenced",
    "ClaimKind",
    "ClaimRecorded",
    "Evidence",
    "RecordClaim",
    "ReferenceAsserted",
    "ReferenceResolved",
    "ReferenceTarget",
    "ReferredThing",
    "ResolveReference",
    "SaidIn",
    "StatedClaimEvidence",
]

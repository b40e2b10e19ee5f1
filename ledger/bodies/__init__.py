"""Bodies: who decides, prepares or answers (nämnd, utskott, förvaltningsenhet, extern organisation).

`events` says what happened, `commands` what may be asked, `rules` how one leads to the other.

Who holds office in a body is told by mandates, what it has delegated by its delegation orders. All
orders of a body are found under the tag `delegation:{body}`, the versions of one under `order:{order}`:
a slice that must know the clause in force on a day depends on
`Part(f"delegation:{body}", (DelegationOrderAdopted,))`.
"""

from ledger.bodies.commands import (
    AdoptDelegationOrder,
    DissolveBody,
    EndMandate,
    GrantMandate,
    RegisterBody,
    RenameBody,
    StatedDelegationClause,
)
from ledger.bodies.events import (
    BodyDissolved,
    BodyKind,
    BodyRegistered,
    BodyRenamed,
    DelegationClause,
    DelegationOrderAdopted,
    MandateEnded,
    MandateGranted,
    MandateRole,
    Reporting,
    UserCondition,
)
from ledger.bodies.rules import SLICE

__all__ = [
    "SLICE",
    "AdoptDelegationOrder",
    "BodyDissolved",
    "BodyKind",
    "BodyRegistered",
    "BodyRenamed",
    "DelegationClause",
    "DelegationOrderAdopted",
    "DissolveBody",
    "EndMandate",
    "GrantMandate",
    "MandateEnded",
    "MandateGranted",
    "MandateRole",
    "RegisterBody",
    "RenameBody",
    "Reporting",
    "StatedDelegationClause",
    "UserCondition",
]

"""Bodies: what happened.

    register ──> STANDING ──dissolve──> DISSOLVED
                 └─rename─┘

A body names its parent when it is registered and never changes it, and the parent must be
registered before, so the tree of bodies has no circle by construction: the chain from a committee
(utskott) to its board (nämnd) can always be walked to its end.

A mandate is a person's time in office in a body. The person is an id made by chance; the name lies
sealed under that id, role and party are clear. A delegation order (delegationsordning) is adopted in
versions, each with its clauses and the day it is in force from.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict

from ledger.fields import ExternalNumber
from ledger.messages import Event, Sealed, Sealing


class BodyKind(StrEnum):
    """What sort of body it is; `unit` is a part of the administration, `external` outside it."""

    COUNCIL = "council"
    BOARD = "board"
    COMMITTEE = "committee"
    UNIT = "unit"
    EXTERNAL = "external"


class MandateRole(StrEnum):
    """The office a person holds in a body (ledamot, ersättare, ordförande, vice ordförande, justerare)."""

    MEMBER = "member"
    SUBSTITUTE = "substitute"
    CHAIR = "chair"
    VICE_CHAIR = "vice_chair"
    ADJUSTER = "adjuster"


class Reporting(StrEnum):
    """What becomes of a decision made under a clause (KL 6:40): reported to the body, minuted apart, or neither."""

    REPORT = "report"
    SEPARATE_MINUTES = "separate_minutes"
    NONE = "none"


class UserCondition(StrEnum):
    """What users must have done before a delegate decides (KL 7:7): been heard, or approved."""

    USER_CONSULTATION = "user_consultation"
    USER_APPROVAL = "user_approval"


class BodyRegistered(Event, topic="body-registered"):
    """A body became known to the ledger. `name` is Swedish, as it writes it itself."""

    body: str
    kind: BodyKind
    name: str
    name_en: str | None = None
    parent: str | None = None
    numbers: tuple[ExternalNumber, ...] = ()

    def subject(self) -> str:
        return f"body:{self.body}"


class BodyRenamed(Event, topic="body-renamed"):
    """A body took a new name. Without `name_en` it has no English name from now on."""

    body: str
    name: str
    name_en: str | None = None

    def subject(self) -> str:
        return f"body:{self.body}"


class BodyDissolved(Event, topic="body-dissolved"):
    """A body ceased to be; what it did stands."""

    body: str

    def subject(self) -> str:
        return f"body:{self.body}"


# --- Who holds office -------------------------------------------------------------------------
class MandateGranted(Event, topic="mandate-granted"):
    """A person was given an office in a body, from one day and, where it is known, to a last one."""

    body: str
    mandate: str
    person: str
    name: Annotated[str | Sealed | None, Sealing("P", key="officer:{person}")] = None
    party: str | None = None
    role: str
    from_date: str
    to_date: str | None = None

    def subject(self) -> str:
        return f"body:{self.body}"

    def tags(self) -> tuple[str, ...]:
        return (self.subject(), f"mandate:{self.mandate}", f"officer:{self.person}")


class MandateEnded(Event, topic="mandate-ended"):
    """A mandate ended; `to_date` is its last day."""

    body: str
    mandate: str
    to_date: str

    def subject(self) -> str:
        return f"body:{self.body}"

    def tags(self) -> tuple[str, ...]:
        return (self.subject(), f"mandate:{self.mandate}")


# --- What is delegated ------------------------------------------------------------------------
class DelegationClause(BaseModel):
    """One clause of a delegation order: to whom, under which conditions, and how it is reported.

    Where the source does not give its words, `text` is None. `flags` are codes of what the clause
    touches, compared with what the law does not let be delegated (KL 6:38).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: str
    text: Annotated[str | Sealed | None, Sealing("P", key="body:{body}")] = None
    delegate_body: str | None = None
    delegate_role: str | None = None
    reporting: str
    condition: str | None = None
    flags: tuple[str, ...] = ()


class DelegationOrderAdopted(Event, topic="delegation-order-adopted"):
    """A body adopted a version of a delegation order. Without `valid_from` it is not known since when it is in force.

    Carries `delegation:{body}`, by which all orders of the body are found, and the tags of the bodies it delegates to.
    """

    body: str
    order: str
    order_version: int
    valid_from: str | None = None
    clauses: tuple[DelegationClause, ...]

    def subject(self) -> str:
        return f"body:{self.body}"

    def tags(self) -> tuple[str, ...]:
        delegates = (f"body:{clause.delegate_body}" for clause in self.clauses if clause.delegate_body)
        return tuple(dict.fromkeys((self.subject(), f"delegation:{self.body}", f"order:{self.order}", *delegates)))

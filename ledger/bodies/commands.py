"""Bodies: what may be asked, with its limits."""

from __future__ import annotations

import re
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from ledger.bodies.events import BodyKind, MandateRole, Reporting, UserCondition
from ledger.fields import Code, Date, Id, Label, Numbers, PersonName, Text
from ledger.messages import Command

DELEGATION_CLAUSES_MAX = 300
VERSION_MAX = 9999
FLAGS_MAX = 20

CLAUSE_NUMBER = re.compile(r"[0-9]{1,4}([.][0-9]{1,4}){0,4}[a-z]?")


def check_clause_number(value: str) -> str:
    """Return the number of a clause unchanged; raise ValueError for what no order writes."""
    if not CLAUSE_NUMBER.fullmatch(value):
        raise ValueError("is not the number of a clause; write it as 2, 2.1 or 2.1b")
    return value


ClauseNumber = Annotated[str, AfterValidator(check_clause_number)]
"""The number of a clause as the order writes it: 2, 2.1 or 2.1b."""


class RegisterBody(Command):
    """Register a body, under its parent if it has one."""

    creates: ClassVar[str | None] = "body"

    body: Id
    kind: BodyKind
    name: Label
    name_en: Label | None = None
    parent: Id | None = None
    numbers: Numbers = ()


class RenameBody(Command):
    """Give a body a new name; both names are stated anew."""

    body: Id
    name: Label
    name_en: Label | None = None


class DissolveBody(Command):
    """Record that a body ceased to be."""

    body: Id


class GrantMandate(Command):
    """Record that a person was given an office in a body. `person` is an id made by chance, never a personal number."""

    creates: ClassVar[str | None] = "mandate"

    body: Id
    mandate: Id
    person: Id
    name: PersonName | None = None
    party: Label | None = None
    role: MandateRole
    from_date: Date
    to_date: Date | None = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> GrantMandate:
        if self.to_date is not None and self.to_date < self.from_date:
            raise ValueError("to_date is before from_date; the last day is the first one at the earliest")
        return self


class EndMandate(Command):
    """Record the last day of a mandate."""

    body: Id
    mandate: Id
    to_date: Date


class StatedDelegationClause(BaseModel):
    """One clause of a delegation order as it is asked for; it delegates to a body or to an office, not both."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: ClauseNumber
    text: Text | None = None
    delegate_body: Id | None = None
    delegate_role: Label | None = None
    reporting: Reporting
    condition: UserCondition | None = None
    flags: Annotated[tuple[Code, ...], Field(max_length=FLAGS_MAX)] = ()

    @model_validator(mode="after")
    def _names_one_delegate(self) -> StatedDelegationClause:
        if self.delegate_body is not None and self.delegate_role is not None:
            raise ValueError(
                "a clause delegates to a body or to an office; state one of delegate_body and delegate_role"
            )
        return self


class AdoptDelegationOrder(Command):
    """Record that a body adopted a version of a delegation order, whole; earlier versions stay readable."""

    creates: ClassVar[str | None] = "order"

    body: Id
    order: Id
    order_version: Annotated[int, Field(ge=1, le=VERSION_MAX)] = 1
    valid_from: Date | None = None
    clauses: Annotated[tuple[StatedDelegationClause, ...], Field(min_length=1, max_length=DELEGATION_CLAUSES_MAX)]

    @model_validator(mode="after")
    def _numbers_once(self) -> AdoptDelegationOrder:
        if len({clause.number for clause in self.clauses}) < len(self.clauses):
            raise ValueError("clauses holds the same number twice")
        return self

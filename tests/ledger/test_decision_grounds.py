"""Decisions: what they must rest on, and which may take another back."""

import pytest

from ledger.bodies import BodyKind, BodyRegistered, DelegationClause, DelegationOrderAdopted
from ledger.decisions import SLICE, rejections
from tests.ledger.test_decisions import BARRED, CALLED, REVOKE, REVOKED, TOWN, decided, delegated, record
from tests.slices import given


def test_what_the_clause_touches_must_not_be_delegated_either() -> None:
    clause = DelegationClause(number="2", delegate_body="utskott", reporting="report", flags=("goals",))
    orders = DelegationOrderAdopted(
        body="styrelse", order="ordning", order_version=1, valid_from="2015-01-01", clauses=(clause,)
    )
    with pytest.raises(rejections.NotDelegable, match="goals"):
        given(SLICE, *TOWN, orders, BARRED).when(delegated())
    assert given(SLICE, *TOWN, orders).when(delegated()), "no rule is known, so the view flags it once one is"
    assert given(SLICE, *TOWN, orders, BARRED).when(delegated(meeting_date="2015-12-31"))


def test_a_body_decides_at_its_own_meeting_on_the_day_of_it() -> None:
    ledger = given(SLICE, *TOWN, CALLED)
    assert ledger.when(record(meeting="ksau"))
    assert ledger.when(record(meeting="ksau", meeting_date="2015-05-12"))
    assert given(SLICE, *TOWN).when(record(meeting="ksau", meeting_date="2015-05-13")), "a meeting not recorded here"


def test_only_a_later_decision_of_the_same_body_or_one_above_takes_a_decision_back() -> None:
    above = decided("p208", body="styrelse", meeting_date="2015-06-01")
    assert given(SLICE, *TOWN, decided(meeting_date="2015-05-12"), above).when(REVOKE) == (REVOKED,)
    council = BodyRegistered(body="kf", name="Kommunfullmäktige", kind=BodyKind.COUNCIL)
    assert given(SLICE, *TOWN, council, decided(), decided("p208", body="kf")).when(REVOKE) == (REVOKED,)
    officer = decided(on_behalf_of="namnd", force="delegated")
    assert given(SLICE, *TOWN, officer, decided("p208", body="namnd")).when(REVOKE) == (REVOKED,)
    may_be_later = decided("p208", occurred="2015")
    assert given(SLICE, *TOWN, decided(meeting_date="2015-05-12"), may_be_later).when(REVOKE) == (REVOKED,)

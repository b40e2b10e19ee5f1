"""Delegated and urgent decisions as they are shown, and where parties stood."""

from __future__ import annotations

from typing import Any

from google.protobuf.json_format import ParseDict

from ledger.bodies import DelegationClause, DelegationOrderAdopted
from ledger.decisions.afterwards import (
    DelegatedDecisionReported,
    StandpointKind,
    StandpointRecorded,
    StandpointVerified,
)
from ledger.decisions.events import DecisionRecorded, Delegation, DissentRecorded
from ledger.governance import RuleAdopted
from ledger.meetings import MeetingCalled
from ledger.messages import Event
from participation.transparency.v1 import delegations_pb2, positions_pb2
from projections.views import delegations, positions
from projections.views.gaps import gaps
from tests.projections.history import rows_of
from tests.projections.seeds import BODIES, NOTE, SEEDS, board
from tests.projections.town import MATTER, SEALED


def order(version: int, valid_from: str | None, reporting: str = "report", *flags: str) -> DelegationOrderAdopted:
    clause = DelegationClause(number="2", delegate_body="ksau", reporting=reporting, flags=flags)
    return DelegationOrderAdopted(
        body="ks", order="ordning", order_version=version, valid_from=valid_from, clauses=(clause,)
    )


def delegated(**more: Any) -> DecisionRecorded:
    fields = {
        "body": "ksau",
        "force": "delegated",
        "on_behalf_of": "ks",
        "delegation": Delegation(order="ordning", clause="2"),
        "meeting_date": "2018-03-20",
    }
    return board("natverk", **fields | more)


TOLD = DelegatedDecisionReported(decision="natverk", matter="m1", to_body="ks", on="2018-04-16", meeting="ks-april")
BARRED = RuleAdopted(rule="not_delegable", codes=("goals",), citation="KL 6:38", valid_from="2018-01-01")
APRIL = MeetingCalled(meeting="ks-april", body="ks", date="2018-04-16")


def listed(*events: Event, on: str = "2018-06-01", **asked: Any) -> list[dict[str, Any]]:
    answer = delegations.delegated(rows_of(*BODIES, MATTER, *events), on=on, **asked)
    ParseDict(answer, delegations_pb2.ListDelegatedDecisionsResponse())
    items: list[dict[str, Any]] = answer["delegations"]
    return items


def flags(*events: Event, on: str = "2018-06-01") -> list[str]:
    (item,) = listed(*events, on=on)
    found: list[str] = item["flags"]
    return found


def test_s2_04_a_delegated_decision_is_shown_with_the_clause_of_its_day() -> None:
    (item,) = listed(order(1, "2015-01-01"), order(2, "2018-01-01"), order(3, "2018-05-01"), delegated(), TOLD)
    assert (item["clause"]["order_version"], item["clause"]["valid_from"]) == (2, "2018-01-01")
    assert (item["reported"], item["flags"]) == (True, [])
    assert flags(order(1, "2018-05-01"), delegated(), TOLD) == ["clause_not_in_force"]
    assert flags(order(1, None), delegated(), TOLD) == ["in_force_since_unknown"]
    elsewhere = delegated(delegation=Delegation(order="ordning", clause="9"))
    assert flags(order(1, "2015-01-01"), elsewhere, TOLD) == ["clause_not_in_force"]


def test_s2_05_a_report_is_missed_until_the_day_it_is_made() -> None:
    events = (order(1, "2015-01-01"), delegated(), TOLD)
    assert flags(*events, on="2018-04-15") == ["unreported"]
    assert flags(*events, on="2018-04-16") == []
    assert flags(order(1, "2015-01-01", "separate_minutes"), delegated()) == []


def test_q14_what_the_law_of_the_day_bars_is_flagged() -> None:
    events = (order(1, "2015-01-01"), BARRED, TOLD)
    (item,) = listed(*events[:2], delegated(matter_flags=("goals", "traffic")), TOLD)
    assert (item["barred_flags"], item["barred_by"], item["flags"]) == (["goals"], "KL 6:38", ["not_delegable"])
    before = delegated(matter_flags=("goals",), meeting_date="2017-12-31")
    assert flags(*events[:2], before, TOLD) == []
    assert [each["decision"] for each in listed(*events[:2], before, TOLD, flagged=True)] == []


def test_what_the_clause_touches_is_flagged_once_the_law_of_the_day_is_known() -> None:
    events = (order(1, "2015-01-01", "report", "goals"), delegated(), TOLD)
    assert flags(*events) == []
    (item,) = listed(*events, BARRED)
    assert (item["barred_flags"], item["flags"]) == (["goals"], ["not_delegable"])
    found = gaps(rows_of(*BODIES, MATTER, *events, BARRED), rule="delegated_not_delegable", on="2018-06-01")["gaps"]
    assert [each["subject"] for each in found] == ["decision:natverk"]


def test_an_urgent_decision_is_reported_at_the_next_meeting() -> None:
    urgent = board("natverk", force="urgent", meeting_date="2018-03-20")
    assert flags(urgent, APRIL, on="2018-04-15") == ["unreported"]
    assert flags(urgent, APRIL, on="2018-04-16") == ["unreported", "report_overdue"]
    assert flags(urgent, APRIL, TOLD) == []
    assert flags(urgent, APRIL, TOLD.model_copy(update={"on": "2018-05-14"})) == ["reported_late"]
    (item,) = listed(urgent, MeetingCalled(meeting="same-day", body="ks", date="2018-03-20"), APRIL)
    assert item["next_meeting"] == {"meeting": "ks-april", "date": "2018-04-16"}


def test_only_delegated_and_urgent_decisions_are_listed_by_the_body_they_were_made_for() -> None:
    events = (order(1, "2015-01-01"), delegated(), board("own"), board("hast", force="urgent", body="ksau"))
    assert [each["decision"] for each in listed(*events)] == ["hast", "natverk"]
    assert [each["decision"] for each in listed(*events, body="ks")] == ["natverk"]
    assert [each["decision"] for each in listed(*events, flagged=True)] == ["hast", "natverk"]


# --- Positions ----------------------------------------------------------------------------------
EARLIER = StandpointRecorded(
    standpoint="v-2012",
    matter="m1",
    party="Vänsterpartiet",
    kind=StandpointKind.EARLIER_VOTE,
    stance="against",
    decision="p64",
    text=SEALED,
)
OTHER = DissentRecorded(
    decision="ks90", matter="m1", dissent="s-note", kind="reservation", party="Socialdemokraterna", stance="against"
)


def stood(*events: Event, **asked: Any) -> list[dict[str, Any]]:
    answer = positions.positions(rows_of(*SEEDS, board(), *events), **asked)
    ParseDict(answer, positions_pb2.ListPositionsResponse())
    items: list[dict[str, Any]] = answer["positions"]
    return items


def test_q9_s0_28_x14_positions_are_listed_with_where_their_words_lie() -> None:
    (note,) = stood(party="Vänsterpartiet")
    assert (note["kind"], note["stance"], note["status"]) == (NOTE.kind, "mixed", "recorded")
    assert note["towards"]["paragraph"] == "§ 64"
    assert note["text"]["pointer"] == "/text" and note["annotation"]["pointer"] == "/annotation"


def test_x7_an_earlier_vote_is_asserted_until_a_decision_bears_it_out() -> None:
    note, told = stood(EARLIER, party="Vänsterpartiet")
    assert (note["basis"], told["basis"], told["status"]) == ("dissent", "asserted", "unverified")
    verified = StandpointVerified(standpoint="v-2012", matter="m1", by_decision="ks90")
    _, told = stood(EARLIER, verified, party="Vänsterpartiet")
    assert (told["status"], told["verified"]["by_decision"]) == ("verified", "ks90")


def test_positions_are_found_by_party_matter_and_decision() -> None:
    assert [each["id"] for each in stood(OTHER, EARLIER)] == ["s-note", "wasteson", "v-2012"]
    assert [each["id"] for each in stood(OTHER, EARLIER, decision="p64")] == ["wasteson", "v-2012"]
    assert [each["id"] for each in stood(OTHER, decision="ks90", party="Vänsterpartiet")] == []
    assert stood(OTHER, matter="m2") == []

"""What a decision rests on and whether it stands, by the rules of its day."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf.json_format import ParseDict
from hypothesis import given
from hypothesis import strategies as st

from ledger.bodies import BodyKind, BodyRegistered
from ledger.decisions.afterwards import (
    AppealDecided,
    AppealLodged,
    AppealOutcome,
    BecameFinal,
    DecisionExecuted,
    DelegatedDecisionReported,
)
from ledger.decisions.events import DecisionRevoked, DissentRecorded
from ledger.decisions.pieces import Accordance, Reliance
from ledger.documents.events import Consequence, ConsequenceKind, ProposedVerb
from ledger.governance import RuleAdopted
from ledger.meetings import AdjustmentAnnounced, AnnouncementRemoved, AttendanceRecorded, MeetingCalled, MeetingEnded
from ledger.messages import Event
from ledger.surveys import SurveyCardPublished, SurveyPlanned
from ledger.surveys.pieces import Dispositions, StatedRate
from participation.transparency.v1 import decisions_pb2
from projections.views import decisions
from projections.views.gaps import gaps
from tests.projections.history import rows_of
from tests.projections.seeds import BODIES, LETTER, NOTE, SEEDS, board, p64, proposed
from tests.projections.town import MATTER, SEALED


def shown(*events: Event, id: str = "p64", on: str = "2016-06-01") -> dict[str, Any]:
    answer = decisions.decision(rows_of(*events), id, on=on)
    assert answer is not None
    ParseDict(answer, decisions_pb2.GetDecisionResponse())
    return answer


# --- The basis ----------------------------------------------------------------------------------
def test_s0_07_s0_23_the_basis_is_shown_as_at_the_decision() -> None:
    answer = shown(*SEEDS)
    assert answer["decision"]["clauses"][0]["refs"] == [
        {"kind": "document", "id": "rapport", "said_date": "2015-04-27"},
    ]
    letter, attachment = answer["basis"]["documents"]
    assert (letter["title"], letter["document_date"], letter["changed_since"]) == (LETTER.title, "2015-04-27", False)
    assert (attachment["in_ledger"], attachment["changed_since"]) == (False, None)
    changed = p64(basis_documents=({"document": "tjs", "sha256": "b" * 64},))
    assert shown(*BODIES, MATTER, LETTER, changed)["basis"]["documents"][0]["changed_since"] is True


def test_s0_24_decision_and_proposal_are_compared_and_the_answer_says_by_what() -> None:
    def compared(decision: Event, *proposals: Event) -> tuple[str, str, bool]:
        proposal = shown(*BODIES, MATTER, *proposals, decision)["basis"]["proposal"]
        return proposal["difference"], proposal["known_by"], proposal["contradicts_minutes"]

    fewer = proposed(verbs=(ProposedVerb.NOTE,))
    assert compared(p64(), proposed()) == ("identical", "minutes", False)
    assert compared(p64(), fewer) == ("amended", "clauses", True)
    assert compared(p64(accordance=None), proposed()) == ("unknown", "nothing", False)
    assert compared(p64(differs=()), proposed()) == ("identical", "office", False)
    assert compared(p64(differs=(2,)), proposed()) == ("amended", "office", True)
    assert compared(p64(accordance=Accordance(unit="fe", stated=False)), fewer) == ("amended", "clauses", False)
    assert compared(p64(accordance=None)) == ("unknown", "nothing", False)
    assert shown(*BODIES, MATTER, p64(proposal=None))["basis"]["proposal"] is None


def test_the_version_that_lay_before_the_body_is_the_one_compared() -> None:
    fewer = proposed(2, verbs=(ProposedVerb.NOTE,))
    assert shown(*BODIES, MATTER, proposed(), p64(), fewer)["basis"]["proposal"]["proposal_version"] == 1
    assert shown(*BODIES, MATTER, proposed(), fewer, p64())["basis"]["proposal"]["proposal_version"] == 2
    assert shown(*BODIES, MATTER, p64(), proposed())["basis"]["proposal"]["proposal_version"] == 1


def test_q21_consequences_are_shown_and_blanks_are_named() -> None:
    basis = shown(*SEEDS)["basis"]
    assert [each["none_reason"] for each in basis["consequences"]] == ["not in the source"] * 2
    assert basis["consequences_blank"] == []
    told = (
        Consequence(kind=ConsequenceKind.ECONOMY, amount=0, currency="SEK"),
        Consequence(kind=ConsequenceKind.CHILDREN),
    )
    basis = shown(*BODIES, MATTER, proposed(consequences=told), p64())["basis"]
    assert (basis["consequences"][0]["amount"], basis["consequences_blank"]) == (0, ["children"])
    words = (Consequence(kind=ConsequenceKind.ECONOMY, text=SEALED),)
    basis = shown(*BODIES, MATTER, proposed(consequences=words), p64())["basis"]
    assert (basis["consequences"][0]["amount"], basis["consequences_blank"]) == (None, ["children"])


PLANNED = SurveyPlanned(survey="nmi", title="NMI", commissioner="ks", population="18-84", design="srs")
WARNING = RuleAdopted(
    rule="response_warning_percent", value=50, unit="percent", citation="egen regel", valid_from="2015-01-01"
)
RELYING = p64(relied_on=(Reliance(kind="survey", id="nmi", quality_unknown=False),))
FRONT: tuple[Event, ...] = (*BODIES, MATTER, PLANNED, WARNING)


def card(complete: int | None = None, stated: StatedRate | None = None, number: int = 1) -> SurveyCardPublished:
    counted = (
        {}
        if complete is None
        else dict.fromkeys(
            ("partial", "refusal", "non_contact", "other", "unknown_household", "unknown_other", "ineligible"), 0
        )
        | {"complete": complete, "refusal": 1000 - complete}
    )
    return SurveyCardPublished(
        survey="nmi",
        card=number,
        commissioner="ks",
        population="18-84",
        design="srs",
        dispositions=Dispositions(**counted),
        stated_response=stated,
    )


@pytest.mark.parametrize(
    "published, under",
    [
        (card(499), True),
        (card(500), False),
        (card(stated=StatedRate(text="just under 40 %", maximum="40", approximate=True)), True),
        (card(stated=StatedRate(text="over half", minimum="50.5")), False),
        (card(stated=StatedRate(text="about half", minimum="45", maximum="55", approximate=True)), None),
        (card(), None),
    ],
)
def test_q8_a_decision_is_found_by_the_low_response_it_relies_on(
    published: SurveyCardPublished, under: bool | None
) -> None:
    rows = rows_of(*FRONT, published, RELYING, board())
    answer = decisions.decisions(rows, low_response=True, on="2016-06-01")
    ParseDict(answer, decisions_pb2.ListDecisionsResponse())
    assert [each["decision"] for each in answer["decisions"]] == (["p64"] if under else [])
    (reliance,) = shown(*FRONT, published, RELYING)["basis"]["relied_on"]
    assert (reliance["quality"], reliance["survey"]["under_warning"]) == ("card", under)
    before = decisions.decisions(rows, low_response=True, on="2014-12-31")
    assert before["decisions"] == [], "no rule was in force then"


def test_s0_29_a_card_that_came_after_the_decision_is_named_and_not_used() -> None:
    (reliance,) = shown(*FRONT, RELYING, card(300))["basis"]["relied_on"]
    survey = reliance["survey"]
    assert (reliance["quality"], survey["card_at_decision"], survey["card"]) == ("unknown", None, 1)
    assert survey["response"] == {"numerator": 300, "denominator": 1000}
    assert (
        shown(*FRONT, card(300), RELYING, card(310, number=2))["basis"]["relied_on"][0]["survey"]["card_at_decision"]
        == 1
    )


def test_what_the_proposal_relies_on_is_shown_beside_what_the_decision_says() -> None:
    found = [(each["id"], each["stated_by"], each["quality"]) for each in shown(*SEEDS)["basis"]["relied_on"]]
    assert found == [("scb-2015", "decision", "unknown"), ("scb-2014", "proposal", "unknown")]
    indicator = p64(relied_on=(Reliance(kind="indicator", id="nii", quality_unknown=False),))
    reliance = shown(*BODIES, MATTER, indicator)["basis"]["relied_on"][0]
    assert (reliance["quality"], reliance["survey"]) == ("not_judged", None)


# --- The standing -------------------------------------------------------------------------------
def test_s0_06_x9_a_preparatory_decision_is_a_proposal_until_the_addressed_body_decided() -> None:
    standing = shown(*SEEDS)["standing"]
    assert standing["state"] == "preparatory"
    assert standing["addressee_outcome"] == {"body": "ks", "outcome": "not_in_the_ledger", "decisions": []}
    assert standing["appeal_clock"]["announced"] is None
    decided = shown(*SEEDS, board("earlier", meeting_date="2015-05-11"), board())["standing"]["addressee_outcome"]
    assert (decided["outcome"], decided["decisions"]) == ("decided", ["ks90"])
    assert shown(*SEEDS, board(), id="ks90")["standing"]["addressee_outcome"] is None


def test_s0_02_the_chain_of_decisions_is_shown_and_a_council_that_decided_unprepared() -> None:
    assert shown(*SEEDS, board(), id="ks90")["standing"]["prepared_by"] == ["p64"]
    assert shown(*SEEDS, board())["standing"]["prepared_by"] == []
    council = BodyRegistered(body="kf", kind=BodyKind.COUNCIL, name="Kommunfullmäktige")
    decided = board("kf1", body="kf", meeting_date="2015-06-15")
    assert shown(council, *SEEDS, decided, id="kf1")["standing"]["unprepared"]
    to_council = board(force="preparatory", addressed_to="kf")
    standing = shown(council, *SEEDS, to_council, decided, id="kf1")["standing"]
    assert (standing["prepared_by"], standing["unprepared"]) == (["ks90"], False)
    assert not shown(*SEEDS, board(), id="ks90")["standing"]["unprepared"], "only a council must be prepared"


def test_a_reservation_is_judged_by_attendance_and_end_whenever_these_are_recorded() -> None:
    def judged(dissent: DissentRecorded, *events: Event) -> str:
        found: str = shown(*SEEDS, dissent, *events)["decision"]["dissents"][-1]["judged"]
        return found

    reserved = NOTE.model_copy(
        update={"dissent": "r", "kind": "reservation", "by_member": "rw", "occurred": "2015-05-12"}
    )
    served = AttendanceRecorded(meeting="ksau-0512", body="ksau", person="rw", role="member", served=True)
    other = served.model_copy(update={"person": "other"})
    ended = MeetingEnded(meeting="ksau-0512", body="ksau", at="2015-05-12")
    assert judged(reserved) == "unknown"
    assert judged(reserved, served) == "unknown"
    assert judged(reserved, served, ended) == "in_order"
    assert judged(reserved, other, ended) == "not_a_participant"
    assert judged(reserved.model_copy(update={"occurred": "2015-05-20"}), served, ended) == "too_late"
    assert judged(NOTE.model_copy(update={"dissent": "n2"}), other, ended) == ""


CALLED = MeetingCalled(meeting="ks-0525", body="ks", date="2015-05-25")
ANNOUNCED = AdjustmentAnnounced(meeting="ks-0525", body="ks", on="2015-05-29", where="Anslagstavlan")
DAYS = RuleAdopted(rule="appeal_days", value=21, unit="days", citation="KL 13:5", valid_from="1992-01-01")
LAW: tuple[Event, ...] = (*BODIES, MATTER, DAYS, CALLED, board(meeting="ks-0525"), ANNOUNCED)
LODGED = AppealLodged(
    decision="ks90", matter="m1", appeal="a1", on="2015-06-10", court="Förvaltningsrätten", appellant=SEALED
)
JUDGED = AppealDecided(decision="ks90", matter="m1", appeal="a1", outcome=AppealOutcome.ANNULLED, on="2015-11-02")
FINAL = BecameFinal(decision="ks90", matter="m1", on="2016-01-10")
REMOVED = AnnouncementRemoved(meeting="ks-0525", body="ks", on="2015-06-22")


def state(*events: Event, on: str) -> tuple[str, str]:
    standing = shown(*events, id="ks90", on=on)["standing"]
    return standing["state"], standing["known_by"]


def test_the_appeal_time_ends_on_a_working_day_and_the_decision_is_final_by_rule_the_day_after() -> None:
    clock = shown(*LAW, id="ks90")["standing"]["appeal_clock"]
    # 21 days after 29 May 2015 is midsommarafton; the week-end follows.
    assert (clock["days"], clock["citation"], clock["until"]) == (21, "KL 13:5", "2015-06-22")
    assert clock["final_on"] == "2015-06-23"
    assert state(*LAW, on="2015-06-22") == ("appealable", "rule")
    assert state(*LAW, on="2015-06-23") == ("final", "rule")


def test_the_meeting_is_found_by_body_and_day_and_never_guessed() -> None:
    unnamed = tuple(board() if each == board(meeting="ks-0525") else each for each in LAW)
    assert state(*unnamed, on="2015-06-23") == ("final", "rule")
    another = MeetingCalled(meeting="ks-0525-extra", body="ks", date="2015-05-25")
    assert state(*unnamed, another, on="2015-06-23") == ("appealable", "record")


def test_finality_declared_before_the_appeal_time_had_run_is_flagged() -> None:
    def flags(final_on: str, on: str = "2016-06-01") -> list[str]:
        found: list[str] = shown(*LAW, FINAL.model_copy(update={"on": final_on}), id="ks90", on=on)["standing"]["flags"]
        return found

    assert flags("2015-06-22") == ["final_before_clock"]
    assert (flags("2015-06-23"), flags("2015-06-22", on="2015-06-21")) == ([], [])
    early = rows_of(*LAW, FINAL.model_copy(update={"on": "2015-06-22"}))
    (gap,) = gaps(early, rule="final_before_clock", on="2016-06-01")["gaps"]
    assert gap["subject"] == "decision:ks90"


def test_without_a_rule_or_an_announcement_nothing_becomes_final_by_itself() -> None:
    for missing in (DAYS, ANNOUNCED):
        events = [each for each in LAW if each != missing]
        assert state(*events, on="2030-01-01") == ("appealable", "record")
        assert shown(*events, id="ks90")["standing"]["appeal_clock"]["until"] is None


def test_the_time_does_not_run_out_where_the_announcement_came_down_early() -> None:
    assert state(*LAW, REMOVED, on="2015-06-23") == ("appealable", "rule")
    clock = shown(*LAW, REMOVED, id="ks90")["standing"]["appeal_clock"]
    assert (clock["removed_early"], clock["final_on"]) == (True, None)
    later = REMOVED.model_copy(update={"on": "2015-06-23"})
    assert state(*LAW, later, on="2015-06-23") == ("final", "rule")


def test_a_notice_put_up_anew_opens_nothing_again_unless_the_first_came_down_early() -> None:
    again = ANNOUNCED.model_copy(update={"on": "2015-06-25"})
    left_up = REMOVED.model_copy(update={"on": "2015-06-24"})
    assert state(*LAW, left_up, again, on="2015-06-26") == ("final", "rule")
    clock = shown(*LAW, REMOVED, again, id="ks90", on="2015-06-26")["standing"]["appeal_clock"]
    assert (clock["announced"]["on"], clock["until"], clock["removed_early"]) == ("2015-06-25", "2015-07-16", False)
    assert state(*LAW, REMOVED, again, on="2015-07-17") == ("final", "rule")


def test_the_appeal_time_is_the_one_of_the_bodys_own_rule_where_it_has_one() -> None:
    own = DAYS.model_copy(update={"body": "ks", "value": 28, "citation": "ett reglemente"})
    clock = shown(*LAW, own, id="ks90")["standing"]["appeal_clock"]
    assert (clock["days"], clock["until"]) == (28, "2015-06-26")


def test_an_appeal_the_court_found_too_late_keeps_nothing_open() -> None:
    too_late = JUDGED.model_copy(update={"outcome": AppealOutcome.REJECTED_LATE})
    assert state(*LAW, LODGED, too_late, on="2015-11-01") == ("appealed", "record")
    assert state(*LAW, LODGED, too_late, on="2015-11-02") == ("final", "rule")


def test_an_appeal_in_time_keeps_a_decision_open_until_its_finality_is_recorded() -> None:
    dismissed = JUDGED.model_copy(update={"outcome": AppealOutcome.DISMISSED})
    assert state(*LAW, LODGED, on="2015-06-09") == ("appealable", "rule")
    assert state(*LAW, LODGED, on="2015-07-01") == ("appealed", "record")
    assert state(*LAW, LODGED, JUDGED, on="2015-11-01") == ("appealed", "record")
    assert state(*LAW, LODGED, JUDGED, on="2015-11-02") == ("annulled", "record")
    assert state(*LAW, LODGED, dismissed, on="2015-12-01") == ("appealed", "record")
    assert state(*LAW, LODGED, dismissed, FINAL, on="2016-01-10") == ("final", "record")
    late = LODGED.model_copy(update={"on": "2015-06-23"})
    assert state(*LAW, late, on="2015-07-01") == ("final", "rule")


def test_who_appealed_is_never_shown() -> None:
    standing = shown(*LAW, LODGED, id="ks90")["standing"]
    assert "appellant" not in standing["appeals"][0]


def test_a_revoked_decision_stands_no_more_and_what_was_done_is_shown() -> None:
    revoked = DecisionRevoked(decision="ks90", matter="m1", by_decision="ks91")
    executed = DecisionExecuted(decision="ks90", matter="m1", on="2015-06-01", document="avtal")
    told = DelegatedDecisionReported(decision="ks90", matter="m1", to_body="ks", on="2015-06-01")
    answer = shown(*LAW, executed, told, board("ks91"), revoked, id="ks90")["standing"]
    assert (answer["state"], answer["executed"]["document"]) == ("revoked", "avtal")
    assert answer["reports"][0]["to_body"] == "ks"


@given(st.lists(st.sampled_from((LODGED, JUDGED, FINAL, REMOVED)), max_size=4), st.dates().map(str))
def test_any_course_of_events_has_a_state_on_any_day(events: list[Event], on: str) -> None:
    found, known_by = state(*LAW, *events, on=on)
    assert found in {"appealable", "appealed", "final", "annulled"}
    assert known_by in {"record", "rule"}
    assert found != "final" or on > "2015-06-22"

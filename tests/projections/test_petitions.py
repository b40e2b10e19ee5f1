"""How an input is signed and by when it is to be decided, judged on a day by the rules of that day."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf.json_format import ParseDict
from hypothesis import given as for_all
from hypothesis import strategies as st

from ledger.governance import RuleAdopted
from ledger.inputs.events import (
    AuthorKind,
    InputModerated,
    InputRevised,
    InputWithdrawn,
    Instrument,
    SupportGiven,
    SupportWithdrawn,
    Verdict,
)
from ledger.inputs.links import InputSplit
from ledger.inputs.petitions import (
    DebateOutcome,
    DebateRecorded,
    EligibilityConfirmed,
    SignatureCount,
    SignaturesCounted,
    SignaturesHeld,
    SignaturesInvalidated,
    SigningClosed,
    SigningOpened,
    SubmittedToBody,
    Threshold,
    ThresholdReached,
)
from ledger.messages import Event
from participation.transparency.v1.inputs_pb2 import GetInputResponse
from projections.views import inputs
from tests.projections.history import rows_of
from tests.projections.town import SEALED, TOWN, decided, disposed, received

ON = "2016-06-10"


def shown(*history: Event, on: str = ON, input: str = "i1") -> dict[str, Any]:
    view = inputs.proposal(rows_of(*history), input, on=on)
    assert view is not None
    ParseDict(view, GetInputResponse())
    return view


def signing(*history: Event, on: str = ON) -> dict[str, Any]:
    found: dict[str, Any] = shown(received("i1"), *history, on=on)["signing"]
    return found


def opened(*thresholds: Threshold, held: SignaturesHeld = SignaturesHeld.ELSEWHERE, **terms: Any) -> SigningOpened:
    return SigningOpened(input="i1", held=held, thresholds=thresholds, **terms)


def counted(*counts: tuple[str, int]) -> SignaturesCounted:
    return SignaturesCounted(
        input="i1", counts=tuple(SignatureCount(at=f"2016-06-{at}:00Z", count=count) for at, count in counts)
    )


def signed(supporter: str, day: str) -> SupportGiven:
    return SupportGiven(input="i1", supporter=supporter, input_version=1, occurred=day)


def rule(name: str, value: int, unit: str | None = None) -> RuleAdopted:
    return RuleAdopted(rule=name, value=value, unit=unit, citation="KL", valid_from="2010-01-01")


LIMIT = Threshold(rule="petition_debate_signatures", signatures=100)
FALL = SignaturesInvalidated(
    input="i1", count=7, reason_code="unknown", after="2016-06-01T09:30:00Z", before="2016-06-02T08:00:00Z"
)


# --- Kept elsewhere ---------------------------------------------------------------------------
def test_the_curve_holds_the_last_count_of_every_hour_and_day_and_falls_stand_beside_it() -> None:
    view = signing(
        opened(LIMIT), counted(("01T08:00", 1), ("01T08:30", 5), ("01T09:30", 50)), counted(("02T08:00", 43)), FALL
    )
    assert [(each["hour"], each["count"]) for each in view["hours"]] == [
        ("2016-06-01T08", 5),
        ("2016-06-01T09", 50),
        ("2016-06-02T08", 43),
    ]
    assert [(each["day"], each["count"]) for each in view["days"]] == [("2016-06-01", 50), ("2016-06-02", 43)]
    (fall,) = view["falls"]
    assert (fall["count"], fall["reason_code"], fall["authority"]) == (7, "unknown", None)
    assert (view["signatures"]["value"], view["valid"]) == (43, None)


def test_a_long_curve_is_shown_by_the_day_alone() -> None:
    days = [counted((f"{day:02}T08:00", day)) for day in range(1, 31)]
    months = [
        SignaturesCounted(input="i1", counts=(SignatureCount(at=f"2016-07-{day:02}T08:00:00Z", count=40),))
        for day in (1, 2)
    ]
    view = signing(opened(LIMIT), *days, *months)
    assert (len(view["days"]), view["hours"]) == (32, [])
    assert len(signing(opened(LIMIT), *days)["hours"]) == 30


@pytest.mark.parametrize(
    "on, events, status",
    [
        ("2016-05-31", (), "not_open"),
        ("2016-06-01", (), "open"),
        ("2016-06-29", (counted(("02T08:00", 99)),), "open"),
        ("2016-06-30", (counted(("02T08:00", 99)),), "lapsed"),
        ("2016-06-30", (counted(("02T08:00", 100)),), "qualified"),
        ("2016-06-02", (ThresholdReached(input="i1", rule=LIMIT.rule),), "qualified"),
        ("2016-06-30", (SubmittedToBody(input="i1", body="ks"),), "submitted"),
    ],
)
def test_where_a_signing_stands_on_a_day(on: str, events: tuple[Event, ...], status: str) -> None:
    window = opened(LIMIT, opens="2016-06-01T08:00:00Z", closes="2016-06-30T08:00:00Z")
    assert signing(window, *events, on=on)["status"] == status


def test_a_signing_that_was_closed_before_its_time_is_over_from_that_day() -> None:
    history = (opened(LIMIT, closes="2016-06-30T08:00:00Z"), SigningClosed(input="i1", occurred="2016-06-05"))
    assert signing(*history, on="2016-06-04")["status"] == "open"
    view = signing(*history, on="2016-06-05")
    assert (view["status"], view["closed"]["occurred"]) == ("lapsed", "2016-06-05")


def test_a_number_reached_besides_those_the_signing_states_qualifies_nothing() -> None:
    besides = ThresholdReached(input="i1", rule="petition_moderation_signatures")
    view = signing(opened(LIMIT), besides)
    assert ([each["rule"] for each in view["thresholds"]], view["status"]) == ([LIMIT.rule, besides.rule], "open")
    assert signing(opened(), besides)["status"] == "qualified"
    refused = InputModerated(input="i1", author="a", verdict=Verdict.REJECTED, reason_code="r", by_role="moderator")
    assert signing(opened(), besides, refused)["status"] == "closed"


def test_a_petition_without_an_end_of_its_own_ends_by_the_rule_of_the_day_it_opened() -> None:
    petition = received("i1", instrument=Instrument.E_PETITION)
    begun = opened(LIMIT, opens="2016-06-01T08:00:00Z")
    months = rule("petition_open_days", 9, "days")
    view = shown(months, petition, begun, on="2016-06-09")["signing"]
    assert (view["last_day"], view["last_day_by"], view["status"]) == ("2016-06-10", "rule", "open")
    assert shown(months, petition, begun, on="2016-06-10")["signing"]["status"] == "lapsed"
    own = shown(months, petition, begun.model_copy(update={"closes": "2016-06-20T08:00:00Z"}))["signing"]
    assert (own["last_day"], own["last_day_by"]) == ("2016-06-20", "terms")
    shut = shown(months, petition, begun, SigningClosed(input="i1", occurred="2016-06-05"))["signing"]
    assert (shut["last_day"], shut["last_day_by"]) == ("2016-06-05", "closed")
    assert shown(petition, begun)["signing"]["last_day"] is None


def test_what_nobody_set_a_number_for_closes_and_does_not_lapse() -> None:
    window = opened(Threshold(rule="petition_debate_signatures"), closes="2016-06-30T08:00:00Z")
    view = signing(window, counted(("02T08:00", 3)), on="2016-07-01")
    (threshold,) = view["thresholds"]
    assert (view["status"], threshold["signatures"], threshold["stated_by"]) == ("closed", None, None)
    by_rule = signing(rule("petition_debate_signatures", 3), window, counted(("02T08:00", 3)), on="2016-07-01")
    (threshold,) = by_rule["thresholds"]
    assert (by_rule["status"], threshold["signatures"], threshold["stated_by"]) == ("qualified", 3, "rule")


def test_a_threshold_says_whether_it_was_recorded_or_follows_from_the_signatures() -> None:
    reached = ThresholdReached(input="i1", rule=LIMIT.rule, occurred="2016-06-03T10:00:00Z")
    recorded = signing(opened(LIMIT), reached)["thresholds"][0]["reached"]
    assert (recorded["basis"], recorded["day"], recorded["recorded"]["position"]) == ("recorded", "2016-06-03", 3)
    derived = signing(opened(LIMIT), counted(("01T08:00", 99)), counted(("02T08:00", 120)))["thresholds"][0]["reached"]
    assert (derived["basis"], derived["day"], derived["signatures"]) == ("derived", "2016-06-02", 120)
    assert signing(opened(LIMIT), counted(("01T08:00", 99)))["thresholds"][0]["reached"] is None


# --- Kept in the ledger -----------------------------------------------------------------------
HERE = opened(held=SignaturesHeld.LEDGER, electorate=31, opens="2015-01-01T08:00:00Z")
POPULAR = received("i1", instrument=Instrument.POPULAR_INITIATIVE)
LAW = (rule("popular_initiative_percent", 10, "percent"), rule("popular_initiative_days", 183, "days"))


def test_a_popular_initiative_asks_for_a_share_of_the_electorate_within_six_months() -> None:
    names = ("ann", "bo", "cy", "dag")
    late = [signed(name, "2016-06-01") for name in names[:3]]
    view = shown(*LAW, POPULAR, HERE, signed("dag", "2015-06-01"), *late)["signing"]
    (threshold,) = view["thresholds"]
    assert (threshold["signatures"], threshold["stated_by"], threshold["citation"]) == (4, "rule", "KL")
    assert (view["signatures"]["value"], view["valid"], threshold["reached"]) == (4, 3, None)
    assert (view["window"]["from_day"], view["window"]["until_day"]) == ("2015-12-11", ON)
    again = (SupportWithdrawn(input="i1", supporter="dag"), signed("dag", "2016-06-02"))
    enough = shown(*LAW, POPULAR, HERE, signed("dag", "2015-06-01"), *late, *again)["signing"]
    assert (enough["valid"], enough["status"]) == (4, "qualified")
    assert enough["thresholds"][0]["reached"]["day"] == "2016-06-02"


def test_without_a_rule_nothing_is_asked_for_and_nothing_expires() -> None:
    view = shown(POPULAR, HERE, signed("ann", "2015-06-01"))["signing"]
    assert (view["window"], view["valid"], view["thresholds"][0]["signatures"]) == (None, 1, None)


def test_signatures_before_the_signing_opened_or_after_the_day_judged_on_do_not_count() -> None:
    history = (HERE, signed("ann", "2014-12-31"), signed("bo", "2016-06-01"), signed("cy", "2016-06-11"))
    view = signing(*history)
    assert (view["signatures"]["value"], view["valid"]) == (2, 1)


@for_all(st.lists(st.sampled_from(["2015-06-01", "2016-01-01", "2016-06-01", "2016-06-20"]), max_size=8))
def test_the_valid_are_never_more_than_all_and_the_curve_never_falls(days: list[str]) -> None:
    view = shown(*LAW, POPULAR, HERE, *(signed(f"s{n}", day) for n, day in enumerate(days)))["signing"]
    counts = [each["count"] for each in view["days"]]
    assert 0 <= view["valid"] <= view["signatures"]["value"] == len(days)
    assert counts == sorted(counts)


# --- Citizens' initiatives ----------------------------------------------------------------------
INITIATIVE = received("i1", instrument=Instrument.RESIDENT_INITIATIVE, occurred="2015-05-12")
YEAR = rule("initiative_decision_days", 365, "days")


@pytest.mark.parametrize(
    "history, on, due, decided_on, late",
    [
        ((), "2016-06-10", None, None, None),
        ((YEAR,), "2016-05-11", "2016-05-11", None, 0),
        ((YEAR,), "2016-06-10", "2016-05-11", None, 30),
        ((YEAR, decided("d1", meeting_date="2016-05-01"), disposed("d1", "i1")), ON, "2016-05-11", "2016-05-01", 0),
        ((YEAR, decided("d1", meeting_date="2016-05-16"), disposed("d1", "i1")), ON, "2016-05-11", "2016-05-16", 5),
    ],
)
def test_an_initiative_is_due_by_the_rule_of_the_day_it_was_received(
    history: tuple[Event, ...], on: str, due: str | None, decided_on: str | None, late: int | None
) -> None:
    rules, rest = history[:1], history[1:]
    view = shown(*TOWN, *rules, INITIATIVE, *rest, on=on)["initiative"]
    assert (view["due"], view["decided"], view["days_late"]) == (due, decided_on, late)


def test_a_proposal_to_another_body_decides_no_initiative_and_a_delegated_decision_is_flagged() -> None:
    prepared = decided("d1", meeting_date="2016-05-01").model_copy(update={"force": "preparatory"})
    view = shown(*TOWN, INITIATIVE, prepared, disposed("d1", "i1"))["initiative"]
    assert (view["decided"], view["by_delegation"], view["eligible"]) == (None, False, False)
    delegated = prepared.model_copy(update={"force": "delegated"})
    confirmed = EligibilityConfirmed(input="i1", rule="resident_initiative", snapshot="2015-05-01", by_role="registrar")
    view = shown(*TOWN, INITIATIVE, confirmed, delegated, disposed("d1", "i1"))["initiative"]
    assert (view["decided"], view["by_delegation"], view["eligible"]) == ("2016-05-01", True, True)
    assert shown(*TOWN, received("i1"))["initiative"] is None


SUBMITTED = SubmittedToBody(input="i1", body="ks")
WITHDRAWN = InputWithdrawn(input="i1", author="author-of-i1")
REVISED = InputRevised(input="i1", author="author-of-i1", input_version=2, text=SEALED)
ELIGIBLE = EligibilityConfirmed(input="i1", rule="resident_initiative", snapshot="2015-05-01", by_role="registrar")


@pytest.mark.parametrize(
    "history, expected",
    [
        ((received("i1"), opened(LIMIT), SUBMITTED), ["submitted_below_threshold"]),
        ((received("i1"), opened(LIMIT), counted(("01T08:00", 100)), SUBMITTED), []),
        ((received("i1"), opened(Threshold(rule="unknown")), SUBMITTED), []),
        ((INITIATIVE, SUBMITTED), ["submitted_without_eligibility"]),
        ((INITIATIVE, ELIGIBLE, SUBMITTED), []),
        ((received("i1"), SUBMITTED, WITHDRAWN), ["withdrawn_after_submission"]),
        ((received("i1"), WITHDRAWN, SUBMITTED), []),
        ((received("i1"), opened(), REVISED), ["revised_while_signed"]),
        ((received("i1"), REVISED, opened()), []),
        (
            (YEAR, INITIATIVE, decided("d1", meeting_date="2016-06-01"), disposed("d1", "i1")),
            ["decided_late"],
        ),
        (
            (
                INITIATIVE,
                decided("d1", meeting_date="2015-06-01").model_copy(update={"force": "delegated"}),
                disposed("d1", "i1"),
            ),
            ["decided_by_delegation"],
        ),
    ],
)
def test_what_reality_did_against_a_rule_is_flagged_and_not_hidden(
    history: tuple[Event, ...], expected: list[str]
) -> None:
    assert shown(*TOWN, *history)["flags"] == expected


# --- The rest of its life -----------------------------------------------------------------------
def test_submission_debate_and_parts_are_shown() -> None:
    view = shown(
        *TOWN,
        received("i1", party="V", role="ledamot", author_kind=AuthorKind.OFFICIAL),
        received("i2"),
        SubmittedToBody(input="i1", body="ks", on="2016-06-01"),
        DebateRecorded(input="i1", outcome=DebateOutcome.NOT_HELD, covered_by="i2"),
        InputSplit(input="i1", parts=("i2",), reason_code="several_subjects", by_role="registrar"),
    )
    whole = view["input"]
    assert (whole["party"], whole["submitted"][0]["on"], whole["debates"][0]["covered_by"]) == ("V", "2016-06-01", "i2")
    assert [(each["input"], each["status"]) for each in view["parts"]] == [("i2", "received")]
    part = shown(
        received("i1"), received("i2"), InputSplit(input="i1", parts=("i2",), reason_code="r", by_role="o"), input="i2"
    )
    assert (part["input"]["part_of"], part["input"]["parts"], part["signing"]) == (["i1"], [], None)

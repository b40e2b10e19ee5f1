"""Surveys as they are shown: the card with what is missing, rates, bounds, and changes that are real, noise or wording."""

from __future__ import annotations

from fractions import Fraction

from google.protobuf.json_format import ParseDict
from hypothesis import given
from hypothesis import strategies as st

from ledger.decisions.pieces import Reliance
from ledger.inputs.events import AuthorKind
from ledger.inputs.links import CriticismLinked, CriticismTarget
from ledger.messages import Source
from ledger.surveys.events import (
    CaseDispositionsStated,
    InvitationsSent,
    ResultRetracted,
    SampleDrawn,
    WeightsComputed,
)
from ledger.surveys.pieces import (
    AttritionStep,
    Cell,
    Dispositions,
    ItemMissing,
    QuestionRef,
    StatedRate,
    Table,
)
from participation.transparency.v1 import surveys_pb2
from projections.views import survey_compare, surveys
from projections.views.survey_response import decimal
from tests.projections.history import rows_of
from tests.projections.survey_events import (
    HELD,
    SHARE,
    TODAY,
    WARNING,
    carded,
    planned,
    question,
    released,
    shown,
)
from tests.projections.town import TOWN, decided, received


# --- The card and who answered ----------------------------------------------------------------
def test_s0_30_a_figure_is_shown_with_the_card_it_must_be_judged_by_and_never_without() -> None:
    view = shown(rows_of(*HELD, carded(), released()))
    (release,) = view["releases"]
    assert release["quality"] | {"missing": [], "modes": []} == {
        "card": 1,
        "self_selected": False,
        "answered": 600,
        "eligible": 1480,
        "percent": "40.54",
        "stated_response": None,
        "interval_percent": 95,
        "modes": [],
        "weights": None,
        "deff": None,
        "missing": [],
    }
    assert [card["card"] for card in view["cards"]] == [1]
    assert view["survey"]["status"] == "published"
    listed = surveys.surveys(rows_of(*HELD, carded(), released()))
    ParseDict(listed, surveys_pb2.ListSurveysResponse())
    assert "0.4" not in repr(listed["surveys"])


def test_s0_31_response_rates_and_bortfall_come_with_their_counts() -> None:
    view = shown(rows_of(*HELD, WARNING, carded()))
    rates = {
        each["name"]: (each["numerator"], each["denominator"], each["percent"]) for each in view["response"]["rates"]
    }
    assert rates == {
        "rr1": (590, 1480, "39.86"),
        "rr2": (600, 1480, "40.54"),
        "rr3": (590, None, "39.89"),
        "rr4": (600, None, "40.56"),
        "rr5": (590, 1420, "41.55"),
        "rr6": (600, 1420, "42.25"),
        "svarsandel": (600, 1480, "40.54"),
    }
    # What rr3 and rr4 take the cases of unknown eligibility to be: 1420 of the 1440 that are cleared up.
    assert view["response"]["eligible_share"] == {"numerator": 1420, "denominator": 1440, "percent": "98.61"}
    assert [(each["cause"], each["count"], each["percent"]) for each in view["response"]["non_response"]["causes"]] == [
        ("not_reached", 700, "47.30"),
        ("refused", 100, "6.76"),
        ("unable", 20, "1.35"),
        ("unknown", 60, "4.05"),
    ]
    assert view["response"]["warning"] == {"limit_percent": 50, "citation": "Riktlinjer", "is_low": "yes"}
    assert "response_low" in view["flags"]


def test_s0_31_how_little_a_low_response_guarantees_stands_beside_the_share() -> None:
    view = shown(rows_of(*HELD, carded(), released()))
    cell = view["releases"][0]["tables"][0]["cells"][0]
    # 236 of 590 said yes, and 590 of 1480 answered: anything from 236 to 236 + 890 of 1480 is possible.
    assert cell["bounds"] == {"low": decimal(Fraction(236, 1480), 4), "high": decimal(Fraction(1126, 1480), 4)}


def test_a_table_says_whether_its_values_are_weighted() -> None:
    tables = (
        Table(table="t1", kind="share", question="q1", cells=(SHARE,)),
        Table(table="t2", kind="count", question="q1", cells=(Cell(count=590),)),
    )
    plain = (*TOWN, planned(), question(), carded(deff=None))
    own, brought = released("s1", "r1", *tables), released("s1", "r1", *tables).model_copy(update={"origin": "import"})
    weights = WeightsComputed(survey="s1", method="raking", deff="1.3")
    said = [
        [each["weighted"] for each in shown(rows_of(*history))["releases"][0]["tables"]]
        for history in ((*HELD, carded(deff=None), own), (*plain, own), (*plain, own, weights), (*plain, brought))
    ]
    assert said == [[True, False], [False, False], [False, False], [None, None]]


def test_where_no_rule_is_adopted_nobody_says_what_is_low() -> None:
    view = shown(rows_of(*HELD, carded()))
    assert view["response"]["warning"] == {"limit_percent": None, "citation": None, "is_low": "unknown"}


def test_x13_the_survey_of_2015_shows_just_under_40_percent_and_everything_else_as_missing() -> None:
    source = Source(basis="external", external_id="mitti.se")
    rows = rows_of(
        *TOWN,
        WARNING,
        planned(conductor="SCB", occurred="2015", source=source),
        SampleDrawn(survey="s1", size=1500, occurred="2015", source=source),
        carded(
            conductor="SCB",
            dispositions=Dispositions(),
            stated_response=StatedRate(text="knappt 40 %", maximum="40", approximate=True),
            earlier_response=StatedRate(text="45–49 %", minimum="45", maximum="49"),
            modes=(),
            missing=("frame", "complete", "ineligible", "weights"),
            source=source,
        ),
        released("s1", "scb", Table(table="nii", kind="index", index="overall", cells=(Cell(note="lägsta betyget"),))),
    )
    view = shown(rows)
    response = view["response"]
    assert (response["basis"], response["rates"], response["warning"]["is_low"]) == ("stated", [], "yes")
    assert (response["stated"]["text"], response["earlier"]["text"]) == ("knappt 40 %", "45–49 %")
    card = view["cards"][0]
    assert (card["sample_size"], card["missing"]) == (1500, ["frame", "complete", "ineligible", "weights"])
    assert card["recorded"]["source"]["basis"] == "external"
    assert view["releases"][0]["quality"]["percent"] is None


def test_only_who_answered_is_counted_and_never_what() -> None:
    view = shown(rows_of(*HELD))
    answers = view["answers"]
    assert [answers[name]["value"] for name in ("complete", "partial", "withdrawn")] == [1, 1, 1]
    assert answers["complete"]["events"] == {"types": ["answer-received"], "tags": ["survey:s1"]}
    assert answers["by_mode"] == [{"mode": "paper", "count": 1}, {"mode": "web", "count": 1}]
    assert "answers_differ_from_cases" in view["flags"]
    assert "no_card" in view["flags"]


def test_figures_and_numbers_that_cannot_be_are_marked() -> None:
    many = InvitationsSent(survey="s1", wave=2, count=1501, mode="letter")
    absurd = Table(table="t9", kind="mean", question="q1", cells=(Cell(value="999", n=590),))
    flags = shown(rows_of(*HELD, many, carded(), released("s1", "r1", absurd)))["flags"]
    assert {"invitations_above_sample", "figures_above_answers", "figures_outside_scale"} <= set(flags)
    assert not {"invitations_above_sample", "figures_outside_scale"} & set(
        shown(rows_of(*HELD, carded(), released()))["flags"]
    )


def test_the_way_from_those_reached_to_those_counted_is_shown_step_by_step() -> None:
    steps = tuple(AttritionStep(label=label, count=count) for label, count in (("svar", 3182), ("räknade", 2238)))
    stated = CaseDispositionsStated(survey="s1", dispositions=Dispositions(), attrition=steps)
    view = shown(rows_of(*TOWN, planned(design="open"), stated))
    assert [step["count"] for step in view["survey"]["dispositions"]["attrition"]] == [3182, 2238]
    assert view["self_selected"]


def test_missing_answers_to_a_question_are_a_share_of_those_who_were_asked_it() -> None:
    items = (ItemMissing(question="q1", eligible=600, missing=12),)
    view = shown(rows_of(*HELD, carded(item_nonresponse=items)))
    assert view["cards"][0]["item_nonresponse"][0]["percent"] == "2.00"


def test_an_open_survey_has_neither_interval_nor_bounds() -> None:
    share = SHARE.model_copy(update={"low": None, "high": None})
    table = Table(table="t1", kind="share", question="q1", cells=(share,))
    rows = rows_of(*TOWN, planned(design="open"), carded(design="open"), released("s1", "r1", table))
    (release,) = shown(rows)["releases"]
    assert (release["quality"]["self_selected"], release["quality"]["interval_percent"]) == (True, None)
    assert release["tables"][0]["cells"][0]["bounds"] is None


def test_a_retracted_release_stays_and_says_so() -> None:
    rows = rows_of(*HELD, carded(), released(), ResultRetracted(survey="s1", release="r1", reason_code="wrong"))
    view = shown(rows)
    assert (view["survey"]["status"], view["releases"][0]["retracted"]["reason_code"]) == ("retracted", "wrong")
    before = shown(rows.at(rows.position - 1))
    assert (before["survey"]["status"], before["releases"][0]["retracted"]) == ("published", None)


# --- What is asked, who criticises, who relies ------------------------------------------------
def test_s0_32_each_wording_says_whether_it_may_be_compared_with_the_one_before() -> None:
    before = QuestionRef(survey="s1", question="q1", question_version=1)
    rows = rows_of(
        *HELD,
        question(version=2, changed_from=before, comparable=False),
        question(version=3, changed_from=before),
        question(version=4, changed_from=before, comparable=True, role="overall"),
    )
    found = [each["comparability"] for each in shown(rows)["questions"]]
    assert found == ["first", "not_comparable", "not_stated", "comparable"]
    assert shown(rows)["questions"][0]["wordings"][0]["text"] == {"position": 6, "pointer": "/wordings/0/text"}


def test_s3_08_s3_25_s2_18_what_residents_perceive_is_asked_and_tied_to_an_indicator() -> None:
    rows = rows_of(*HELD, question(question="upplevs-enkel", indicator="upplevd-enkelhet"))
    view = shown(rows)
    assert view["survey"]["indicators"] == ["nii"]
    assert {each["indicator"] for each in view["questions"]} == {None, "upplevd-enkelhet"}


def test_s0_29_s0_32_criticism_and_reliance_stand_beside_what_they_are_about() -> None:
    relied = (Reliance(kind="survey", id="s1", quality_unknown=False),)
    rows = rows_of(
        *HELD,
        decided("d1", relied_on=relied),
        carded(),
        decided("d2", relied_on=relied),
        received("kritik", AuthorKind.OFFICIAL),
        CriticismLinked(input="kritik", target_kind=CriticismTarget.SURVEY, target="s1"),
        CriticismLinked(input="borta", target_kind=CriticismTarget.QUESTION, target="q1"),
        CriticismLinked(input="annat", target_kind=CriticismTarget.SURVEY, target="s2"),
    )
    view = shown(rows)
    assert [(each["input"], each["target_kind"], each["status"]) for each in view["criticism"]] == [
        ("kritik", "survey", "received"),
        ("borta", "question", "not_in_ledger"),
    ]
    assert [(each["decision"], each["card_then"]) for each in view["relied_on_by"]] == [("d1", 0), ("d2", 1)]


def test_there_is_no_survey_that_is_not_in_the_ledger() -> None:
    rows = rows_of(*HELD)
    assert surveys.survey(rows, "s9", on=TODAY) is None
    assert survey_compare.compare(rows, "s1", "s9", "q1") is None


@given(part=st.integers(0, 10**6), whole=st.integers(1, 10**6), places=st.integers(0, 6))
def test_a_decimal_is_never_further_from_the_number_than_half_a_unit(part: int, whole: int, places: int) -> None:
    number = Fraction(part, whole)
    assert abs(Fraction(decimal(number, places)) - number) <= Fraction(1, 2 * 10**places)
    assert decimal(-number, places).lstrip("-") == decimal(number, places)

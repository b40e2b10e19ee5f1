"""Surveys after the close: the card, the releases, and every no."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from pydantic import ValidationError

from ledger.governance import RuleRepealed
from ledger.messages import Command, Event, Rejection
from ledger.sealing import words_of
from ledger.surveys import SLICE, commands, rejections
from ledger.surveys.card import CARD_FIELDS
from ledger.surveys.commands import (
    CloseFieldwork,
    ComputeWeights,
    DrawSample,
    PublishCard,
    PublishResults,
    RetractResults,
    SendInvitations,
    StateDispositions,
    WithdrawAnswer,
)
from ledger.surveys.events import (
    AnswerWithdrawn,
    InvitationsSent,
    ResultRetracted,
    ResultsPublished,
    SampleDrawn,
    SurveyCardPublished,
    SurveyPlanned,
)
from ledger.surveys.stated import StatedStratumCount
from ledger.surveys.states import Adopted, Rule
from tests.ledger.survey_history import (
    ANSWERS,
    ASKED,
    BASES,
    BODY,
    CARDED,
    CELLS,
    CLOSED,
    DISPOSED,
    DONE,
    DRAWN,
    FIELD,
    GONE,
    OPEN_PLANNED,
    PLAN,
    PLANNED,
    Q1,
    Q2,
    READY,
    RULED,
    SHARE,
    WEIGHED,
    answer,
    card,
    publish,
    received,
    released,
    word,
)
from tests.slices import AT, Given, given, rejections_of


def test_s0_30_a_card_is_made_of_what_the_ledger_knows_and_what_is_stated() -> None:
    (event,) = given(SLICE, *READY).when(card())
    assert isinstance(event, SurveyCardPublished)
    assert (event.card, event.missing, event.sample_size, event.reminders) == (1, (), 1500, 0)
    assert (event.weights, event.deff, event.series_breaks) == ("raking", "1.3", ())
    assert (event.dispositions.complete, event.frame) == (590, PLANNED.frame)
    assert [(each.question, each.question_version) for each in event.wordings] == [
        ("q1", 1),
        ("q2", 1),
        ("q3", 1),
        ("q4", 1),
        ("q5", 1),
        ("q5", 2),
    ]


def test_x13_of_an_imported_survey_the_card_names_everything_that_is_missing() -> None:
    bare = SurveyPlanned(
        survey="enkat",
        title="SCB:s medborgarundersökning",
        commissioner="ks",
        conductor="SCB",
        population="18–84 år",
        design="srs",
        occurred="2015",
    )
    sample = SampleDrawn(survey="enkat", size=1500)
    known = {"commissioner", "conductor", "population", "design", "sample_size"}
    command = PublishCard.model_validate(
        {
            "survey": "enkat",
            "stated_response": {"text": "knappt 40 %", "maximum": "40", "approximate": True},
            "earlier_response": {"text": "45–49 %", "minimum": "45", "maximum": "49"},
            "missing": [name for name in CARD_FIELDS if name not in known],
        }
    )
    (event,) = given(SLICE, bare, sample).when(command)
    assert isinstance(event, SurveyCardPublished)
    assert set(event.missing) == set(CARD_FIELDS) - known
    assert event.stated_response is not None
    assert (event.stated_response.text, event.stated_response.approximate) == ("knappt 40 %", True)


# --- Releases ---
def test_a_release_names_its_card_and_the_rules_it_kept_to() -> None:
    event = released()
    assert (event.card, event.min_cell, event.min_base, event.origin, event.snapshot) == (1, 5, 20, "own", 600)
    assert (event.tables[0].cells[0].numerator, event.tables[0].cells[0].low) == (236, "0.3612")


def test_results_of_others_are_brought_over_as_they_were_stated() -> None:
    plan = (*CARDED[:1],)
    missing = [name for name in CARD_FIELDS if name not in {"commissioner", "conductor", "population", "frame", "frame_date",
                                                           "design", "modes", "languages"}]  # fmt: skip
    (carded,) = given(SLICE, *plan).when(PublishCard(survey="enkat", missing=tuple(missing)))
    command = PublishResults.model_validate(
        {
            "survey": "enkat",
            "release": "scb",
            "origin": "import",
            "tables": [{"table": "nii", "kind": "index", "index": "overall", "cells": [{"note": "lägsta betyget"}]}],
        }
    )
    (event,) = given(SLICE, *plan, carded).when(command)
    assert isinstance(event, ResultsPublished)
    assert (event.origin, event.min_cell, event.tables[0].cells[0].note) == ("import", None, "lägsta betyget")


@pytest.mark.parametrize("changed, is_released", [(0, False), (4, False), (5, True)])
def test_a_table_is_released_again_only_when_enough_respondents_changed(changed: int, is_released: bool) -> None:
    respondents = [received(f"r{number}") for number in range(9)]
    withdrawn = [AnswerWithdrawn(survey="enkat", respondent=f"r{number}", revision=1) for number in range(changed)]
    history = (
        CELLS,
        BASES,
        *FIELD,
        *ANSWERS,
        *respondents,
        CLOSED,
        DISPOSED,
        WEIGHED,
        CARDED[-1],
        released(),
        *withdrawn,
    )
    again = publish(release="two", snapshot=601)
    if is_released:
        assert len(given(SLICE, *history).when(again)) == 1
    else:
        with pytest.raises(rejections.TooFewChanged):
            given(SLICE, *history).when(again)


def test_figures_computed_wrongly_may_be_released_anew_once_they_are_retracted() -> None:
    retract = RetractResults(survey="enkat", release="one", reason_code="computed_wrongly", reason="Fel vikter.")
    (retracted,) = given(SLICE, *RULED, released()).when(retract)
    assert isinstance(retracted, ResultRetracted)
    assert [each.key for each in words_of(retracted)] == ["survey:enkat|P"]
    assert len(given(SLICE, *RULED, released(), retracted).when(publish(release="two"))) == 1


@drawn(count=st.integers(0, 12), rest=st.integers(0, 40))
def test_no_small_group_and_no_rest_of_one_passes_the_gate(count: int, rest: int) -> None:
    cell = {"numerator": count, "denominator": count + rest}
    is_shown = 0 in {count, rest} or min(count, rest) >= 5
    try:
        given(SLICE, *RULED).when(publish(cell))
    except (rejections.CellTooSmall, rejections.BaseTooSmall):
        assert not is_shown or count + rest < 20
    else:
        assert is_shown and count + rest >= 20


def by_age(answer: str, release: str = "two", **counts: int) -> PublishResults:
    cells = [{"group": group, "answer": answer, "count": count} for group, count in counts.items()]
    kind = {"table": f"t-{release}", "kind": "count", "question": "q2", "by": "age", "cells": cells}
    return publish(release=release, tables=[kind])


def test_a_hidden_cell_does_not_follow_from_two_releases_of_two_kinds() -> None:
    """236 of everybody say yes; all but three of them are named by age."""
    history = given(SLICE, *RULED, released())
    with pytest.raises(rejections.HiddenCellFollows):
        history.when(by_age("yes", mid=100, old=133))
    assert len(history.when(by_age("yes", mid=100, old=131))) == 1
    part = history.and_then(*history.when(by_age("yes", mid=100)))
    with pytest.raises(rejections.HiddenCellFollows):
        part.when(by_age("yes", "three", old=133))


def test_a_hidden_answer_does_not_follow_from_how_many_answered() -> None:
    """597 answered q2 by the card, and 594 of them said yes."""
    known = RULED[:-1]
    items = [{"question": "q2", "eligible": 602, "missing": 5}]
    (carded,) = given(SLICE, *known).when(card(item_nonresponse=items))
    table = {"table": "t", "kind": "count", "question": "q2"}
    with pytest.raises(rejections.HiddenCellFollows):
        given(SLICE, *known, carded).when(publish(tables=[table | {"cells": [{"answer": "yes", "count": 594}]}]))
    cells = [{"answer": "yes", "count": 400}, {"answer": "no", "count": 197}]
    assert len(given(SLICE, *known, carded).when(publish(tables=[table | {"cells": cells}]))) == 1


def test_a_table_of_another_name_is_no_way_past_the_changes() -> None:
    withdrawn = AnswerWithdrawn(survey="enkat", respondent="r1", revision=1)
    with pytest.raises(rejections.TooFewChanged):
        given(SLICE, *RULED, released(), withdrawn).when(by_age("yes", mid=100))


def test_a_body_has_its_own_rule_before_that_of_all_and_a_repealed_one_holds_no_longer() -> None:
    rule = Rule((Adopted(None, 5, "2010-01-01", None), Adopted("ks", 10, "2012-01-01", "2015-12-31")))
    assert [rule.value_on(day, "ks") for day in ("2009-12-31", "2011-01-01", "2015-12-31", "2016-01-01")] == [
        None,
        5,
        10,
        5,
    ]
    repealed = RuleRepealed(rule="survey_min_cell", valid_from="2010-01-01", on="2016-01-01")
    assert SLICE.evolve(rule, repealed).value_on("2016-01-01", "gn") is None


# --- Every no ---------------------------------------------------------------------------------
INVITE = SendInvitations(survey="enkat", count=10, mode="letter")
ANSWER = answer({"question": "q1", "number": 7})
PLACED = PLAN.model_copy(update={"process": "p"})
IN_MATTER = PLAN.model_copy(update={"matter": "m"})
STATE = StateDispositions.model_validate({"survey": "enkat", "dispositions": {"complete": 1}})
WEIGH = ComputeWeights(survey="enkat", method="raking")
OPEN_READY = (OPEN_PLANNED, Q1, Q2, InvitationsSent(survey="enkat", wave=1, mode="link"), CLOSED, CARDED[-1])

LOW = CELLS.model_copy(update={"value": 2})
HIDDEN = [
    {"table": f"t{by}", "kind": "count", "question": "q2", "by": f"b{by}", "cells": [{"group": f"g{group}", "suppressed": True} for group in range(600)]}
    for by in range(4)
]  # fmt: skip

REJECTED: list[tuple[tuple[Event, ...], Command, type[Rejection]]] = [
    ((BODY, PLANNED), PLAN, rejections.SurveyAlreadyPlanned),
    ((), PLAN, rejections.BodyUnknown),
    ((BODY, GONE), PLAN, rejections.BodyIsDissolved),
    ((BODY,), PLACED, rejections.ProcessUnknown),
    ((BODY,), IN_MATTER, rejections.MatterUnknown),
    ((), word(), rejections.SurveyUnknown),
    (DONE, word(), rejections.FieldworkIsClosed),
    ((PLANNED, DRAWN), DrawSample(survey="enkat", size=5), rejections.SampleAlreadyDrawn),
    ((OPEN_PLANNED,), DrawSample(survey="enkat", size=5), rejections.OpenSurveyHasNoSample),
    (
        (PLANNED,),
        DrawSample(survey="enkat", size=5, by_stratum=(StatedStratumCount(stratum="vast", size=5),)),
        rejections.StratumUnknown,
    ),
    ((OPEN_PLANNED,), INVITE, rejections.OpenSurveyHasNoSample),
    ((PLANNED,), INVITE.model_copy(update={"count": None}), rejections.InvitationsNeedACount),
    (DONE, INVITE, rejections.FieldworkIsClosed),
    (ASKED, ANSWER, rejections.FieldworkNotOpen),
    (DONE, ANSWER, rejections.FieldworkIsClosed),
    (FIELD, answer({"question": "q9", "number": 7}), rejections.QuestionUnknown),
    (FIELD, answer({"question": "q1", "question_version": 2, "number": 7}), rejections.QuestionUnknown),
    (FIELD, answer({"question": "q1", "codes": ["yes"]}), rejections.AnswerDoesNotFit),
    (FIELD, answer({"question": "q2", "codes": ["yes", "no"]}), rejections.AnswerDoesNotFit),
    (FIELD, answer({"question": "q3", "codes": ["yes", "no"]}), rejections.AnswerDoesNotFit),
    (FIELD, answer({"question": "q4", "number": 1}), rejections.AnswerDoesNotFit),
    (FIELD, answer({"question": "q5", "number": 1}), rejections.WordingNotStated),
    (FIELD, WithdrawAnswer(survey="enkat", respondent="r1"), rejections.NoAnswerToWithdraw),
    (
        (*FIELD, received(), AnswerWithdrawn(survey="enkat", respondent="r1", revision=1)),
        WithdrawAnswer(survey="enkat", respondent="r1"),
        rejections.NoAnswerToWithdraw,
    ),
    ((), STATE, rejections.SurveyUnknown),
    (ASKED, CloseFieldwork(survey="enkat"), rejections.FieldworkNotOpen),
    (DONE, CloseFieldwork(survey="enkat"), rejections.FieldworkIsClosed),
    (OPEN_READY, WEIGH, rejections.SelfSelectedIsNotWeighted),
    (FIELD, WEIGH, rejections.FieldworkStillOpen),
    (ASKED, WEIGH, rejections.FieldworkNotOpen),
    (FIELD, card(), rejections.FieldworkStillOpen),
    (READY, card(raw_data=None), rejections.CardIncomplete),
    (READY, card(missing=("deff",)), rejections.CardContradictsItself),
    (READY, card(missing=("weather",)), rejections.CardContradictsItself),
    ((CELLS, BASES, *READY), publish(), rejections.CardMissing),
    ((*RULED, DISPOSED), publish(), rejections.CardOutdated),
    (CARDED, publish(), rejections.DisclosureRuleMissing),
    ((*RULED, released()), publish(), rejections.ReleaseAlreadyPublished),
    ((*RULED, released()), publish(release="two", snapshot=599), rejections.SnapshotGoesBack),
    (RULED, publish({"group": "a"}), rejections.CellNotWhole),
    (RULED, publish({"numerator": 30}), rejections.CellNotWhole),
    (RULED, publish({"numerator": 30, "denominator": 29}), rejections.CellNotWhole),
    (RULED, publish(SHARE | {"high": None}), rejections.CellNotWhole),
    (RULED, publish({"suppressed": True, "count": 9}), rejections.SuppressedCellHoldsNumber),
    (
        RULED,
        publish(tables=[{"table": "t", "kind": "mean", "question": "q2", "index": "x", "cells": [{"count": 9}]}]),
        rejections.TableOfTwoThings,
    ),
    (RULED, publish(SHARE | {"numerator": 4}), rejections.CellTooSmall),
    (RULED, publish(SHARE | {"numerator": 586}), rejections.CellTooSmall),
    (RULED, publish({"numerator": 0, "denominator": 4}), rejections.CellTooSmall),
    (RULED, publish({"numerator": 5, "denominator": 19}), rejections.BaseTooSmall),
    (RULED, publish({"value": "0.4", "n": 100}), rejections.FigureWithoutItsCounts),
    (RULED, publish(tables=[{"table": "t", "kind": "mean", "cells": [{"value": "4.6"}]}]), rejections.FigureWithoutItsCounts),
    (RULED, publish(tables=[{"table": "t", "kind": "count", "question": "q9", "cells": [{"count": 9}]}]), rejections.QuestionUnknown),
    ((CELLS, BASES, *OPEN_READY), publish(), rejections.SelfSelectedHasNoInterval),
    ((*RULED, released()), publish(release="two"), rejections.TooFewChanged),
    (RULED, publish({"group": "a", "answer": "yes", "numerator": 40, "denominator": 80}, {"group": "b", "answer": "yes", "suppressed": True}, SHARE | {"numerator": 43}), rejections.HiddenCellFollows),
    (RULED, publish(tables=HIDDEN), rejections.TooMuchHidden),
    ((PLANNED,), DrawSample(survey="enkat", size=70001), rejections.SampleAboveFrame),
    ((LOW, BASES, *CARDED), publish(), rejections.DisclosureRuleTooLow),
    (RULED, publish(snapshot=len(RULED) + 1), rejections.SnapshotAhead),
    (RULED, publish(SHARE | {"low": "0.5"}), rejections.CellNotWhole),
    (RULED, publish(SHARE | {"value": "1.5"}), rejections.FigureOutsideScale),
    (RULED, publish(tables=[{"table": "t", "kind": "mean", "question": "q1", "cells": [{"value": "999", "n": 100}]}]), rejections.FigureOutsideScale),
    (RULED, publish(tables=[{"table": "t", "kind": "mean", "question": "q1", "cells": [{"value": "9", "n": 601}]}]), rejections.FigureAboveAnswers),
    (RULED, publish({"answer": "yes", "count": 3}, origin="import"), rejections.CellTooSmall),
    (CARDED, publish(origin="import"), rejections.DisclosureRuleMissing),
    (RULED, RetractResults(survey="enkat", release="one", reason_code="x"), rejections.ReleaseUnknown),
    (
        (*RULED, released(), ResultRetracted(survey="enkat", release="one", reason_code="x")),
        RetractResults(survey="enkat", release="one", reason_code="x"),
        rejections.ReleaseAlreadyRetracted,
    ),
]  # fmt: skip


def test_every_no_is_shown() -> None:
    assert {rejection for _, _, rejection in REJECTED} == rejections_of(rejections)


@pytest.mark.parametrize("history, command, rejection", REJECTED)
def test_surveys_say_no(history: tuple[Event, ...], command: Command, rejection: type[Rejection]) -> None:
    with pytest.raises(rejection) as said:
        given(SLICE, *history).when(command)
    assert str(said.value).endswith(".")
    assert said.value.message_sv.endswith(".")


@pytest.mark.parametrize(
    "kind, fields",
    [
        (commands.VersionQuestion, {"scale": {"kind": "number", "minimum": 5, "maximum": 5}}),
        (commands.VersionQuestion, {"scale": {"kind": "verbal", "options": [{"code": "a", "label": "A"}]}}),
        (commands.VersionQuestion, {"role": "factor"}),
        (commands.VersionQuestion, {"factor": "trust"}),
    ],
)
def test_a_question_that_cannot_be_asked_is_no_command(kind: type[Command], fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        kind.model_validate(word().model_dump() | fields)


@pytest.mark.parametrize("cell", [{"value": "0,4"}, {"count": -1}, {"group": "Å"}])
def test_a_cell_with_a_bad_field_is_no_cell(cell: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        publish(cell)


def test_the_law_of_the_day_of_the_release_is_asked() -> None:
    later = CELLS.model_copy(update={"valid_from": "2016-06-01"})
    history: Given = given(SLICE, later, BASES, *CARDED)
    with pytest.raises(rejections.DisclosureRuleMissing):
        history.when(publish(), AT)
    assert len(history.when(publish(), datetime(2016, 6, 1, 12, tzinfo=UTC))) == 1

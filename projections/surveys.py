"""Surveys: what was asked of whom, what came back, and the released figures with the card they must be judged by.

    surveys            survey                      plan, sample, invitations, dispositions, weights, cards, status
    survey_questions   survey|question|version     one wording of one question; the words themselves stay sealed
    survey_answers     survey|respondent           that an answer came and counts, never what it says; emits how many
    survey_releases    survey|release              the tables as they were released, suppressed cells and all
    survey_links       survey|id|kind|id           inputs that criticise it or a question, decisions that rely on it

What respondents said is private and in no read model. A figure is public only as a part of a release, and every
release names its card.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ledger.decisions.events import DecisionRecorded
from ledger.inputs.links import CriticismLinked
from ledger.messages import Event, RecordedEvent
from ledger.surveys.events import (
    AnswerReceived,
    AnswerWithdrawn,
    CaseDispositionsStated,
    FieldworkClosed,
    InvitationsSent,
    QuestionVersioned,
    ResultRetracted,
    ResultsPublished,
    SampleDrawn,
    SurveyCardPublished,
    SurveyPlanned,
    WeightsComputed,
)
from projections.projection import Projection, State
from projections.references import external_id, moment, words

ENVELOPE = {"occurred", "source"}


def _dumped(event: Event, *left_out: str) -> dict[str, Any]:
    """Return an event's own fields as plain JSON, without the words that are sealed."""
    return event.model_dump(mode="json", exclude=ENVELOPE.union(left_out))


# --- Surveys ----------------------------------------------------------------------------------
def _survey_keys(event: Any) -> tuple[str, ...]:
    return (event.survey,)


def _survey(state: State, recorded: RecordedEvent) -> State:
    match recorded.event, state:
        case SurveyPlanned() as planned, None:
            return _planned(planned, recorded)
        case _, None:
            return state
        case SampleDrawn() as drawn, _:
            return state | {"sample": _dumped(drawn, "survey") | {"recorded": moment(recorded)}}
        case InvitationsSent() as sent, _:
            wave = _dumped(sent, "survey") | {"recorded": moment(recorded)}
            return state | {"status": "fielding", "invitations": [*state["invitations"], wave]}
        case CaseDispositionsStated() as stated, _:
            return state | {"dispositions": _dumped(stated, "survey") | {"recorded": moment(recorded)}}
        case FieldworkClosed(), _:
            return state | {"status": "closed", "closed": moment(recorded)}
        case WeightsComputed() as weights, _:
            return state | {
                "status": "weighted",
                "weights": _dumped(weights, "survey") | {"recorded": moment(recorded)},
            }
        case SurveyCardPublished() as card, _:
            return _carded(state, card, recorded)
        case ResultsPublished(release=release), _:
            return state | {"status": "published", "releases": [*state["releases"], release]}
        case ResultRetracted(release=release), _:
            return _retracted(state, release)
    return state


def _planned(planned: SurveyPlanned, recorded: RecordedEvent) -> dict[str, Any]:
    return _dumped(planned, "purpose") | {
        "purpose": words(recorded, "/purpose", planned.purpose),
        "external_id": external_id(recorded),
        "status": "planned",
        "planned": moment(recorded),
        "sample": None,
        "invitations": [],
        "dispositions": None,
        "closed": None,
        "weights": None,
        "cards": [],
        "releases": [],
        "retracted": [],
    }


def _carded(state: dict[str, Any], card: SurveyCardPublished, recorded: RecordedEvent) -> dict[str, Any]:
    shown = _dumped(card, "survey", "known_limits") | {
        "known_limits": words(recorded, "/known_limits", card.known_limits),
        "recorded": moment(recorded),
    }
    # A new card of a survey whose figures are out leaves them out.
    status = state["status"] if state["status"] in {"published", "retracted"} else "carded"
    return state | {"status": status, "cards": [*state["cards"], shown]}


def _retracted(state: dict[str, Any], release: str) -> dict[str, Any]:
    retracted = [*state["retracted"], release]
    status = "published" if set(state["releases"]) - set(retracted) else "retracted"
    return state | {"status": status, "retracted": retracted}


SURVEYS = Projection(
    name="surveys",
    version=1,
    types=(
        SurveyPlanned,
        SampleDrawn,
        InvitationsSent,
        CaseDispositionsStated,
        FieldworkClosed,
        WeightsComputed,
        SurveyCardPublished,
        ResultsPublished,
        ResultRetracted,
    ),
    keys=_survey_keys,
    apply=_survey,
)


# --- Questions --------------------------------------------------------------------------------
def question_key(survey: str, question: str, version: int) -> str:
    """Return the key of one wording; versions sort as numbers."""
    return f"{survey}|{question}|{version:04}"


def _question(state: State, recorded: RecordedEvent) -> State:
    event = recorded.event
    assert isinstance(event, QuestionVersioned)
    wordings = [
        {"language": each.language, "text": words(recorded, f"/wordings/{place}/text", each.text)}
        for place, each in enumerate(event.wordings)
    ]
    return _dumped(event, "wordings") | {"wordings": wordings, "recorded": moment(recorded)}


SURVEY_QUESTIONS = Projection(
    name="survey_questions",
    version=1,
    types=(QuestionVersioned,),
    keys=lambda event: (question_key(event.survey, event.question, event.question_version),),
    apply=_question,
)


# --- Answers ----------------------------------------------------------------------------------
def _answer(state: State, recorded: RecordedEvent) -> State:
    match recorded.event, state:
        case AnswerReceived() as received, _:
            return {
                "survey": received.survey,
                "mode": received.mode,
                "complete": received.complete,
                "revision": received.revision,
                "status": "live",
            }
        case AnswerWithdrawn(), dict():
            return state | {"status": "withdrawn"}
    return state


def _answer_figures(key: str, state: State) -> Iterable[tuple[str, int]]:
    survey = state["survey"]
    if state["status"] == "withdrawn":
        yield f"{survey}|withdrawn", 1
        return
    yield f"{survey}|{'complete' if state['complete'] else 'partial'}", 1
    yield f"{survey}|mode|{state['mode']}", 1


SURVEY_ANSWERS = Projection(
    name="survey_answers",
    version=1,
    types=(AnswerReceived, AnswerWithdrawn),
    keys=lambda event: (f"{event.survey}|{event.respondent}",),
    apply=_answer,
    emit=_answer_figures,
)


# --- Releases ---------------------------------------------------------------------------------
def _release(state: State, recorded: RecordedEvent) -> State:
    match recorded.event, state:
        case ResultsPublished() as published, None:
            return _dumped(published) | {"recorded": moment(recorded), "retracted": None}
        case ResultRetracted() as retracted, dict():
            reason = words(recorded, "/reason", retracted.reason)
            taken = {"reason_code": retracted.reason_code, "reason": reason, "recorded": moment(recorded)}
            return state | {"retracted": taken}
    return state


SURVEY_RELEASES = Projection(
    name="survey_releases",
    version=1,
    types=(ResultsPublished, ResultRetracted),
    keys=lambda event: (f"{event.survey}|{event.release}",),
    apply=_release,
)


# --- Who speaks about it, who relies on it ----------------------------------------------------
CRITICISED = ("survey", "question")


def _link_keys(event: Any) -> tuple[str, ...]:
    match event:
        case CriticismLinked(target_kind=kind, target=target, input=input) if kind in CRITICISED:
            return (f"{kind}|{target}|criticism|{input}",)
        case DecisionRecorded(relied_on=relied_on, decision=decision):
            surveys = (each.id for each in relied_on or () if each.kind == "survey")
            return tuple(f"survey|{survey}|decision|{decision}" for survey in dict.fromkeys(surveys))
    return ()


def _link(state: State, recorded: RecordedEvent) -> State:
    match recorded.event, state:
        case CriticismLinked(target_kind=kind, target=target, input=input), None:
            return {"input": input, "target_kind": str(kind), "target": target, "recorded": moment(recorded)}
        case DecisionRecorded(decision=decision, title=title), None:
            return {"decision": decision, "title": title, "recorded": moment(recorded)}
    return state


SURVEY_LINKS = Projection(
    name="survey_links",
    version=1,
    types=(CriticismLinked, DecisionRecorded),
    keys=_link_keys,
    apply=_link,
)

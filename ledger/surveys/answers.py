"""Surveys: whether an answer fits its question, and the one text under seal that holds them all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ledger.canonical import canonical
from ledger.surveys.commands import ReceiveAnswer
from ledger.surveys.events import QuestionVersioned, ScaleKind
from ledger.surveys.pieces import Scale
from ledger.surveys.rejections import AnswerDoesNotFit, QuestionUnknown, WordingNotStated
from ledger.surveys.stated import GivenAnswer

Questions = Mapping[str, tuple[QuestionVersioned, ...]]


def answers_text(questions: Questions, command: ReceiveAnswer) -> str:
    """Return all answers as one text, RFC 8785 JSON, each with the wording that was shown. Raises a Rejection."""
    answers = [_checked(questions, command.survey, given) for given in command.answers]
    background = [each.model_dump() for each in command.background]
    return canonical({"answers": answers, "background": background}).decode()


def _checked(questions: Questions, survey: str, given: GivenAnswer) -> dict[str, Any]:
    question = _shown(questions.get(given.question, ()), survey, given)
    if not _fits(question.scale, given):
        raise AnswerDoesNotFit(question=given.question, takes=_takes(question.scale))
    said = given.model_dump(include={"number", "text"}, exclude_none=True)
    if given.codes:
        said["codes"] = list(given.codes)
    return said | {"question": given.question, "question_version": question.question_version}


def _shown(versions: tuple[QuestionVersioned, ...], survey: str, given: GivenAnswer) -> QuestionVersioned:
    """Return the wording the respondent was shown."""
    if given.question_version is not None:
        versions = tuple(each for each in versions if each.question_version == given.question_version)
    elif len({each.split for each in versions if each.split is not None}) > 1:
        raise WordingNotStated(question=given.question)
    if not versions:
        raise QuestionUnknown(survey=survey, question=given.question)
    return versions[-1]


def _fits(scale: Scale, given: GivenAnswer) -> bool:
    codes = {option.code for option in scale.options}
    match scale.kind:
        case ScaleKind.NUMBER if given.number is not None:
            return (scale.minimum or 0) <= given.number <= (scale.maximum or 0)
        case ScaleKind.NUMBER | ScaleKind.VERBAL:
            return len(given.codes) == 1 and given.codes[0] in codes
        case ScaleKind.CHOICE:
            most = len(codes) if scale.choices_max is None else scale.choices_max
            return 0 < len(given.codes) <= most and codes.issuperset(given.codes)
    return given.text is not None


def _takes(scale: Scale) -> str:
    codes = ", ".join(option.code for option in scale.options)
    match scale.kind:
        case ScaleKind.NUMBER:
            return f"{scale.minimum}-{scale.maximum}" + (f", {codes}" if codes else "")
        case ScaleKind.TEXT:
            return "text"
    return codes

"""Surveys: the card, put together from what the ledger knows and what is stated."""

from __future__ import annotations

from typing import Any

from ledger.surveys.commands import PublishCard
from ledger.surveys.events import QuestionVersioned, SurveyCardPublished
from ledger.surveys.pieces import Dispositions, QuestionRef
from ledger.surveys.rejections import CardContradictsItself, CardIncomplete
from ledger.surveys.states import Survey

DISPOSITIONS = tuple(Dispositions.model_fields)

CARD_FIELDS = (
    *("commissioner", "conductor", "population", "frame", "frame_date", "design", "sample_size"),
    *DISPOSITIONS,
    *("fieldwork", "modes", "languages", "reminders", "wordings", "weights", "deff", "item_nonresponse"),
    *("series_breaks", "known_limits", "raw_data"),
)
"""What a card must state, or say that it is missing."""


def card_of(survey: Survey, command: PublishCard) -> SurveyCardPublished:
    """Return the card. Raises CardIncomplete and CardContradictsItself."""
    fields = _known(survey, command)
    absent = {name for name in CARD_FIELDS if _absent(fields, name)}
    named = set(command.missing)
    if silent := [name for name in CARD_FIELDS if name in absent - named]:
        raise CardIncomplete(survey=command.survey, fields=", ".join(silent))
    if named - absent:
        raise CardContradictsItself(survey=command.survey, fields=", ".join(sorted(named - absent)))
    missing = tuple(name for name in CARD_FIELDS if name in named)
    return SurveyCardPublished.model_validate({**fields, "card": survey.card + 1, "missing": missing})


def _known(survey: Survey, command: PublishCard) -> dict[str, Any]:
    plan, stated, weights = survey.plan, survey.stated, survey.weights
    return command.model_dump(
        mode="json",
        exclude={"occurred", "source", "missing", "no_series_breaks", "series_breaks", "weights", "reminders"},
    ) | {
        "commissioner": plan.commissioner,
        "conductor": plan.conductor,
        "population": plan.population,
        "frame": plan.frame,
        "design": plan.design,
        "sample_size": None if survey.sample is None else survey.sample.size,
        "dispositions": Dispositions() if stated is None else stated.dispositions,
        "attrition": () if stated is None else stated.attrition,
        "modes": plan.modes,
        "languages": plan.languages,
        "reminders": survey.waves - 1 if survey.waves else command.reminders,
        "wordings": _wordings(survey),
        "weights": command.weights if weights is None else command.weights or weights.method,
        "deff": None if weights is None else weights.deff,
        "series_breaks": () if command.no_series_breaks else _dumped(command),
    }


def _dumped(command: PublishCard) -> list[dict[str, Any]] | None:
    return None if command.series_breaks is None else [each.model_dump() for each in command.series_breaks]


def _wordings(survey: Survey) -> tuple[QuestionRef, ...]:
    """Return the wording of each question that was asked last, both halves of a split ballot."""
    last: dict[tuple[str, str | None], QuestionVersioned] = {}
    for versions in survey.questions.values():
        last |= {(each.question, each.split): each for each in versions}
    return tuple(
        QuestionRef(survey=each.survey, question=each.question, question_version=each.question_version)
        for each in sorted(last.values(), key=lambda each: (each.order, each.question, each.question_version))
    )


def _absent(fields: dict[str, Any], name: str) -> bool:
    if name in DISPOSITIONS:
        return getattr(fields["dispositions"], name) is None
    if name == "frame_date":
        return fields["frame"] is None or fields["frame"].date is None
    value = fields[name]
    # That there are no breaks is known; that there are no modes or wordings is not.
    return value is None or (value == () and name != "series_breaks")

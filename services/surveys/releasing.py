"""The three steps from answers to tables that anybody may see, each as the command that asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ledger.store.port import Reader
from ledger.surveys.card import CARD_FIELDS, card_of
from ledger.surveys.commands import ComputeWeights, PublishCard, PublishResults
from ledger.surveys.rejections import CardIncomplete, DisclosureRuleMissing
from ledger.surveys.rules import MIN_BASE, MIN_CELL
from services.surveys.opened import Surveyed, rule_value
from services.surveys.shares import number
from services.surveys.tables import items_missing, limits_of, releases, tables_of
from services.surveys.weighting import STRATUM, weighted


@dataclass(frozen=True, slots=True)
class Stated:
    """What somebody states for a card; what neither they nor the ledger know is named as missing on it."""

    fieldwork: str | None = None
    weights: str | None = None
    no_series_breaks: bool = False
    series_breaks: tuple[dict[str, str], ...] = ()
    known_limits: str | None = None
    raw_data: str | None = None


def weights_command(
    known: Surveyed, margins: Sequence[Mapping[str, Any]], trimming: str | None = None
) -> ComputeWeights:
    """Return the command that records weights to margins (variable, source, cells of code and count).

    Raises ValidationError where the margins are none, and MarginsUnfit where they do not fit the answers.
    """
    survey = known.survey.plan.survey
    asked = ComputeWeights.model_validate(
        {"survey": survey, "method": "raking", "margins": tuple(margins), "trimming": trimming}
    )
    found = weighted(known.survey, known.respondents, asked.margins, trimming)
    figures = {"deff": number(found.deff), "largest": number(found.largest), "n": len(found.respondents)}
    return asked.model_copy(update=figures)


def card_command(known: Surveyed, stated: Stated) -> PublishCard:
    """Return the command that publishes the card, with the missing answers to each question counted.

    All that is not known is named as missing. Raises ValidationError where something stated is not well formed.
    """
    fields: dict[str, Any] = {
        "survey": known.survey.plan.survey,
        "fieldwork": stated.fieldwork,
        "weights": stated.weights,
        "no_series_breaks": stated.no_series_breaks,
        "series_breaks": stated.series_breaks or None,
        "known_limits": stated.known_limits,
        "raw_data": stated.raw_data,
        "item_nonresponse": items_missing(known) or None if known.respondents else None,
    }
    return PublishCard.model_validate(fields | {"missing": _missing(known, fields)})


def _missing(known: Surveyed, fields: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the fields of the card that nobody knows, as the card itself would complain of them."""
    try:
        card_of(known.survey, PublishCard.model_validate(fields))
    except CardIncomplete as incomplete:
        silent = incomplete.metadata["fields"].split(", ")
        return tuple(name for name in CARD_FIELDS if name in silent)
    return ()


def results_commands(
    reader: Reader, known: Surveyed, release: str, by: Sequence[str] | None = None
) -> list[PublishResults]:
    """Return the commands that publish all tables of the answers as they are now; none where there are no answers.

    Raises DisclosureRuleMissing, MarginsUnfit and TablesUnfit.
    """
    plan = known.survey.plan
    min_cell, min_base = (_least(reader, rule, plan.commissioner) for rule in (MIN_CELL, MIN_BASE))
    groups = by if by is not None else backgrounds(known)
    tables = tables_of(known, limits_of(known.survey, min_cell, min_base), groups)
    return releases(plan.survey, release, known.position, tables) if tables else []


def _least(reader: Reader, rule: str, body: str) -> int:
    value = rule_value(reader, rule, datetime.now(UTC).date().isoformat(), body)
    if value is None:
        raise DisclosureRuleMissing(rule=rule)
    return value


def backgrounds(known: Surveyed) -> list[str]:
    """Return the background variables of the respondents, but for the stratum of the sample."""
    return sorted({name for each in known.respondents for name in each.background} - {STRATUM})

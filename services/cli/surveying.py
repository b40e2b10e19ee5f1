"""`liggare survey`: weigh the answers, publish the card, release the tables. Answers are opened in between."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from pydantic import ValidationError

from ledger.messages import Command, Receipt, Rejection, Status, Submission
from ledger.surveys.commands import ReceiveAnswer
from ledger.surveys.rejections import DisclosureRuleMissing
from projections.statistics.disclosure import TablesUnfit
from projections.statistics.weights import MarginsUnfit
from projections.views import survey_compare
from services.bootstrap import Running, prepared, running
from services.cli.exits import Exit, Failure
from services.cli.importing import carry_out, ended
from services.cli.output import called, emit, emit_outline, progress, say
from services.imports import survey as survey_import
from services.settings import Settings
from services.surveys.opened import AnswersUnreadable, Surveyed, surveyed
from services.surveys.releasing import Stated, card_command, results_commands, weights_command

ACTOR = "channel:cli"


# --- The three steps --------------------------------------------------------------------------
async def weigh(
    ledger: Running, survey: str, margins: Sequence[dict[str, Any]], trimming: str | None = None
) -> Receipt:
    """Compute weights to margins (variable, source, cells of code and count) and record them. Raises Failure."""
    known = _known(ledger, survey)
    with _well_formed():
        try:
            asked = weights_command(known, margins, trimming)
        except MarginsUnfit as unfit:
            raise Failure(Exit.COULD_NOT_RUN, f"{unfit}; mend the margins") from None
    return await _submitted(ledger, [asked])


async def publish_card(ledger: Running, survey: str, stated: Stated) -> Receipt:
    """Publish the card, with the missing answers to each question counted and all that is not known named."""
    known = _known(ledger, survey)
    with _well_formed():
        asked = card_command(known, stated)
    return await _submitted(ledger, [asked])


async def release(ledger: Running, survey: str, name: str, by: Sequence[str] | None = None) -> Receipt:
    """Compute all tables of the answers as they are now, and publish them. Raises Failure."""
    known = _known(ledger, survey)
    try:
        with closing(ledger.reader()) as reader, _well_formed():
            asked = results_commands(reader, known, name, by)
    except (DisclosureRuleMissing, MarginsUnfit, TablesUnfit) as unfit:
        raise Failure(Exit.COULD_NOT_RUN, str(unfit)) from None
    if not asked:
        raise Failure(Exit.COULD_NOT_RUN, f"the survey {survey} has no answers to make tables of")
    return await _submitted(ledger, asked)


# --- Of the ledger ----------------------------------------------------------------------------
def _known(ledger: Running, survey: str) -> Surveyed:
    try:
        with closing(ledger.reader()) as reader:
            found = surveyed(reader, ledger.parts.vault, survey)
    except AnswersUnreadable as unreadable:
        raise Failure(Exit.INTEGRITY, f"{unreadable}; run liggare verify") from None
    if found is None:
        raise Failure(Exit.NOT_FOUND, f"there is no survey {survey!r}; liggare show survey lists them")
    return found


@contextmanager
def _well_formed() -> Iterator[None]:
    """Turn a value that is not well formed into one sentence that names its place."""
    try:
        yield
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or error.title
        raise Failure(Exit.USAGE, f"{place}: {first['msg'].removeprefix('Value error, ')}") from None


async def _submitted(ledger: Running, commands: Sequence[Command]) -> Receipt:
    """Submit in order and return the last receipt; the first refusal ends it."""
    outcomes = await ledger.committer.lane().submit([Submission(each, uuid4(), ACTOR) for each in commands])
    for outcome in outcomes:
        if isinstance(outcome, Rejection):
            code = Exit.NOT_FOUND if outcome.status is Status.NOT_FOUND else Exit.COULD_NOT_RUN
            raise Failure(code, str(outcome))
        if not isinstance(outcome, Receipt):
            raise Failure(Exit.BUSY, str(outcome))
    last = outcomes[-1]
    assert isinstance(last, Receipt)
    return last


# --- An import --------------------------------------------------------------------------------
def import_survey(settings: Settings, folder: Path, *, as_json: bool) -> Exit:
    """Import a survey of three tables, weigh it where margins are stated, publish its card, and say what is there."""
    source = survey_import.read_survey(folder)
    with prepared(settings) as parts:
        items = survey_import.phases(source, parts.vault.request_hash)
        # Read and checked to the last row before anything is recorded.
        phases = [list(phase) for phase in items]
    with progress(f"importing {source.survey}", sum(map(len, phases))) as advance:
        loaded = carry_out(settings, phases, survey_import.benign, advance)
    if not loaded.refused:
        loaded.new += asyncio.run(_completed(settings, source))
    result = {"survey": source.survey, "answers": loaded.recorded[ReceiveAnswer], "position": loaded.position}
    if as_json:
        emit(result)
    say(
        f"{source.survey}: {result['answers']} answers are in the record, {loaded.new} events of them new. "
        f"See: {called()} show survey {source.survey}; then {called()} survey release {source.survey}"
    )
    return ended(loaded)


async def _completed(settings: Settings, source: survey_import.Source) -> int:
    """Weigh and publish the card once, and return how many events that took: run again, it finds both there."""
    facts, margins = source.facts, source.facts.margins()
    weighed = 0
    async with running(settings, background=False) as ledger:
        if margins and _known(ledger, source.survey).survey.weights is None:
            await weigh(ledger, source.survey, margins, facts.single.get("trimming"))
            weighed = 1
        if _known(ledger, source.survey).survey.card:
            return weighed
        stated = Stated(
            fieldwork=facts.single.get("fieldwork"),
            weights=facts.single.get("weights"),
            no_series_breaks="no_series_breaks" in facts.single,
            series_breaks=tuple(_break(code, note) for code, note in facts.listed.get("series_break", [])),
            known_limits=facts.single.get("known_limits"),
            raw_data=facts.single.get("raw_data"),
        )
        await publish_card(ledger, source.survey, stated)
        return weighed + 1


def _break(question: str, note: str) -> dict[str, str]:
    return {"question": question, "note": note} if question else {"note": note}


# --- The verb ---------------------------------------------------------------------------------
async def run_weigh(settings: Settings, survey: str, folder: Path, trimming: str | None, *, as_json: bool) -> Exit:
    """Weigh a survey to the margins of a table and say what came of it."""
    margins = survey_import.read_margins(folder)
    async with running(settings, background=False) as ledger:
        receipt = await weigh(ledger, survey, margins, trimming)
    if as_json:
        emit({"survey": survey, "position": receipt.first})
    say(f"{survey}: the weights are recorded at position {receipt.first}. Now: {called()} survey card {survey}")
    return Exit.FINE


async def run_release(settings: Settings, survey: str, name: str, by: str | None, *, as_json: bool) -> Exit:
    """Release a survey's tables and say where they stand."""
    async with running(settings, background=False) as ledger:
        groups = None if by is None else [each for each in by.split(",") if each]
        receipt = await release(ledger, survey, name, groups)
    if as_json:
        emit({"survey": survey, "release": name, "position": receipt.first})
    say(f"{survey}: the release {name} is published, up to position {receipt.first}. See: show survey {survey}")
    return Exit.FINE


async def run_card(settings: Settings, survey: str, stated: Stated, *, as_json: bool) -> Exit:
    """Publish a survey's card and say where it stands."""
    async with running(settings, background=False) as ledger:
        receipt = await publish_card(ledger, survey, stated)
    if as_json:
        emit({"survey": survey, "position": receipt.first})
    say(f"{survey}: the card is published at position {receipt.first}. See: show survey {survey}")
    return Exit.FINE


# --- Two surveys ------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Compared:
    """Two surveys and what is compared of them; see projections.views.survey_compare."""

    survey: str
    earlier: str
    question: str
    index: str
    answer_code: str


def compare(settings: Settings, asked: Compared, at: int | None, *, as_json: bool) -> Exit:
    """Write how a figure differs between two surveys, or why that cannot be said. Raises Failure."""
    with prepared(settings) as parts, parts.rows(at) as rows:
        wrong = survey_compare.misasked(rows, asked.survey, asked.earlier, asked.question, asked.index)
        if wrong is not None:
            raise Failure(Exit.USAGE, ": ".join(wrong))
        found = survey_compare.compare(
            rows, asked.survey, asked.earlier, asked.question, asked.index, asked.answer_code
        )
    if found is None:
        raise Failure(Exit.NOT_FOUND, f"there is no survey {asked.survey!r} or {asked.earlier!r}")
    (emit if as_json else emit_outline)(found)
    return Exit.FINE

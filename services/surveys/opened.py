"""A survey out of the record: its state, and its respondents with their answers opened through the vault."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from pydantic_core import from_json

from ledger.entries import decode
from ledger.governance import RuleAdopted, RuleRepealed
from ledger.messages import RecordedEvent, Sealed
from ledger.store.port import Reader
from ledger.surveys.events import AnswerReceived, QuestionVersioned
from ledger.surveys.rules import SLICE
from ledger.surveys.states import Rule, Survey, evolve_recorded
from ledger.vault.errors import KeyDestroyed, Unopened
from ledger.vault.vault import SealedField, ToOpen, Vault

POINTER = "/answers"
PAGE = 2_000

log = logging.getLogger("liggare")


class AnswersUnreadable(Exception):
    """Some answers can be neither opened nor shown to be erased; the message says which. Run `liggare verify`."""


class Said(NamedTuple):
    """An answer to one question: which wording was shown, and a number, codes or words."""

    version: int
    number: int | None = None
    codes: tuple[str, ...] = ()
    text: str | None = None


class Respondent(NamedTuple):
    """One respondent: the tag, what was said to each question, the background variables."""

    tag: str
    said: Mapping[str, Said]
    background: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Surveyed:
    """A survey with its respondents, as of the position of its latest event; `erased` counts those whose keys were destroyed."""

    survey: Survey
    respondents: tuple[Respondent, ...]
    position: int
    erased: int = 0

    def wordings(self) -> list[QuestionVersioned]:
        """Return every wording, in the order of the questionnaire."""
        versions = [each for question in self.survey.questions.values() for each in question]
        return sorted(versions, key=lambda each: (each.order, each.question, each.question_version))


def respondent(tag: str, text: str) -> Respondent:
    """Return what the one sealed text of a respondent says."""
    parts = from_json(text, cache_strings="none")
    said = {
        each["question"]: Said(
            each["question_version"], each.get("number"), tuple(each.get("codes", ())), each.get("text")
        )
        for each in parts["answers"]
    }
    return Respondent(tag, said, {each["variable"]: each["code"] for each in parts["background"]})


# --- Out of the record ------------------------------------------------------------------------
def surveyed(reader: Reader, vault: Vault, survey: str) -> Surveyed | None:
    """Return a survey as of now, its answers opened; None where there is no such survey. Raises AnswersUnreadable."""
    head = reader.head()
    state: Any = None
    latest: dict[str, RecordedEvent | None] = {}
    for recorded in _events(reader, f"survey:{survey}", head):
        event = recorded.event
        if isinstance(event, SLICE.events):
            state = evolve_recorded(state, recorded)
        if isinstance(event, AnswerReceived):
            latest[event.respondent] = recorded
        elif event.topic == "answer-withdrawn":
            latest[event.respondent] = None  # type: ignore[attr-defined]  # its topic says which event it is
    if not isinstance(state, Survey):
        return None
    standing = [each for each in latest.values() if each is not None]
    # Whoever opens private answers leaves a trace outside the record.
    log.info("opening %d answers of the survey %s", len(standing), survey)
    respondents = tuple(_opened(reader, vault, standing))
    return Surveyed(state, respondents, state.last, len(standing) - len(respondents))


def rule_value(reader: Reader, rule: str, day: str, body: str) -> int | None:
    """Return what a rule says on a day for a body; None where none holds."""
    state: Any = None
    for recorded in _events(reader, f"rule:{rule}", reader.head()):
        if isinstance(recorded.event, RuleAdopted | RuleRepealed):
            state = SLICE.evolve(state, recorded.event)
    return state.value_on(day, body) if isinstance(state, Rule) else None


def _events(reader: Reader, tag: str, head: int) -> Iterable[RecordedEvent]:
    positions = reader.positions([tag], 0, head)
    for start in range(0, len(positions), PAGE):
        for each in reader.at(positions[start : start + PAGE]):
            yield decode(*each)


def _opened(reader: Reader, vault: Vault, standing: Sequence[RecordedEvent]) -> Iterable[Respondent]:
    for start in range(0, len(standing), PAGE):
        page = standing[start : start + PAGE]
        rows = {row.position: row for row in reader.sealed([each.position for each in page]) if row.pointer == POINTER}
        asked = [_to_open(each, rows.get(each.position)) for each in page]
        for recorded, text in zip(page, vault.open_many(asked), strict=True):
            if isinstance(text, KeyDestroyed):
                continue
            if isinstance(text, Unopened):
                raise AnswersUnreadable(f"the answer at position {recorded.position} cannot be opened: {text}")
            yield respondent(recorded.event.respondent, text)  # type: ignore[attr-defined]  # an AnswerReceived


def _to_open(recorded: RecordedEvent, row: Any) -> ToOpen:
    event = recorded.event
    assert isinstance(event, AnswerReceived)
    assert isinstance(event.answers, Sealed)
    key = f"respondent:{event.survey}|{event.respondent}|S"
    field = None if row is None else SealedField(event.answers.commit, row.nonce, row.ciphertext)
    return ToOpen(key, recorded.entry.id, POINTER, field)

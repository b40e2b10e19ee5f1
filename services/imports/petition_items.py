"""What an export of petitions becomes: inputs that are signed elsewhere, counts, answers, debates, refusals.

Everything goes in by the order of time, and each petition in the order of its life. Request ids are made
from the content, so the same export brings nothing twice and a newer one what is new.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from pydantic import ValidationError

from ledger.bodies import BodyKind, RegisterBody
from ledger.fields import LABEL_CHARACTERS_MAX
from ledger.inputs.events import AuthorKind, InputKind, Instrument, ModerateInput, ReceiveInput, Verdict
from ledger.inputs.petition_rejections import (
    CountsUnchanged,
    SigningAlreadyClosed,
    SigningAlreadyOpened,
    ThresholdAlreadyReached,
)
from ledger.inputs.petitions import (
    COUNTS_MAX,
    CloseSigning,
    DebateOutcome,
    OpenSigning,
    ReachThreshold,
    RecordDebate,
    RecordSignatureCounts,
    SignaturesHeld,
    StatedSignatureCount,
    StatedThreshold,
)
from ledger.inputs.rejections import InputAlreadyReceived, VerdictUnchanged
from ledger.messages import Command, Rejection, StatedSource, Submission
from ledger.processes import OpenProcess, ProcessKind
from ledger.responses import GiveResponse, ResponseKind
from services.imports.loading import Item
from services.imports.petitions import Counts, Export, Petition
from services.imports.polis import ACTOR, ballot_of, request_id
from services.imports.tables import ImportBroken

CHANNEL = "petition_site"
MODERATOR = "source_moderator"
DAY = len("2016-06-25")
BEFORE_ALL = ""

_UNFIT = re.compile(r"[^a-z0-9_]+")


class Numbers(NamedTuple):
    """How many signatures lead to an answer and to a debate, where whoever imports knows it."""

    response: int | None = None
    debate: int | None = None

    def thresholds(self) -> tuple[StatedThreshold, ...]:
        """Return the thresholds every signing states, with or without their number."""
        return (
            StatedThreshold(rule="petition_response_signatures", signatures=self.response),
            StatedThreshold(rule="petition_debate_signatures", signatures=self.debate),
        )


class _Step(NamedTuple):
    """One command in the life of a petition, and the instant it is sorted by."""

    at: str
    item: Item


def process_of(source: str) -> str:
    """Return the id of a source's process, and of its body: its name where that can be one."""
    return ballot_of(source)


def input_of(source: str, number: str) -> str:
    """Return the id of the input that a petition becomes."""
    return f"{process_of(source)}-{number}"


def phases(export: Export, numbers: Numbers, language: str) -> tuple[Iterable[Item], ...]:
    """Return everything to be recorded: the setting, petitions by time, counts. Raises ImportBroken before any of it is."""
    told = {each.number for each in export.petitions}
    followed = {each.number for each in export.counts}
    lives = [_Life(export.source, each, numbers, language).steps(followed) for each in export.petitions]
    by_time = sorted((step for life in lives for step in life), key=lambda step: step.at)
    counted = [
        item
        for each in export.counts
        for item in (*_stranger(export.source, each, told, numbers), *_counted(export.source, each))
    ]
    return (tuple(_setting(export.source)), [step.item for step in by_time], counted)


def _item(source: str, number: str, command: Command, file: str, line: int = 0) -> Item:
    content = command.model_dump_json(exclude={"source"})
    return Item(Submission(command, request_id(source, number, type(command).__name__, content), ACTOR), file, line)


def _setting(source: str) -> Iterator[Item]:
    process, of = process_of(source), StatedSource(basis="import", external_id=source)
    yield _item(source, "", RegisterBody(body=process, kind=BodyKind.EXTERNAL, name=source, source=of), "the export")
    opening = OpenProcess(
        process=process, title=source, kind=ProcessKind.CONSULTATION, owner=process, channels=(CHANNEL,), source=of
    )
    yield _item(source, "", opening, "the export")


# --- Petitions --------------------------------------------------------------------------------
class _Life:
    """The steps of one petition; what has no instant of its own comes with the step before."""

    def __init__(self, source: str, petition: Petition, numbers: Numbers, language: str) -> None:
        self._source, self._petition, self._numbers, self._language = source, petition, numbers, language
        self._input = input_of(source, petition.number)
        self._of = StatedSource(basis="import", external_id=petition.number)
        self._steps: list[_Step] = []

    def steps(self, followed: set[str]) -> list[_Step]:
        """Return the petition's commands in order; the counts of those `followed` stand in a series of their own.

        Raises ImportBroken for words that cannot be recorded.
        """
        try:
            self._receive()
            self._sign()
            self._answer()
            self._debate()
            self._end(counts=self._petition.number not in followed)
        except ValidationError as error:
            found = error.errors()[0]
            what = found["msg"].removeprefix("Value error, ")
            place = f"{self._petition.file}, petition {self._petition.number}"
            raise ImportBroken(f"{place}: {found['loc'][0]} {what}") from None
        # Nothing of a petition comes before it was received, whatever its instants say; and what happened at one
        # instant stays in the order of its life, since sorting is stable.
        first = self._steps[0].at
        return sorted((step._replace(at=max(first, step.at)) for step in self._steps), key=lambda step: step.at)

    def _add(self, at: str | None, command: Command) -> None:
        known = at or (self._steps[-1].at if self._steps else BEFORE_ALL)
        self._steps.append(_Step(known, _item(self._source, self._petition.number, command, self._petition.file)))

    def _receive(self) -> None:
        petition = self._petition
        command = ReceiveInput(
            input=self._input,
            kind=InputKind.PETITION,
            channel=CHANNEL,
            process=process_of(self._source),
            author=str(request_id(self._source, "author", petition.number)),
            author_kind=AuthorKind.RESIDENT,
            text=petition.text,
            language=self._language,
            instrument=Instrument.E_PETITION,
            occurred=petition.created,
            source=self._of,
        )
        self._add(petition.created or BEFORE_ALL, command)

    def _sign(self) -> None:
        petition = self._petition
        if petition.opened is not None:
            accepted = ModerateInput(
                input=self._input,
                verdict=Verdict.ACCEPTED,
                by_role=MODERATOR,
                occurred=petition.opened,
                source=self._of,
            )
            self._add(petition.opened, accepted)
        began = petition.opened or petition.created
        self._add(
            began,
            OpenSigning(
                input=self._input,
                held=SignaturesHeld.ELSEWHERE,
                thresholds=self._numbers.thresholds(),
                opens=petition.opened,
                occurred=began,
                source=self._of,
            ),
        )
        for rule, at in petition.reached:
            self._add(at, ReachThreshold(input=self._input, rule=rule, occurred=at, source=self._of))

    def _answer(self) -> None:
        reply = self._petition.reply
        if reply is not None:
            command = GiveResponse(
                response=f"{self._input}-response",
                input=self._input,
                kind=ResponseKind.ANSWER,
                text=reply.text,
                by_office=(reply.office or self._source)[:LABEL_CHARACTERS_MAX],
                occurred=reply.at,
                source=self._of,
            )
            self._add(reply.at, command)

    def _debate(self) -> None:
        scheduled, held, outcome_at = self._petition.debate
        if scheduled is not None and scheduled != held:
            self._add_debate(DebateOutcome.SCHEDULED, scheduled, None)
        if held is not None:
            self._add_debate(DebateOutcome.HELD, held, held)
        elif outcome_at is not None:
            self._add_debate(DebateOutcome.NOT_HELD, None, outcome_at)

    def _add_debate(self, outcome: DebateOutcome, on: str | None, occurred: str | None) -> None:
        command = RecordDebate(input=self._input, outcome=outcome, on=on, occurred=occurred, source=self._of)
        self._add(occurred, command)

    def _end(self, *, counts: bool) -> None:
        petition, refusal = self._petition, self._petition.refusal
        ended = petition.closed or (None if refusal is None else refusal.at)
        if ended is None:
            return
        if counts and petition.signatures is not None:
            count = StatedSignatureCount(at=ended, count=petition.signatures)
            counted = RecordSignatureCounts(input=self._input, counts=(count,), occurred=ended, source=self._of)
            self._add(ended, counted)
        self._add(ended, CloseSigning(input=self._input, occurred=ended, source=self._of))
        if refusal is not None:
            rejected = ModerateInput(
                input=self._input,
                verdict=Verdict.REJECTED,
                reason_code=_code(refusal.code),
                reason=refusal.note,
                by_role=MODERATOR,
                occurred=refusal.at,
                source=self._of,
            )
            self._add(refusal.at, rejected)


def _code(text: str) -> str:
    """Return a code of the source as a code of the register: no-action becomes no_action."""
    return _UNFIT.sub("_", text.lower()).strip("_") or "not_stated"


# --- Counts -----------------------------------------------------------------------------------
def _stranger(source: str, counts: Counts, told: set[str], numbers: Numbers) -> Iterator[Item]:
    """Yield the petition behind a series of counts, where no file tells of it: that it is there, and no more."""
    if counts.number in told:
        return
    before = f"../{counts.counts[0][0][:DAY]}"
    of = StatedSource(basis="import", external_id=counts.number)
    received = ReceiveInput(
        input=input_of(source, counts.number),
        kind=InputKind.PETITION,
        channel=CHANNEL,
        process=process_of(source),
        author=str(request_id(source, "author", counts.number)),
        author_kind=AuthorKind.RESIDENT,
        text=f"Petition {counts.number}: its words are not in the source.",
        language="en",
        instrument=Instrument.E_PETITION,
        occurred=before,
        source=of,
    )
    yield _item(source, counts.number, received, counts.file)
    signing = OpenSigning(
        input=received.input,
        held=SignaturesHeld.ELSEWHERE,
        thresholds=numbers.thresholds(),
        occurred=before,
        source=of,
    )
    yield _item(source, counts.number, signing, counts.file)


def _counted(source: str, counts: Counts) -> Iterator[Item]:
    """Yield the counts of each day (UTC); where they fall the ledger says so, and that nobody said why."""
    stated = [
        (StatedSignatureCount(at=at, count=count), line)
        for (at, count), line in zip(counts.counts, counts.lines, strict=True)
    ]
    for _, day in groupby(stated, key=lambda each: each[0].at[:DAY]):
        of_day = list(day)
        for start in range(0, len(of_day), COUNTS_MAX):
            piece = of_day[start : start + COUNTS_MAX]
            command = RecordSignatureCounts(
                input=input_of(source, counts.number),
                counts=tuple(each for each, _ in piece),
                occurred=piece[-1][0].at,
                source=StatedSource(basis="import", external_id=counts.number),
            )
            yield _item(source, counts.number, command, counts.file, piece[0][1])


# --- Again ------------------------------------------------------------------------------------
_REPEATED: dict[type[Command], type[Rejection]] = {
    ReceiveInput: InputAlreadyReceived,
    ModerateInput: VerdictUnchanged,
    OpenSigning: SigningAlreadyOpened,
    CloseSigning: SigningAlreadyClosed,
    ReachThreshold: ThresholdAlreadyReached,
    RecordSignatureCounts: CountsUnchanged,
}


def benign(item: Item, rejection: Rejection) -> bool:
    """Tell whether a rejection says that a newer export repeats what an older one brought."""
    expected = _REPEATED.get(type(item.submission.command))
    return expected is not None and isinstance(rejection, expected)

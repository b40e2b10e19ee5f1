"""What open data of Decidim become: inputs, how many support them, comments, meetings, answers, what became of each.

Proposals stand in one process, comments in another, since nobody owes a comment its outcome. Statuses become the
dispositions of one decision that stands for what the source states: it names no body of its own, no day and no
reason, and the reason of each is *not stated*. Supports are counts the source states; nobody of ours voted.

Request ids are made of the content alone, so the same export brings nothing twice, a newer one what is new, and a
row that changed is refused by the record rather than written over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import chain
from typing import NamedTuple, TypeVar

from pydantic import ValidationError

from ledger.bodies import BodyKind, RegisterBody
from ledger.decisions.events import ClauseVerb, DecisionForce, RecordDecision, StatedClause, StatedScope
from ledger.dispositions.events import ReasonCode, RecordDisposition
from ledger.fields import LABEL_CHARACTERS_MAX
from ledger.inputs.events import InputKind, ModerateInput, ReceiveInput, Verdict, WithdrawInput
from ledger.inputs.petition_rejections import CountsUnchanged, SigningAlreadyOpened
from ledger.inputs.petitions import OpenSigning, RecordSignatureCounts, SignaturesHeld, StatedSignatureCount
from ledger.inputs.rejections import InputAlreadyReceived, InputIsRejected, InputIsWithdrawn, VerdictUnchanged
from ledger.matters import MatterKind, OpenMatter
from ledger.messages import Command, Rejection, StatedSource, Submission
from ledger.outcomes import RequestReused
from ledger.processes import HoldSession, OpenProcess, PlanSession, ProcessKind
from ledger.processes.rejections import SessionAlreadyRecorded
from ledger.responses import GiveResponse, ResponseExists, ResponseKind
from services.imports.columns import Refused
from services.imports.decidim import Comment, Export, Meeting, Proposal, Row
from services.imports.loading import Item
from services.imports.polis import ACTOR, ballot_of, request_id

CHANNEL, MEETING = "decidim", "meeting"
MODERATOR, STATER = "source_moderator", "source"
HIDDEN = "hidden_by_source"
WITHDRAWN = "withdrawn"
EVERYTHING = "the export"
DAY = len("2016-03-17")

CLAUSE = "What became of each proposal, as the source states it. The source names no decision, no body and no reason."


T = TypeVar("T", Proposal, Comment, Meeting)


class Names(NamedTuple):
    """The ids of what an export stands under, all of them made of the source's name."""

    process: str
    comments: str
    decision: str

    def proposal(self, number: str) -> str:
        """Return the id of the input that a proposal becomes."""
        return f"{self.process}-{number}"

    def comment(self, number: str) -> str:
        """Return the id of the input that a comment becomes."""
        return f"{self.process}-c{number}"


def names_of(source: str) -> Names:
    """Return the ids of a source: its name where that can be one."""
    process = ballot_of(source)
    return Names(process, f"{process}-comments", f"{process}-statuses")


def phases(export: Export, language: str | None, counted: str | None = None) -> tuple[list[Item], ...]:
    """Return everything to be recorded, phase by phase; what does not fit is refused in the export, each row whole.

    `counted` (RFC 3339, UTC) is when the supports were counted: else the latest instant or day the export tells of.
    """
    making = _Making(export.source, counted or latest(export))
    setting = list(making.setting(export, language or _spoken(export)))
    proposals = _each_whole(export, making.proposal, sorted(export.proposals, key=lambda each: each.created or ""))
    comments = _each_whole(export, making.comment, sorted(export.comments, key=lambda each: each.created or ""))
    meetings = _each_whole(export, making.meeting, sorted(export.meetings, key=lambda each: each.start))
    return setting, proposals, comments, meetings


def latest(export: Export) -> str | None:
    """Return the last instant the export tells of (RFC 3339, UTC), a day by its end; None where it tells of no time."""
    answered = (each.answered for each in export.proposals)
    created = (each.created for each in chain[Proposal | Comment](export.proposals, export.comments))
    found = max(filter(None, chain(answered, created)), default=None)
    return None if found is None else found if len(found) > DAY else f"{found}T23:59:59Z"


def _spoken(export: Export) -> str:
    said = [each.language for each in export.proposals or export.comments]
    return max(sorted(set(said)), key=said.count, default="und")


def _each_whole(export: Export, made: Callable[[T], Iterable[Item]], rows: Iterable[T]) -> list[Item]:
    """Return the items of all rows that fit; of one that does not, nothing."""
    items: list[Item] = []
    for each in rows:
        try:
            items += list(made(each))
        except ValidationError as error:
            found = error.errors()[0]
            what = found["msg"].removeprefix("Value error, ")
            export.refused.append(Refused(each.row.file, each.row.line, f"{found['loc'][0]} {what}"))
    return items


class _Making:
    """Makes the commands of one source."""

    def __init__(self, source: str, counted: str | None) -> None:
        self._source, self._counted, self._names = source, counted, names_of(source)

    def _item(self, command: Command, row: Row | None, *key: str) -> Item:
        # Neither when it is said to have been nor which file says so: a newer file says the same of the same row.
        content = command.model_dump_json(exclude={"source", "occurred"}, exclude_none=True)
        request = request_id("decidim", self._source, *key, type(command).__name__, content)
        file, line = (EVERYTHING, 0) if row is None else (row.file, row.line)
        return Item(Submission(command, request, ACTOR), file, line)

    def _of(self, row: Row, number: str) -> StatedSource:
        return StatedSource(basis="import", document=row.sha256, anchor=f"line {row.line}", external_id=number)

    # --- What everything stands under -----------------------------------------------------------
    def setting(self, export: Export, language: str) -> Iterator[Item]:
        """Yield the body, the matter, the processes, and the decision where any outcome is stated."""
        names, source = self._names, self._source
        of = StatedSource(basis="import", external_id=source)
        process = names.process
        commands: list[Command] = [
            RegisterBody(body=process, kind=BodyKind.EXTERNAL, name=source, source=of),
            OpenMatter(
                matter=process, title=source, language=language, kind=MatterKind.DECISION, body=process, source=of
            ),
            OpenProcess(
                process=process,
                title=source,
                kind=ProcessKind.CONSULTATION,
                owner=process,
                channels=(CHANNEL, MEETING),
                matter=process,
                source=of,
            ),
        ]
        if export.comments:
            title = f"{source[: LABEL_CHARACTERS_MAX - 10]}: comments"
            commands.append(
                OpenProcess(
                    process=names.comments,
                    title=title,
                    kind=ProcessKind.DIALOGUE,
                    owner=process,
                    channels=(CHANNEL,),
                    source=of,
                )
            )
        if any(each.outcome is not None for each in export.proposals):
            first = min(filter(None, (each.created for each in export.proposals)), default=None)
            commands.append(
                RecordDecision(
                    decision=names.decision,
                    matter=process,
                    body=process,
                    title=f"{source[: LABEL_CHARACTERS_MAX - 10]}: statuses",
                    force=DecisionForce.DECIDED,
                    clauses=(StatedClause(number=1, verb=ClauseVerb.OTHER, text=CLAUSE),),
                    scope=(StatedScope(process=process),),
                    occurred=None if first is None else f"{first[:DAY]}/..",
                    source=of,
                )
            )
        return (self._item(each, None) for each in commands)

    # --- A proposal -----------------------------------------------------------------------------
    def proposal(self, proposal: Proposal) -> Iterator[Item]:
        """Yield the life of one proposal, in order."""
        for command in self._life(proposal):
            yield self._item(command, proposal.row, proposal.id)

    def _life(self, proposal: Proposal) -> Iterator[Command]:
        names, of = self._names, self._of(proposal.row, proposal.id)
        own = names.proposal(proposal.id)
        received = ReceiveInput(
            input=own,
            kind=InputKind.PROPOSAL,
            channel=MEETING if proposal.in_meeting else CHANNEL,
            process=names.process,
            author=self._author(names.process, proposal.author),
            author_kind=proposal.author_kind,
            text=proposal.text,
            language=proposal.language,
            district=proposal.district,
            theme=proposal.theme,
            subtheme=proposal.subtheme,
            occurred=proposal.created,
            source=of,
        )
        yield received
        if proposal.supports is not None and self._counted is not None:
            yield OpenSigning(input=own, held=SignaturesHeld.ELSEWHERE, occurred=proposal.created, source=of)
            count = StatedSignatureCount(at=self._counted, count=proposal.supports)
            yield RecordSignatureCounts(input=own, counts=(count,), occurred=self._counted, source=of)
        since = None if proposal.created is None else f"{proposal.created[:DAY]}/.."
        if proposal.answer is not None:
            yield GiveResponse(
                response=f"{own}-r",
                input=own,
                kind=ResponseKind.ANSWER,
                text=proposal.answer,
                by_office=self._source,
                occurred=proposal.answered or since,
                source=of,
            )
        if proposal.outcome is not None:
            yield RecordDisposition(
                input=own,
                input_version=1,
                decision=names.decision,
                code=proposal.outcome,
                reason_codes=(ReasonCode.NOT_STATED,),
                by_role=STATER,
                occurred=proposal.answered or since,
                source=of,
            )
        if proposal.hidden:
            yield self._hide(own, since, of)
        elif proposal.status == WITHDRAWN:
            yield WithdrawInput(input=own, author=received.author or own, occurred=since, source=of)

    def _hide(self, input: str, since: str | None, of: StatedSource) -> ModerateInput:
        return ModerateInput(
            input=input, verdict=Verdict.REJECTED, reason_code=HIDDEN, by_role=MODERATOR, occurred=since, source=of
        )

    def _author(self, process: str, author: str | None) -> str | None:
        """Return a pseudonym of an author in one process, so that nothing joins their words in two."""
        return None if author is None else str(request_id("decidim", self._source, "author", process, author))

    # --- A comment, a meeting ---------------------------------------------------------------------
    def comment(self, comment: Comment) -> Iterator[Item]:
        """Yield one comment."""
        names, of = self._names, self._of(comment.row, comment.id)
        own = names.comment(comment.id)
        received = ReceiveInput(
            input=own,
            kind=InputKind.COMMENT,
            channel=CHANNEL,
            process=names.comments,
            author=self._author(names.comments, comment.author),
            author_kind=comment.author_kind,
            text=comment.text,
            language=comment.language,
            about=None if comment.about is None else names.proposal(comment.about),
            stance=comment.stance,
            occurred=comment.created,
            source=of,
        )
        yield self._item(received, comment.row, comment.id)
        if comment.hidden:
            since = None if comment.created is None else f"{comment.created[:DAY]}/.."
            yield self._item(self._hide(own, since, of), comment.row, comment.id)

    def meeting(self, meeting: Meeting) -> Iterator[Item]:
        """Yield that a meeting was planned, and held where its day has passed."""
        of, process, session = self._of(meeting.row, meeting.id), self._names.process, f"m{meeting.id}"
        planned = PlanSession(
            process=process, session=session, title=meeting.title, date=meeting.start, place=meeting.place, source=of
        )
        yield self._item(planned, meeting.row, meeting.id)
        if meeting.start[:DAY] < datetime.now(UTC).date().isoformat():
            held = HoldSession(
                process=process,
                session=session,
                date=meeting.start,
                place=meeting.place,
                occurred=meeting.start,
                source=of,
            )
            yield self._item(held, meeting.row, meeting.id)


# --- Again ------------------------------------------------------------------------------------
_REPEATED: dict[type[Command], tuple[type[Rejection], ...]] = {
    ReceiveInput: (InputAlreadyReceived,),
    OpenSigning: (SigningAlreadyOpened, InputIsRejected, InputIsWithdrawn),
    RecordSignatureCounts: (CountsUnchanged,),
    ModerateInput: (VerdictUnchanged,),
    WithdrawInput: (InputIsWithdrawn,),
    GiveResponse: (ResponseExists,),
    PlanSession: (SessionAlreadyRecorded,),
    HoldSession: (SessionAlreadyRecorded,),
}


def benign(item: Item, rejection: Rejection) -> bool:
    """Tell whether a rejection says that a newer export repeats what an older one brought.

    The same request id with another source is the same row of a newer file. An input, and an answer, stay as they
    first came; an outcome that differs is refused and named, since the record states outcomes anew only with a reason.
    """
    return isinstance(rejection, (RequestReused, *_REPEATED.get(type(item.submission.command), ())))

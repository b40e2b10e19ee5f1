"""Polis exports: statements become inputs, and votes go through the same commands as live votes.

An export is a folder with `votes.csv` (one row per vote ever given, superseded ones too) and
`comments.csv` (one row per statement), each perhaps gzipped. The vote column says agree 1, disagree
-1, pass 0; the Polis database stores the opposite sign, its exporter turns it round.

Voter ids are pseudonyms of one conversation already, so they are kept as the voter tags. Authors
are numbered like voters in Polis; here they get ids of their own, so that no statement can be joined
with its author's votes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID, uuid5

from pydantic import ValidationError

from ledger.ballots.commands import CastVote, OpenBallot
from ledger.ballots.terms import BallotRule, VoteChoice
from ledger.bodies import BodyKind, RegisterBody
from ledger.fields import LABEL_CHARACTERS_MAX, check_line
from ledger.inputs.events import AuthorKind, InputKind, ModerateInput, ReceiveInput, Verdict
from ledger.inputs.rejections import InputAlreadyReceived, VerdictUnchanged
from ledger.messages import Command, Rejection, StatedSource, Submission
from ledger.processes import OpenProcess, ProcessKind
from services.imports.loading import Item
from services.imports.tables import ImportBroken, Table, read_table

NAMESPACE = UUID("6f1f2c5e-6d53-5b0a-9d0e-2f9a3c1c7c11")
"""Under which request ids of imported rows are made (UUIDv5)."""

ACTOR = "channel:import"
CHANNEL = "polis"
SLUG_CHARACTERS_MAX = 48

VOTES, COMMENTS = "votes.csv", "comments.csv"
VOTE_COLUMNS = ("timestamp", "comment-id", "voter-id", "vote")
COMMENT_COLUMNS = ("timestamp", "comment-id", "author-id", "moderated", "comment-body")

CHOICES = {"1": VoteChoice.AGREE, "-1": VoteChoice.DISAGREE, "0": VoteChoice.PASS}
VERDICTS = {"1": Verdict.ACCEPTED, "-1": Verdict.REJECTED, "0": None}

_NUMBER = re.compile(r"[0-9]{1,10}")
_MILLISECONDS = re.compile(r"[0-9]{12,14}")  # 1973 to 5138
_NAMES = re.compile(r"[^a-z0-9]+")


# --- What an export holds ---------------------------------------------------------------------
class Statement(NamedTuple):
    """One statement; `time` in milliseconds since 1970, `line` where it stands in its file."""

    time: int
    external_id: str
    author: str
    verdict: Verdict | None
    text: str
    line: int


class Vote(NamedTuple):
    """One vote as given; `occurrence` counts identical rows from 1."""

    time: int
    statement: str
    voter: str
    vote: str
    occurrence: int
    line: int


class Conversation(NamedTuple):
    """A whole export: statements in the order of the file, votes in the order of time, then of the file."""

    source: str
    title: str
    statements: tuple[Statement, ...]
    votes: tuple[Vote, ...]


def read_conversation(folder: Path, source: str | None = None) -> Conversation:
    """Return the export in a folder, read whole; `source` defaults to the folder's name. Raises ImportBroken."""
    name = source or folder.resolve().name
    try:
        check_line(name)
    except ValueError as error:
        raise ImportBroken(f"the source's name {name!r} {error}") from None
    if len(name) > LABEL_CHARACTERS_MAX:
        raise ImportBroken(
            f"the source's name has over {LABEL_CHARACTERS_MAX} characters; give a shorter --source NAME"
        )
    statements = _statements(read_table(folder, COMMENTS, COMMENT_COLUMNS))
    votes = read_votes(read_table(folder, VOTES, VOTE_COLUMNS), {each.external_id for each in statements})
    return Conversation(name, name, statements, votes)


def _statements(table: Table) -> tuple[Statement, ...]:
    statements, seen = [], set()
    for row, (time, number, author, moderated, text) in enumerate(table.rows):
        if moderated not in VERDICTS:
            raise table.broken(row, f"moderated is {moderated!r}; it must be -1, 0 or 1")
        if number in seen:
            raise table.broken(row, f"the statement {number} stands there twice; export the file again")
        seen.add(number)
        statements.append(
            Statement(
                _time(table, row, time),
                _number(table, row, "comment-id", number),
                _number(table, row, "author-id", author),
                VERDICTS[moderated],
                text,
                table.lines[row],
            )
        )
    return tuple(statements)


def read_votes(table: Table, statements: set[str]) -> tuple[Vote, ...]:
    """Return the votes of a table in the order of time; rows of one millisecond stay in the file's order."""
    votes, seen = [], dict[tuple[str, ...], int]()
    for row, content in enumerate(table.rows):
        time, statement, voter, vote = content
        if vote not in CHOICES:
            raise table.broken(row, f"vote is {vote!r}; it must be 1 (agree), -1 (disagree) or 0 (pass)")
        if statement not in statements:
            raise table.broken(row, f"votes on statement {statement!r}, which {COMMENTS} lacks; export both again")
        occurrence = seen[content] = seen.get(content, 0) + 1
        votes.append(
            Vote(
                _time(table, row, time),
                statement,
                _number(table, row, "voter-id", voter),
                vote,
                occurrence,
                table.lines[row],
            )
        )
    votes.sort(key=lambda each: each.time)
    return tuple(votes)


def _time(table: Table, row: int, value: str) -> int:
    if not _MILLISECONDS.fullmatch(value):
        raise table.broken(row, f"timestamp is {value!r}; it must be milliseconds since 1970")
    return int(value)


def _number(table: Table, row: int, column: str, value: str) -> str:
    if not _NUMBER.fullmatch(value):
        raise table.broken(row, f"{column} is {value!r}; it must be a number of the export")
    return value


# --- What it becomes --------------------------------------------------------------------------
def ballot_of(source: str) -> str:
    """Return the id of a source's ballot, and of its body and process: its name where that can be one."""
    slug = _NAMES.sub("-", source.lower()).strip("-")
    if slug == source and len(slug) <= SLUG_CHARACTERS_MAX:
        return slug
    # Two names must not meet in one slug.
    suffix = hashlib.sha256(source.encode()).hexdigest()[:8]
    return f"{slug[: SLUG_CHARACTERS_MAX - 9].strip('-')}-{suffix}".lstrip("-")


def statement_of(ballot: str, external_id: str) -> str:
    """Return the id of the input that a statement becomes."""
    return f"{ballot}-{external_id}"


def request_id(*content: str) -> UUID:
    """Return the request id of a row: UUIDv5 of source, file, content of the row, occurrence."""
    return uuid5(NAMESPACE, "\x1f".join(content))


def phases(conversation: Conversation) -> tuple[Iterable[Item], ...]:
    """Return everything to be recorded: the setting; statements and votes by time; moderation.

    A statement comes before its first vote, whatever its own timestamp says. Moderation comes last,
    since an export does not say when it was done and votes were taken until then. Raises ImportBroken
    for a statement that cannot be recorded, before anything is.
    """
    ballot = ballot_of(conversation.source)
    received = [_received(conversation.source, ballot, each) for each in conversation.statements]
    return (
        _setting(conversation, ballot),
        _by_time(conversation, ballot, received),
        _moderation(conversation, ballot),
    )


def _setting(conversation: Conversation, ballot: str) -> Iterator[Item]:
    source = StatedSource(basis="import", external_id=conversation.source)
    title = conversation.title
    opening: tuple[Command, ...] = (
        RegisterBody(body=ballot, kind=BodyKind.EXTERNAL, name=title, source=source),
        OpenProcess(
            process=ballot, title=title, kind=ProcessKind.CONSULTATION, owner=ballot, channels=(CHANNEL,), source=source
        ),
        OpenBallot(ballot=ballot, question=title, rule=BallotRule.AGREE_DISAGREE_PASS, process=ballot, source=source),
    )
    for command in opening:
        request = request_id(conversation.source, "", type(command).__name__)
        yield Item(Submission(command, request, ACTOR), "the export", 0)


def _by_time(conversation: Conversation, ballot: str, received: Sequence[Item]) -> Iterator[Item]:
    arrivals = sorted(zip(conversation.statements, received, strict=True), key=lambda each: each[0].time)
    coming = {statement.external_id: item for statement, item in arrivals}
    arrivals.reverse()
    tags = {each.external_id: statement_of(ballot, each.external_id) for each in conversation.statements}
    source, occurred = conversation.source, Occurred()
    for vote in conversation.votes:
        while arrivals and arrivals[-1][0].time <= vote.time:
            statement, _ = arrivals.pop()
            if statement.external_id in coming:
                yield coming.pop(statement.external_id)
        if vote.statement in coming:
            yield coming.pop(vote.statement)
        command = CastVote(
            ballot=ballot,
            voter=vote.voter,
            choice=CHOICES[vote.vote],
            statement=tags[vote.statement],
            channel=CHANNEL,
            occurred=occurred(vote.time),
        )
        content = (source, VOTES, str(vote.time), vote.statement, vote.voter, vote.vote, str(vote.occurrence))
        yield Item(Submission(command, request_id(*content), ACTOR), VOTES, vote.line)
    yield from coming.values()


def _received(source: str, ballot: str, statement: Statement) -> Item:
    content = (source, COMMENTS, str(statement.time), statement.external_id, statement.author, statement.text)
    try:
        command = ReceiveInput(
            input=statement_of(ballot, statement.external_id),
            kind=InputKind.STATEMENT,
            channel=CHANNEL,
            process=ballot,
            author=str(request_id(source, "author", statement.author)),
            author_kind=AuthorKind.RESIDENT,
            text=statement.text,
            language="und",
            occurred=Occurred()(statement.time),
            source=StatedSource(basis="import", external_id=statement.external_id),
        )
    except ValidationError as error:
        what = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise ImportBroken(f"{COMMENTS}, line {statement.line}: the statement's text {what}") from None
    return Item(Submission(command, request_id(*content), ACTOR), COMMENTS, statement.line)


def _moderation(conversation: Conversation, ballot: str) -> Iterator[Item]:
    for each in conversation.statements:
        if each.verdict is None:
            continue
        command = ModerateInput(
            input=statement_of(ballot, each.external_id),
            verdict=each.verdict,
            reason_code="moderated_in_source" if each.verdict is Verdict.REJECTED else None,
            by_role="source_moderator",
            source=StatedSource(basis="import", external_id=each.external_id),
        )
        content = (conversation.source, COMMENTS, each.external_id, "moderated", each.verdict.value)
        yield Item(Submission(command, request_id(*content), ACTOR), COMMENTS, each.line)


class Occurred:
    """Writes milliseconds since 1970 as EDTF in UTC: 2016-12-09T09:25:39.794Z."""

    def __init__(self) -> None:
        self._second, self._text = -1, ""

    def __call__(self, milliseconds: int) -> str:
        second, rest = divmod(milliseconds, 1000)
        if second != self._second:
            self._second, self._text = second, datetime.fromtimestamp(second, UTC).isoformat()[:19]
        return f"{self._text}.{rest:03}Z"


# --- Again ------------------------------------------------------------------------------------
def count(conversation: Conversation) -> int:
    """Return how many items a conversation has."""
    return (
        3
        + len(conversation.statements)
        + len(conversation.votes)
        + sum(each.verdict is not None for each in conversation.statements)
    )


def benign(item: Item, rejection: Rejection) -> bool:
    """Tell whether a rejection says that a newer export repeats what an older one brought."""
    match item.submission.command, rejection:
        case ModerateInput(), VerdictUnchanged():
            return True
        case ReceiveInput(), InputAlreadyReceived():
            return True
    return False

"""`liggare do`: any command of the domain, one or a stream of them, through the one write path."""

from __future__ import annotations

import asyncio
import re
import sys
import threading
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from uuid import UUID, uuid4

from pydantic import ValidationError
from pydantic_core import from_json, to_json

from ledger.messages import Command, Receipt, Rejection, Status, Submission
from ledger.outcomes import Outcome
from services.bootstrap import SLICES, running
from services.cli.exits import Exit, Failure, PipeClosed
from services.cli.output import emit, emit_lines, say, write
from services.settings import Settings

ACTOR = "channel:cli"
BATCH = 500
LINE_BYTES_MAX = 4 << 20

COMMANDS: dict[str, type[Command]] = {kind.__name__: kind for each in SLICES for kind in each.commands}
"""Every command of the domain by its class name."""


# --- Which command ----------------------------------------------------------------------------
def kebab(name: str) -> str:
    """Return a class name as it is typed: cast-vote."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


_BY_KEBAB = {kebab(name): kind for name, kind in COMMANDS.items()}


def command_named(name: str) -> type[Command]:
    """Return the command of a class name or its kebab-case form; raises Failure."""
    kind = COMMANDS.get(name) or _BY_KEBAB.get(name)
    if kind is None:
        raise Failure(Exit.USAGE, f"there is no command {name!r}; `liggare do --list` names them all")
    return kind


def list_commands() -> Exit:
    """Write every command with what it does."""
    for each in SLICES:
        for kind in each.commands:
            summary = (kind.__doc__ or "").strip().splitlines()[0]
            write(f"{kebab(kind.__name__):24} {summary}\n".encode())
    return Exit.FINE


def write_schema(name: str | None) -> Exit:
    """Write the JSON schema of a command, or of all by name."""
    if name is None:
        emit({name: kind.model_json_schema() for name, kind in COMMANDS.items()})
    else:
        emit(command_named(name).model_json_schema())
    return Exit.FINE


# --- From text to submissions -----------------------------------------------------------------
class Asked(NamedTuple):
    """One line of the input: what to submit, or why that is impossible."""

    line: int
    submission: Submission | None
    problem: dict[str, Any] | None = None


class Unusable(Exception):
    """A line is no command; `problem` is what the caller is told."""

    def __init__(self, reason: str, message: str, fields: Sequence[dict[str, str]] = ()) -> None:
        self.problem: dict[str, Any] = {"reason": reason, "status": Status.INVALID_ARGUMENT, "message": message}
        if fields:
            self.problem["fields"] = list(fields)
        super().__init__(message)


def asked(number: int, text: bytes, command: str | None, ledger: str) -> Asked:
    """Return what one JSON object asks for."""
    try:
        return Asked(number, _submission(text, command, ledger))
    except Unusable as unusable:
        return Asked(number, None, unusable.problem)


def _submission(text: bytes, command: str | None, ledger: str) -> Submission:
    try:
        members = from_json(text)
    except ValueError as error:
        raise Unusable("NOT_JSON", f"this is not JSON: {error}") from None
    if not isinstance(members, dict):
        raise Unusable("NOT_JSON", 'a command is a JSON object, such as {"command": "cast-vote", …}')
    kind = _kind(command, members.pop("command", None))
    stated = members.pop("ledger", ledger)
    if stated != ledger:
        raise Unusable("WRONG_LEDGER", f"this is for the ledger {stated}, not {ledger}; name the right one")
    request_id = _request_id(members.pop("request_id", None))
    if kind.creates is not None:
        members.setdefault(kind.creates, str(request_id))
    try:
        return Submission(kind.model_validate_json(to_json(members)), request_id, ACTOR)
    except ValidationError as error:
        fields = [_complaint(each) for each in error.errors(include_url=False, include_input=False)]
        sentence = "; ".join(f"{each['field']}: {each['message']}" for each in fields)
        raise Unusable("INVALID_COMMAND", f"{kebab(kind.__name__)} cannot be read: {sentence}", fields) from None


def _kind(named: str | None, stated: object) -> type[Command]:
    name = named if stated is None else stated
    if not isinstance(name, str) or (kind := COMMANDS.get(name) or _BY_KEBAB.get(name)) is None:
        raise Unusable("UNKNOWN_COMMAND", f"there is no command {name!r}; `liggare do --list` names them all")
    if named is not None and kind is not command_named(named):
        raise Unusable("UNKNOWN_COMMAND", f"the object says {name}, the command line {named}; leave one out")
    return kind


def _request_id(value: object) -> UUID:
    if value is None:
        return uuid4()
    try:
        return UUID(str(value))
    except ValueError:
        raise Unusable(
            "INVALID_REQUEST_ID", f"request_id {value!r} is not a UUID; leave it out to have one made"
        ) from None


def _complaint(error: Any) -> dict[str, str]:
    where = ".".join(str(part) for part in error["loc"]) or "the command"
    return {"field": where, "message": str(error["msg"]).removeprefix("Value error, ")}


# --- Where the text comes from ----------------------------------------------------------------
def _source(given: str) -> BinaryIO:
    if given == "-":
        return sys.stdin.buffer
    if given.startswith("@"):
        return Path(given[1:]).open("rb")
    return BytesIO(given.encode())


def _whole(first: bytes, source: BinaryIO) -> tuple[list[bytes], bool]:
    """Return the text as lines, and whether it is one object written over several of them."""
    try:
        from_json(first)
    except ValueError:
        rest = source.read(LINE_BYTES_MAX) + source.readline(LINE_BYTES_MAX)
        try:
            from_json(first + rest)
        except ValueError:
            return [first, *rest.splitlines(keepends=True)], False
        return [first + rest], True
    return [first], False


def _lines(source: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield (number, text) of every line that is not blank; an object over several lines counts as one."""
    first = source.readline(LINE_BYTES_MAX)
    number = 1
    held, whole = _whole(first, source) if first.strip() else ([first], False)
    for line in _chained(held, () if whole else source):
        if line.strip():
            yield number, line
        number += 1


def _chained(held: Iterable[bytes], source: Iterable[bytes]) -> Iterator[bytes]:
    yield from held
    yield from source


async def _batches(lines: Iterator[tuple[int, bytes]]) -> AsyncIterator[list[tuple[int, bytes]]]:
    """Yield what has arrived, at most 500 lines at a time, without waiting for more than the first."""
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[tuple[int, bytes] | BaseException | None] = asyncio.Queue()
    room = threading.Semaphore(BATCH * 4)

    def read() -> None:
        try:
            for line in lines:
                room.acquire()
                loop.call_soon_threadsafe(queue.put_nowait, line)
        except BaseException as error:
            loop.call_soon_threadsafe(queue.put_nowait, error)
        else:
            loop.call_soon_threadsafe(queue.put_nowait, None)

    threading.Thread(target=read, name="commands", daemon=True).start()
    while True:
        batch: list[tuple[int, bytes]] = []
        item = await queue.get()
        while isinstance(item, tuple):
            batch.append(item)
            room.release()
            if len(batch) == BATCH or queue.empty():
                break
            item = queue.get_nowait()
        if batch:
            yield batch
        if isinstance(item, BaseException):
            raise item
        if item is None:
            return


# --- Doing it ---------------------------------------------------------------------------------
@dataclass(slots=True)
class _Answers:
    """Writes one line for each command and remembers how it went."""

    given: int = 0
    refused: list[dict[str, Any]] = field(default_factory=list)
    heard: bool = True

    def write(self, lines: Iterable[dict[str, Any]]) -> None:
        answers = list(lines)
        self.given += len(answers)
        self.refused += [answer["error"] for answer in answers if "error" in answer]
        if self.heard:
            try:
                emit_lines(answers)
            except PipeClosed:
                # What was asked for is done all the same.
                self.heard = False

    def code(self) -> Exit:
        if not self.refused:
            return Exit.FINE
        for error in self.refused[:10]:
            say(f"liggare: {error['message']}")
        if self.given > 1:
            say(f"liggare: {len(self.refused)} of {self.given} commands were refused; the others are recorded.")
            return Exit.INCOMPLETE
        (error,) = self.refused
        if error["reason"] in {"NOT_JSON", "UNKNOWN_COMMAND", "INVALID_COMMAND", "INVALID_REQUEST_ID", "WRONG_LEDGER"}:
            return Exit.USAGE
        return Exit.NOT_FOUND if error["status"] == Status.NOT_FOUND else Exit.COULD_NOT_RUN


def do(settings: Settings, command: str | None, given: str | None) -> Exit:
    """Carry out what is given and write a line of JSON for each command, in order."""
    if command is not None:
        command_named(command)
    if given is None:
        raise Failure(Exit.USAGE, "say what to do: --json '{…}', --json @FILE, or --json - for standard input")
    with _source(given) as source:
        return asyncio.run(_do(settings, command, _lines(source)))


async def _do(settings: Settings, command: str | None, lines: Iterator[tuple[int, bytes]]) -> Exit:
    answers = _Answers()
    async with running(settings, background=False) as ledger:
        lane = ledger.committer.lane()
        async for batch in _batches(lines):
            ask = [asked(number, text, command, settings.ledger) for number, text in batch]
            usable = [each.submission for each in ask if each.submission is not None]
            outcomes = iter(await lane.submit(usable) if usable else [])
            answers.write([_answer(each, None if each.submission is None else next(outcomes)) for each in ask])
    if not answers.given:
        raise Failure(Exit.USAGE, "there was no command to carry out; give a JSON object, or one on each line")
    return answers.code()


def _answer(asked: Asked, outcome: Outcome | None) -> dict[str, Any]:
    if asked.submission is None:
        return {"line": asked.line, "error": asked.problem}
    submission = asked.submission
    name = type(submission.command).__name__
    bare = {"line": asked.line, "command": name, "request_id": str(submission.request_id)}
    match outcome:
        case Receipt() as receipt:
            return bare | {
                "position": receipt.first,
                "ids": list(receipt.ids),
                "leaves": [leaf.hex() for leaf in receipt.leaves],
                "recorded_at": receipt.recorded_at,
                "repeated": receipt.repeated,
            }
        case Rejection() as rejection:
            return bare | {
                "error": {
                    "reason": rejection.reason,
                    "status": rejection.status,
                    "message": str(rejection),
                    "message_sv": rejection.message_sv,
                    "metadata": rejection.metadata,
                }
            }
        case aborted:
            return bare | {"error": {"reason": "ABORTED", "status": "ABORTED", "message": str(aborted)}}

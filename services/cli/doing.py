"""`liggare do`: any command of the domain, one or a stream of them, through the one write path."""

from __future__ import annotations

import asyncio
import codecs
import json
import re
import sys
import threading
from collections import Counter
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
from services.sentences import Wrong, faults
from services.settings import Settings

ACTOR = "channel:cli"
BATCH = 500
WHOLE = "the command"
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

    def __init__(
        self, reason: str, message: str, fields: Sequence[dict[str, str]] = (), message_sv: str | None = None
    ) -> None:
        self.problem: dict[str, Any] = {"reason": reason, "status": Status.INVALID_ARGUMENT, "message": message}
        if message_sv is not None:
            self.problem["message_sv"] = message_sv
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
        # Only the standard library tells of a member that stands twice; everybody else keeps the last silently.
        json.loads(text.decode(), object_pairs_hook=_once)
    except ValueError as error:
        place = str(error).replace(" at line 1 column ", " at column ")
        raise Unusable("NOT_JSON", f"this is not JSON: {place}") from None
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
        fields = [_complaint(each) for each in faults(error, kind)]
        en = "; ".join(f"{each['field']}: {each['message']}" for each in fields)
        sv = "; ".join(f"{_in_swedish(each['field'])}: {each['message_sv']}" for each in fields)
        name = kebab(kind.__name__)
        raise Unusable(
            "FIELDS_INVALID", f"{name} cannot be read: {en}", fields, message_sv=f"{name} kan inte läsas: {sv}"
        ) from None


def _once(members: list[tuple[str, Any]]) -> None:
    """Raise Unusable where an object has two members of one name."""
    for name, times in Counter(name for name, _ in members).items():
        if times > 1:
            en = f"stands {times} times in one object; state it once"
            sv = f"står {times} gånger i ett objekt; ange det en gång"
            complaint = {"field": name, "message": en, "message_sv": sv}
            raise Unusable("FIELDS_INVALID", f"{name}: {en}", [complaint], message_sv=f"{name}: {sv}")


def _kind(named: str | None, stated: object) -> type[Command]:
    name = named if stated is None else stated
    if name is None:
        raise Unusable("UNKNOWN_COMMAND", 'the object names no command; add one, such as "command": "cast-vote"')
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


def _complaint(wrong: Wrong) -> dict[str, str]:
    where = ".".join(str(part) for part in wrong.place) or WHOLE
    return {"field": where, "message": wrong.said.en, "message_sv": wrong.said.sv}


def _in_swedish(field: str) -> str:
    return "kommandot" if field == WHOLE else field


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
    first = source.readline(LINE_BYTES_MAX).removeprefix(codecs.BOM_UTF8)
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
    refused: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    heard: bool = True
    unwritten: OSError | None = None

    def write(self, lines: Iterable[dict[str, Any]]) -> None:
        answers = list(lines)
        self.given += len(answers)
        self.refused += [(answer["line"], answer["error"]) for answer in answers if "error" in answer]
        if self.heard:
            try:
                emit_lines(answers)
            except PipeClosed:
                # What was asked for is done all the same.
                self.heard = False
            except OSError as error:
                self.heard, self.unwritten = False, error

    def code(self) -> Exit:
        for line, error in self.refused[:10]:
            place = f"line {line}: " if self.given > 1 else ""
            say(f"liggare: {place}{error['message']}")
        if self.refused and self.given > 1:
            say(f"liggare: {_tally(len(self.refused), self.given)}")
        if self.unwritten is not None:
            say(f"liggare: {self._unheard(self.unwritten)}")
            return Exit.COULD_NOT_RUN
        if not self.refused:
            return Exit.FINE
        return Exit.INCOMPLETE if self.given > 1 else self._code_of_one()

    def _unheard(self, error: OSError) -> str:
        recorded = self.given - len(self.refused)
        what = f"recorded: {recorded} of {self.given}" if recorded else "nothing was recorded"
        return (
            f"{what}, but the receipts could not be written to standard output: {error.strerror or error}; "
            "make room there. With the same request_id a command may be repeated for its receipt"
        )

    def _code_of_one(self) -> Exit:
        ((_, error),) = self.refused
        if error["reason"] in {"NOT_JSON", "UNKNOWN_COMMAND", "FIELDS_INVALID", "INVALID_REQUEST_ID", "WRONG_LEDGER"}:
            return Exit.USAGE
        return Exit.NOT_FOUND if error["status"] == Status.NOT_FOUND else Exit.COULD_NOT_RUN


def _tally(refused: int, given: int) -> str:
    if refused == given:
        return f"all {given} commands were refused; nothing was recorded."
    recorded = given - refused
    were = "command was" if refused == 1 else "commands were"
    others = "other one is" if recorded == 1 else f"other {recorded} are"
    return f"{refused} {were} refused; the {others} recorded."


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

"""`liggare log` and `liggare status`: the record as it is, and how far everything has come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict
from typing import Any

from pydantic_core import from_json

import ledger.log.checkpoint  # noqa: F401  its errors belong to the store's answers
from ledger.log.folder import LogFolder
from ledger.messages import EVENT_TYPES
from ledger.store.port import CheckpointStore, Reader, Recorded
from services.board import Board, Post
from services.bootstrap import SLICES
from services.cli.exits import Exit, Failure
from services.cli.output import emit, write
from services.cli.setting_up import shown_store
from services.engines import engine
from services.keys import log_folder
from services.settings import Settings
from services.witness.client import standings
from services.witness.marks import Marks

FOLLOW_SECONDS = 1.0


# --- The record -------------------------------------------------------------------------------
def log(settings: Settings, types: Sequence[str], after: int, *, follow: bool, as_json: bool) -> Exit:
    """Write the entries after a position, in order; with `follow` go on until interrupted."""
    wanted = [each for name in types for each in _types(name)]
    with closing(engine(settings).reader()) as reader:
        while True:
            head = reader.head()
            _write_upto(reader, after, head, wanted, as_json=as_json)
            after = max(after, head)
            if not follow:
                return Exit.FINE
            while reader.wait(after, FOLLOW_SECONDS) <= after:
                pass


def _types(name: str) -> list[str]:
    """Return the stored types a name stands for: one, or every version of a topic."""
    topic, dot, version = name.partition(".v")
    kind = EVENT_TYPES.get(topic)
    if kind is None or not any(kind in each.events for each in SLICES) or (dot and not version.isdecimal()):
        known = ", ".join(sorted(event.topic for each in SLICES for event in each.events))
        raise Failure(Exit.USAGE, f"there are no events of the type {name!r}; the types are: {known}")
    return [name] if dot else [f"{topic}.v{number}" for number in range(1, kind.version + 1)]


def _write_upto(reader: Reader, after: int, head: int, types: Sequence[str], *, as_json: bool) -> None:
    while after < head and (entries := reader.entries(after, types=types)):
        after = entries[-1].position
        line = _json_line if as_json else _text_line
        write(b"".join(line(each) for each in entries if each.position <= head))


def _json_line(recorded: Recorded) -> bytes:
    return b'{"position":%d,"entry":%b}\n' % (recorded.position, recorded.entry)


def _text_line(recorded: Recorded) -> bytes:
    entry = from_json(recorded.entry)
    return (
        f"{recorded.position:>8}  {entry['time']}  {entry['type']:28} {entry['subject']}  {entry['actor']}\n".encode()
    )


# --- How far ----------------------------------------------------------------------------------
def status(settings: Settings, *, as_json: bool) -> Exit:
    """Write the head, the last checkpoint and where the read models stand.

    JSON holds each of them; for a reader those at the head are one line, and the others follow one by one.
    """
    found = standing(settings)
    if as_json:
        emit(found)
    else:
        write("".join(f"{line}\n" for line in _lines(found)).encode())
    return Exit.FINE


def _lines(found: dict[str, Any]) -> Iterator[str]:
    yield f"ledger:     {found['ledger']}"
    yield f"store:      {found['store']}"
    yield f"head:       {found['head']}"
    yield f"checkpoint: {_signed(found['checkpoint'])}"
    yield from _witnessing(found["witnesses"])
    for name, post in found["serving"].items():
        told = Post(**post)
        again = f", started again {told.restarts} times" if told.restarts else ""
        yield f"{'serving:':11} {name} {told.state}{again}{': ' if told.said else ''}{told.said}"
    models = found["read_models"]
    wanting = [each for each in models if each["position"] != found["head"] or each["halted"]]
    if fine := len(models) - len(wanting):
        yield f"up to date: {fine} read models at position {found['head']}"
    if not wanting:
        return
    width = max(len(name) for name in ("read model", *(each["read_model"] for each in wanting)))
    yield ""
    yield f"{'read model':{width}}  {'position':>10}  {'lag':>8}  state"
    for each in wanting:
        state = "behind" if each["lag"] else "beyond the head"
        if each["halted"]:
            state = f"halted: {' '.join(str(each['halted']).split())}"
        yield f"{each['read_model']:{width}}  {each['position']:>10}  {each['lag']:>8}  {state}"


def _signed(checkpoint: dict[str, Any] | None) -> str:
    return "none yet" if checkpoint is None else f"{checkpoint['size']}, root {checkpoint['root']}"


def _witnessing(witnesses: dict[str, Any] | None) -> Iterator[str]:
    """Say who has seen the newest checkpoint, which was the last that enough had seen, and who is amiss."""
    if witnesses is None:
        return
    yield f"            {witnesses['said']}"
    if witnesses["last_witnessed"] is not None and not witnesses["witnessed"]:
        yield f"            the last that was witnessed covers {witnesses['last_witnessed']}"
    for each in witnesses["asked"]:
        if each["state"] != "cosigned" or each["detail"]:
            said = f": {each['detail']}" if each["detail"] else ""
            yield f"witness     {each['witness']} {each['state']}{said}"


def _seen(folder: LogFolder, store: CheckpointStore) -> dict[str, Any] | None:
    """Return who has seen the newest checkpoint; None before the first, and without a policy."""
    marks = Marks.of(folder)
    newest = store.last_checkpoint()
    if newest is None or marks.policy is None:
        return None
    mark = marks.mark(store, newest)
    last = mark if mark.witnessed else marks.newest(store)
    return {
        "witnessed": mark.witnessed,
        "by": [{"witness": each.witness, "at": each.moment} for each in mark.by],
        "quorum": mark.quorum,
        "said": str(mark),
        "last_witnessed": None if last is None else last.size,
        "asked": [asdict(each) for each in standings(folder)],
    }


def standing(settings: Settings) -> dict[str, Any]:
    """Return how far the record, its checkpoint and its read models have come."""
    chosen = engine(settings)
    with closing(chosen.reader()) as reader, closing(chosen.rows_writer()) as writer:
        head, checkpoint = reader.head(), reader.last_checkpoint()
        seen = _seen(log_folder(settings), reader)
        models = [
            {
                "read_model": each.name,
                "position": each.position,
                "lag": max(0, head - each.position),
                "halted": each.error,
            }
            for each in writer.status()
            if each.live
        ]
    return {
        "ledger": settings.ledger,
        "store": shown_store(settings.store),
        "head": head,
        "checkpoint": None if checkpoint is None else {"size": checkpoint.size, "root": checkpoint.root.hex()},
        "witnesses": seen,
        "serving": {name: post._asdict() for name, post in Board(settings).read().items()},
        "read_models": models,
    }

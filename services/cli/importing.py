"""`liggare import`: bring in data of other systems."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from ledger.ballots.events import CastVote
from ledger.inputs.events import ReceiveInput
from services.bootstrap import running
from services.cli.exits import Exit
from services.cli.output import emit, progress, say
from services.imports import polis
from services.imports.loading import Loaded, load
from services.settings import Settings


def import_polis(settings: Settings, folder: Path, source: str | None, *, as_json: bool) -> Exit:
    """Import one Polis export and say what is in the record of it now."""
    conversation = polis.read_conversation(folder, source)
    started = time.monotonic()
    with progress(f"importing {conversation.source}", polis.count(conversation)) as advance:
        loaded = asyncio.run(_load(settings, conversation, advance))
    result = summary(conversation, loaded)
    if as_json:
        emit(result)
    say(
        f"{conversation.source}: {result['inputs']} statements and {result['votes']} votes are in the record, "
        f"{loaded.new} events of them new, up to position {loaded.position} "
        f"({time.monotonic() - started:.1f} s). See: liggare show ballot {result['ballot']} --totals --csv"
    )
    for refusal in loaded.refusals:
        say(f"liggare: {refusal}")
    if loaded.refused:
        say(f"liggare: {loaded.refused} rows were refused; the others are recorded.")
        return Exit.INCOMPLETE
    return Exit.FINE


async def _load(settings: Settings, conversation: polis.Conversation, advance: Callable[[int], None]) -> Loaded:
    async with running(settings, background=False) as ledger:
        return await load(ledger.committer.lane().submit, polis.phases(conversation), polis.benign, advance)


def summary(conversation: polis.Conversation, loaded: Loaded) -> dict[str, str | int]:
    """Return what of a conversation is in the record: the same after the first import and after any further one."""
    return {
        "ballot": polis.ballot_of(conversation.source),
        "inputs": loaded.recorded[ReceiveInput],
        "votes": loaded.recorded[CastVote],
        "position": loaded.position,
    }

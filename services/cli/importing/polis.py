"""`liggare import polis`: a conversation, its statements and votes."""

from __future__ import annotations

import time
from pathlib import Path

from ledger.ballots.commands import CastVote
from ledger.inputs.events import ReceiveInput
from services.cli.exits import Exit
from services.cli.importing import carry_out, ended
from services.cli.output import called, emit, progress, say
from services.imports import polis
from services.imports.loading import Loaded
from services.settings import Settings


def import_polis(settings: Settings, folder: Path, source: str | None, *, as_json: bool) -> Exit:
    """Import one Polis export and say what is in the record of it now."""
    conversation = polis.read_conversation(folder, source)
    started = time.monotonic()
    with progress(f"importing {conversation.source}", polis.count(conversation)) as advance:
        loaded = carry_out(settings, polis.phases(conversation), polis.benign, advance)
    result = summary(conversation, loaded)
    if as_json:
        emit(result)
    say(
        f"{conversation.source}: {result['inputs']} statements and {result['votes']} votes are in the record, "
        f"{loaded.new} events of them new, up to position {loaded.position} "
        f"({time.monotonic() - started:.1f} s). See: {called()} show ballot {result['ballot']} --totals --csv"
    )
    return ended(loaded)


def summary(conversation: polis.Conversation, loaded: Loaded) -> dict[str, str | int]:
    """Return what of a conversation is in the record: the same after the first import and after any further one."""
    return {
        "ballot": polis.ballot_of(conversation.source),
        "inputs": loaded.recorded[ReceiveInput],
        "votes": loaded.recorded[CastVote],
        "position": loaded.position,
    }

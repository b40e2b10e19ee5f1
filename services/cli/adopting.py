"""`liggare adopt-rules`: a standard set of rules becomes part of the record."""

from __future__ import annotations

import asyncio

from services.bootstrap import running
from services.cli.exits import Exit, Failure
from services.cli.output import called, emit, say
from services.imports.loading import Loaded, load
from services.rules import adopting
from services.settings import Settings


def adopt_rules(settings: Settings, name: str, *, as_json: bool) -> Exit:
    """Adopt a set and say how many of its rules are new in the record. Raises Failure where there is no such set."""
    if name not in adopting.sets():
        raise Failure(Exit.USAGE, f"there is no set of rules {name!r}; there is: {', '.join(adopting.sets())}")
    loaded = asyncio.run(_load(settings, name))
    total = len(adopting.commands(name))
    if as_json:
        emit({"set": name, "rules": total, "new": loaded.new, "position": loaded.position})
    say(f"{name}: {total} rules stand, {loaded.new} of them new. See: {called()} show rules")
    for refusal in loaded.refusals:
        say(f"liggare: {refusal}")
    return Exit.INCOMPLETE if loaded.refused else Exit.FINE


async def _load(settings: Settings, name: str) -> Loaded:
    async with running(settings, background=False) as ledger:
        submit = ledger.committer.lane().submit
        return await load(submit, [adopting.items(name, settings.ledger)], adopting.stands, lambda _: None)

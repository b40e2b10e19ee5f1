"""Carrying out an erasure that was decided: begin, destroy, record. Every step may be done again.

    BeginErasure ──> destroy the keys ──> delete what was sealed under them ──> forget the words ──> RecordKeyDestroyed

The record says first that nothing stood in the way, and last that it is done; a run that was stopped in
between is run again and goes on where it stopped.
"""

from __future__ import annotations

import asyncio
from contextlib import closing
from typing import Any, NamedTuple, cast
from uuid import uuid4

from ledger.messages import Command, Receipt, Submission
from ledger.participants import BeginErasure, ErasureRequested, RecordKeyDestroyed
from ledger.participants.keys import check
from ledger.participants.rejections import ErasureAlreadyBegun, ErasureDone, ErasureUnknown
from projections.inputs import INPUTS
from projections.participants import ERASURES
from projections.petitions import AUTHORS
from projections.projection import Rows
from projections.views.answer import Answer, state_of, states
from projections.views.participants import may_quote
from services.bootstrap import Running

ACTOR = "channel:cli"


class Erased(NamedTuple):
    """What an erasure came to: the keys, the position of its receipt, whether that is new, and what may repeat the words."""

    keys: tuple[str, ...]
    position: int
    is_new: bool
    may_quote: list[Answer]


def known(rows: Rows, request: str) -> dict[str, Any]:
    """Return a request for erasure as the read models have it. Raises ErasureUnknown."""
    state = state_of(rows, ERASURES.name, request)
    if state is None:
        raise ErasureUnknown(request=request)
    return cast(dict[str, Any], state)


def matters_of(rows: Rows, keys: list[str]) -> tuple[str, ...]:
    """Return the matters in which the authors whose keys these are have said something, in order of their ids."""
    authors = {subject.removeprefix("author:") for key in keys if (subject := key[:-2]).startswith("author:")}
    inputs = (row.key.partition("|")[2] for author in authors for row in states(rows, AUTHORS.name, f"{author}|"))
    matters = {(state_of(rows, INPUTS.name, each) or {"matter": None})["matter"] for each in inputs}
    return tuple(sorted(matter for matter in matters if matter is not None))


async def erase(ledger: Running, request: str, by_role: str, **stated: Any) -> Erased:
    """Carry out a decided erasure, or finish one that was begun. Raises the Rejection where it may not be.

    `stated` is what every command may state of itself: when it occurred, and its source.
    """
    await asyncio.to_thread(ledger.parts.runner().catch_up)
    with ledger.parts.rows() as rows:
        asked = known(rows, request)
        quoted = may_quote(rows, asked)
        matters = matters_of(rows, [] if asked["decided"] is None else asked["decided"]["keys"])
    if asked["begun"] is None:
        begin = BeginErasure(request=request, by_role=by_role, matters=matters, **stated)
        await _recorded(ledger, begin, ErasureAlreadyBegun)
    keys = tuple(asked["decided"]["keys"])
    if asked["destroyed"] is None:
        _check_within(asked, keys)
    await asyncio.to_thread(destroy, ledger, keys)
    receipt = await _recorded(ledger, RecordKeyDestroyed(request=request, **stated), ErasureDone)
    if receipt is None:
        with ledger.parts.rows() as rows:
            done = known(rows, request)["destroyed"]
        return Erased(keys, 0 if done is None else done["position"], is_new=False, may_quote=quoted)
    return Erased(keys, receipt.first, is_new=True, may_quote=quoted)


def _check_within(asked: dict[str, Any], keys: tuple[str, ...]) -> None:
    """Raise the Rejection where a key is another's: nothing is destroyed that the record does not bear out."""
    named = ("request", "participant", "scope", "authors")
    check(ErasureRequested.model_validate({name: asked[name] for name in named}), keys, {})


def destroy(ledger: Running, keys: tuple[str, ...]) -> None:
    """Destroy keys, delete what was sealed under them, and forget the words; may be repeated."""
    parts = ledger.parts
    parts.vault.destroy(keys)
    with closing(parts.reader()) as reader:
        reader.delete_sealed(keys)
    with closing(parts.words()) as words:
        words.forget(keys)


async def _recorded(ledger: Running, command: Command, done: type[Exception]) -> Receipt | None:
    """Record a step; None where another run has recorded it already. Raises any other Rejection."""
    (outcome,) = await ledger.submit([Submission(command, uuid4(), ACTOR)])
    if isinstance(outcome, Receipt):
        return outcome
    if isinstance(outcome, done):
        return None
    raise outcome

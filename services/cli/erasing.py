"""`liggare erase`: destroy the keys of a decided erasure, for good, and record the receipt."""

from __future__ import annotations

import asyncio

from ledger.messages import Rejection, Status
from services.bootstrap import prepared, running
from services.cli.exits import Exit, Failure
from services.cli.output import called, emit, say
from services.erasing import Erased, erase, known
from services.settings import Settings


def carry_out(settings: Settings, request: str, by_role: str, *, confirmed: bool, as_json: bool) -> Exit:
    """Carry out an erasure and say what was destroyed. Raises Failure where it may not be, or is not confirmed."""
    try:
        if not confirmed:
            _ask(settings, request)
        erased = asyncio.run(_erase(settings, request, by_role))
    except Rejection as rejection:
        code = Exit.NOT_FOUND if rejection.status is Status.NOT_FOUND else Exit.COULD_NOT_RUN
        raise Failure(code, str(rejection)) from rejection
    if as_json:
        emit(
            {
                "request": request,
                "keys": list(erased.keys),
                "position": erased.position,
                "new": erased.is_new,
                "may_quote": erased.may_quote,
            }
        )
    when = "are destroyed" if erased.is_new else "were destroyed before, and are destroyed again"
    say(
        f"{request}: {', '.join(erased.keys)} {when}; the receipt is at position {erased.position}. "
        f"See: {called()} show erasure {request}"
    )
    _point_to(erased)
    return Exit.FINE


def _point_to(erased: Erased) -> None:
    """Say where the office's own words may repeat what is gone: only a person can tell."""
    if not erased.may_quote:
        return
    say("These words of the office stay, and may repeat what is erased; look at each:")
    for each in erased.may_quote:
        named = f"{each['kind']} {each['id']} about the input {each['input']}"
        say(f"  {named}: {called()} show event {each['position']}")


def _ask(settings: Settings, request: str) -> None:
    with prepared(settings) as parts:
        parts.runner().catch_up()
        with parts.rows() as rows:
            decided = known(rows, request)["decided"]
    if decided is not None and decided["keys"]:
        keys = ", ".join(decided["keys"])
        sentence = (
            f"this destroys {keys} for good: what is sealed under them in the record and its backups stays closed. See to "
            "backups and archived logs of the search index, which holds public words in the clear. Add --yes to do it"
        )
        raise Failure(Exit.NEEDS_CONFIRMATION, sentence)


async def _erase(settings: Settings, request: str, by_role: str) -> Erased:
    async with running(settings, background=False) as ledger:
        return await erase(ledger, request, by_role)

"""`liggare compare`: one process in several ledgers, side by side."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime

from projections.network import compare
from projections.projection import Rows
from projections.references import swedish_day
from services.cli.exits import Exit, Failure
from services.cli.output import emit, emit_outline
from services.engines import engine
from services.settings import Settings, settings


def compare_ledgers(own: Settings, process: str, ledgers: list[str], on: str | None, *, as_json: bool) -> Exit:
    """Write how a process went in each ledger; each is an origin in the same store, or ORIGIN=STORE."""
    day = on or swedish_day(datetime.now(UTC)).isoformat()
    try:
        date.fromisoformat(day)
    except ValueError:
        raise Failure(Exit.USAGE, f"--on {day!r} is not a day; write it as 2015-12-14") from None
    named = [_named(own, each) for each in ledgers]
    if len({each.ledger for each in named}) < len(named):
        raise Failure(Exit.USAGE, "a ledger is named twice; name each once")
    with ExitStack() as open_ledgers:
        rows: dict[str, Rows] = {each.ledger: open_ledgers.enter_context(engine(each).rows()) for each in named}
        answer = compare(rows, process, on=day)
    if not answer["found_in"]:
        raise Failure(Exit.NOT_FOUND, f"no process {process!r} in any of these ledgers; name it by its id or its title")
    if as_json:
        emit(answer)
    else:
        emit_outline(answer)
    return Exit.FINE


def _named(own: Settings, name: str) -> Settings:
    """Return the settings of one ledger. Raises SettingsError."""
    origin, stated, store = name.partition("=")
    # Only read: no keys are opened, so those of this ledger do not matter.
    return replace(settings(store if stated else own.store, origin), keys=own.keys)

"""`liggare export`: the public record as files that anybody can verify."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from services.cli.exits import Exit
from services.cli.output import emit, say
from services.cli.proving import moving
from services.export.bundle import Exported, export
from services.settings import Settings


def run_export(settings: Settings, out: Path, at: int | None, *, parquet: bool, as_json: bool) -> Exit:
    """Export the ledger; say what the bundle holds and, loudly, what it lacks. Raises what `export` raises."""
    exported = export(settings, out, at=at, parquet=parquet, stages=moving)
    if as_json:
        emit(_summary(exported))
    else:
        _tell(exported)
    return Exit.INCOMPLETE if _is_short(exported) else Exit.FINE


def _is_short(exported: Exported) -> bool:
    return bool(exported.lacks) or (exported.opened is not None and bool(exported.opened.unaccounted))


def _summary(exported: Exported) -> dict[str, Any]:
    signed, opened = exported.signed, exported.opened
    words: dict[str, Any] = {"included": opened is not None}
    if opened is not None:
        unaccounted = [each._asdict() for each in opened.unaccounted]
        words |= {"opened": opened.opened, "withheld": opened.withheld}
        words |= {"unaccounted": unaccounted, "further_unaccounted": opened.further}
    return {
        "out": str(exported.place),
        "ledger": signed.origin,
        "size": signed.size,
        "root": signed.root.hex(),
        "words": words,
        "lacks": exported.lacks,
    }


def _tell(exported: Exported) -> None:
    signed, opened = exported.signed, exported.opened
    say(f"{exported.place}: {signed.size:,} events of {signed.origin}, root {signed.root.hex()}")
    if opened is not None:
        closed = "".join(f", {number:,} {why}" for why, number in sorted(opened.withheld.items()))
        say(f"public words: {opened.opened:,} opened{closed}")
        for field in opened.unaccounted:
            say(
                f"liggare: position {field.position}, field {field.pointer}: {field.reason}; no event accounts for that"
            )
        if opened.further:
            say(f"liggare: and {opened.further:,} more without an event that accounts for them")
    for each in exported.lacks:
        say(f"liggare: the bundle lacks {each}")

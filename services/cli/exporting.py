"""`liggare export`: the public record as files that anybody can verify."""

from __future__ import annotations

from pathlib import Path

from services.cli.exits import Exit
from services.cli.output import emit, say
from services.cli.proving import moving
from services.export.bundle import export
from services.settings import Settings


def run_export(settings: Settings, out: Path, at: int | None, *, as_json: bool) -> Exit:
    """Export the ledger and say what the bundle holds. Raises what `export` raises."""
    exported = export(settings, out, at=at, stages=moving)
    signed = exported.signed
    if as_json:
        emit({"out": str(out), "ledger": signed.origin, "size": signed.size, "root": signed.root.hex()})
    else:
        say(f"{out}: {signed.size:,} events of {signed.origin}, root {signed.root.hex()}")
    return Exit.FINE

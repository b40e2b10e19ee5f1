"""`liggare import petitions`: petitions of another site, with what became of them."""

from __future__ import annotations

import time
from pathlib import Path

from ledger.inputs.events import ReceiveInput
from ledger.inputs.petitions import RecordDebate, RecordSignatureCounts
from ledger.responses import GiveResponse
from services.cli.exits import Exit
from services.cli.importing import carry_out, ended
from services.cli.output import called, emit, progress, say
from services.imports import petition_items
from services.imports.loading import Loaded
from services.imports.petition_items import Numbers
from services.imports.petitions import Export, read_export
from services.settings import Settings


def import_petitions(
    settings: Settings, path: Path, source: str | None, language: str, numbers: Numbers, *, as_json: bool
) -> Exit:
    """Import petitions and counts of signatures, and say what is in the record of them now."""
    export = read_export(path, source)
    phases = [list(phase) for phase in petition_items.phases(export, numbers, language)]
    started = time.monotonic()
    with progress(f"importing {export.source}", sum(map(len, phases))) as advance:
        loaded = carry_out(settings, phases, petition_items.benign, advance)
    result = summary(export, loaded)
    if as_json:
        emit(result)
    say(
        f"{export.source}: {result['petitions']} petitions, {result['responses']} answers, {result['debates']} debates "
        f"and {result['counts']} counts of signatures with {result['falls']} falls are in the record, {loaded.new} "
        f"commands of them new, up to position {loaded.position} ({time.monotonic() - started:.1f} s). "
        f"See: {called()} show input {petition_items.input_of(export.source, 'ID')}"
    )
    return ended(loaded)


def summary(export: Export, loaded: Loaded) -> dict[str, str | int]:
    """Return what of an export is in the record: the same after the first import and after any further one."""
    return {
        "process": petition_items.process_of(export.source),
        "petitions": loaded.recorded[ReceiveInput],
        "responses": loaded.recorded[GiveResponse],
        "debates": loaded.recorded[RecordDebate],
        "counted": loaded.recorded[RecordSignatureCounts],
        "counts": sum(len(each.counts) for each in export.counts),
        "falls": sum(each.falls() for each in export.counts),
        "position": loaded.position,
    }

"""`liggare import kolada`: values of indicators, from a file saved from Kolada."""

from __future__ import annotations

from pathlib import Path

from ledger.indicators.commands import RecordValue
from services.cli.exits import Exit
from services.cli.importing import carry_out, ended
from services.cli.output import called, emit, progress, say
from services.imports import kolada
from services.settings import Settings


def import_kolada(settings: Settings, file: Path, municipality: str | None, *, as_json: bool) -> Exit:
    """Import values of indicators from a file saved from Kolada and say what is in the record of it now."""
    export = kolada.read_export(file, municipality)
    with progress(f"importing {export.file}", kolada.count(export)) as advance:
        loaded = carry_out(settings, kolada.phases(export), kolada.benign, advance)
    values = loaded.recorded[RecordValue]
    missing = sum(each.value is None for each in export.values)
    if as_json:
        found = {"indicators": len(export.kpis), "values": values, "missing": missing, "others": export.others}
        emit({"municipality": export.municipality, **found, "position": loaded.position})
    say(
        f"{export.municipality}: {values} values of {len(export.kpis)} indicators are in the record, {missing} of them "
        f"missing, {loaded.new} events of them new. Källa: Kolada. See: {called()} show indicators"
    )
    return ended(loaded)

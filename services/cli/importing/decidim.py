"""`liggare import decidim`: proposals, comments and meetings of a participation site, with what became of them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ledger.dispositions.events import RecordDisposition
from ledger.inputs.events import InputKind, ReceiveInput
from ledger.inputs.petitions import Instant
from ledger.processes import PlanSession
from ledger.responses import GiveResponse
from services.cli.exits import Exit, Failure
from services.cli.importing import carry_out, ended
from services.cli.output import called, emit, progress, say
from services.imports import decidim_items
from services.imports.decidim import Export, read_export
from services.imports.loading import REFUSALS_SHOWN_MAX, Item, Loaded
from services.settings import Settings

COLUMNS_SHOWN_MAX = 12


def import_decidim(
    settings: Settings,
    paths: Sequence[Path],
    source: str | None,
    language: str | None,
    counted: str | None,
    *,
    as_json: bool,
) -> Exit:
    """Import open data of a participation site and say what is in the record of it now, and what was not brought in."""
    _check_instant(counted)
    export = read_export(paths, source, language)
    phases = decidim_items.phases(export, language, counted)
    started = time.monotonic()
    with progress(f"importing {export.source}", sum(map(len, phases))) as advance:
        loaded = carry_out(settings, phases, decidim_items.benign, advance)
    result = summary(export, phases, loaded)
    if as_json:
        emit(result)
    took = time.monotonic() - started
    say(
        f"{export.source}: {result['proposals']} proposals, {result['comments']} comments, {result['meetings']} meetings, "
        f"{result['outcomes']} outcomes and {result['answers']} answers are in the record, {loaded.new} commands of them "
        f"new, up to position {loaded.position} ({took:.1f} s). See: {called()} show decision {result['decision']}"
    )
    _say_what_is_not_used(export)
    return ended(_with_refused(loaded, export))


def _check_instant(counted: str | None) -> None:
    try:
        TypeAdapter(Instant | None).validate_python(counted)
    except ValidationError:
        sentence = f"--counted {counted!r} is no instant in UTC; write it as 2016-05-01T00:00:00Z"
        raise Failure(Exit.USAGE, sentence) from None


def summary(export: Export, phases: Sequence[Sequence[Item]], loaded: Loaded) -> dict[str, Any]:
    """Return what of an export is in the record, and what was left out: the same after the first import and any further one."""
    names = decidim_items.names_of(export.source)
    commands = [item.submission.command for phase in phases for item in phase]
    comments = sum(isinstance(each, ReceiveInput) and each.kind is InputKind.COMMENT for each in commands)
    return {
        "process": names.process,
        "decision": names.decision,
        "proposals": loaded.recorded[ReceiveInput] - min(comments, loaded.recorded[ReceiveInput]),
        "comments": min(comments, loaded.recorded[ReceiveInput]),
        "meetings": loaded.recorded[PlanSession],
        "outcomes": loaded.recorded[RecordDisposition],
        "answers": loaded.recorded[GiveResponse],
        "supports": sum(each.supports or 0 for each in export.proposals),
        "erased_authors": sum(each.author_erased for each in export.proposals),
        "without_author": _without_author(export),
        "repeated_rows": export.repeated,
        "statuses_without_outcome": dict(sorted(export.other.items())),
        "absent": {file: list(names) for file, names in export.absent.items()},
        "not_used": {file: list(names) for file, names in export.unused.items()},
        "files_not_used": export.files_unused,
        "refused": loaded.refused + len(export.refused),
        "position": loaded.position,
    }


def _without_author(export: Export) -> dict[str, int]:
    """Return how many proposals name no author though none was erased: those of a meeting have none of their own."""
    found = [each for each in export.proposals if each.author is None and not each.author_erased]
    of_meetings = sum(each.in_meeting for each in found)
    return {"in_meeting": of_meetings, "other": len(found) - of_meetings}


def _say_what_is_not_used(export: Export) -> None:
    for what, by_file in (("has no column for", export.absent), ("has columns that are not used:", export.unused)):
        for file, found in by_file.items():
            if found:
                more = f" and {len(found) - COLUMNS_SHOWN_MAX} more" if len(found) > COLUMNS_SHOWN_MAX else ""
                say(f"{file} {what} {', '.join(name[:60] for name in found[:COLUMNS_SHOWN_MAX])}{more}.")
    for status, count in sorted(export.other.items()):
        say(f"{count} proposals have the status {status[:60]!r}, which says of no outcome: they count as unanswered.")


def _with_refused(loaded: Loaded, export: Export) -> Loaded:
    loaded.refused += len(export.refused)
    room = max(0, REFUSALS_SHOWN_MAX - len(loaded.refusals))
    loaded.refusals += [str(each) for each in export.refused[:room]]
    return loaded

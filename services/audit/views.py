"""Read models against a replay of the record: equal digests at one position are the proof."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import cast

from ledger.store.port import Reader
from projections.catalogue import PROJECTIONS
from projections.rebuild import Checked, check
from projections.rows.stored import StoredRows
from services.audit.report import Kind, Report

OpenRows = Callable[[int | None], AbstractContextManager[StoredRows]]


def compare_views(
    report: Report, reader: Reader, open_rows: OpenRows, progress: Callable[[int, int], None] | None
) -> None:
    """Compare every read model with its replay; where the record itself is damaged there is nothing to replay."""
    if any(finding.kind is Kind.INTEGRITY for finding in report.findings):
        report.not_checked.append("read models: the record they come from is damaged")
        return
    with open_rows(None) as rows:
        reached = rows.position
    if not reached:
        if report.size:
            report.not_checked.append("read models: none has been built yet; `liggare rebuild` does")
        return
    # Ours owns its connection as well; to `check`, which only enters and leaves it, both are one.
    found = check(reader, cast(Callable[[int | None], StoredRows], open_rows), PROJECTIONS, progress=progress)
    if reached < report.size:
        report.not_checked.append(f"read models beyond position {reached}: they have not reached it")
    for each in found:
        _take_down(report, each)


def _take_down(report: Report, checked: Checked) -> None:
    report.count("read models")
    report.digests[checked.name] = checked.replayed
    place = f"read model {checked.name} at position {checked.position}"
    if checked.error is not None:
        report.add(Kind.INCOMPLETE, place, f"it could not be replayed: {checked.error}")
    elif checked.shown != checked.replayed:
        report.add(
            Kind.VIEW_DIFFERS, place, f"the row {checked.key!r} is not what the record says; `liggare rebuild` mends it"
        )
    elif checked.figure is not None:
        report.add(
            Kind.VIEW_DIFFERS,
            place,
            f"the figure {checked.figure!r} is not what its rows say; `liggare rebuild` mends it",
        )

"""Verification within limits: a hostile bundle is refused in bounded time and memory, with place and reason."""

from __future__ import annotations

import time
import tracemalloc

from services.audit.offline.bundle import Wanted
from services.audit.report import Report
from tests.services.audit.offline.forging import Files
from tests.services.audit.offline.memory import verified

SECONDS_MAX = 5.0
BYTES_MAX = 96 << 20


def refused(files: Files, code: int = 3, wanted: Wanted | None = None) -> Report:
    """Verify within time and memory; return the report, whose verdict must have this code."""
    tracemalloc.start()
    began = time.process_time()
    try:
        report = verified(files, wanted)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert report.exit_code == code, report.lines()
    assert time.process_time() - began < SECONDS_MAX
    assert peak < BYTES_MAX
    assert all(finding.place and finding.reason for finding in report.findings)
    assert all(line.isprintable() for line in report.lines())
    return report


def places(report: Report) -> str:
    return "\n".join(map(str, report.findings))

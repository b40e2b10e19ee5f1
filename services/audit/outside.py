"""`liggare verify` of a bundle or of a log over HTTP: the offline verification, a replay and a second count in one pass.

tree, signatures, witnesses, growth, words ──▶ services.audit.offline, which needs none of this
each sound page ──▶ replay of every read model ──▶ digests.json
└─▶ DuckDB, where it is installed ──▶ root, votes; or from the Parquet files of a folder
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from ledger.log.checkpoint import Checkpoint
from ledger.log.errors import ProofError
from ledger.log.note import NOTE_MAX, parse_note
from services.audit.apart import count_apart
from services.audit.bundle import BundleReplay, Replayed, compare_digests, stated_digests
from services.audit.offline.bundle import NOT_CANONICAL, OnMoved, Wanted, verify_bundle
from services.audit.offline.layout import CHECKPOINT, DIGESTS, chunks_of, parquet_path
from services.audit.offline.main import opened_source
from services.audit.offline.sources import Absent, Folder, Source, SourceError
from services.audit.offline.tree import WHOLE
from services.audit.processes import Replaying, SpreadReplay
from services.audit.report import Kind, Report
from services.audit.second import NOT_INSTALLED, Figure, NotCounted, SecondCount, compare_counts, counting

DIGESTS_MAX = 1 << 20
EVERYTHING = 2**63 - 1

NOT_RULES = (
    "whether every event was allowed by the rules of its time: the record says what was decided, not why it could be"
)
PARQUET = "what the Parquet files hold"


def verify_outside(place: str, wanted: Wanted, *, jobs: int = 1, progress: OnMoved | None = None) -> Report:
    """Verify the bundle or log at a folder, a zip file or an address.

    Raises `SourceError` where nothing can be read, and `ProofError` for a checkpoint to compare with that is none of
    this log.
    """
    with closing(opened_source(place)) as source:
        return Outside(source, wanted, jobs).run(progress)


class Outside:
    """One verification of a source, `jobs` processes or threads at most at a time."""

    def __init__(self, source: Source, wanted: Wanted, jobs: int = 1) -> None:
        self._source, self._wanted, self._jobs = source, wanted, jobs
        self._is_whole = wanted.part == WHOLE

    def run(self, progress: OnMoved | None = None) -> Report:
        """Verify everything there is."""
        origin = self._origin()
        if origin is None:  # there is no log; the verification says what is wrong
            return verify_bundle(self._source, self._wanted, on_moved=progress)
        with ExitStack() as stack:
            stated, faults = self._stated()
            second = stack.enter_context(counting(self._jobs)) if self._is_whole else None
            upto = stated[0] if stated is not None else EVERYTHING
            replay = stack.enter_context(self._replay(origin, upto, figures=second is not None))
            parquet = self._parquet(second)

            refused = ""

            def page(first: int, entries: list[bytes], leaves: list[bytes]) -> None:
                nonlocal refused
                replay.on_page(first, entries, leaves)
                if second is not None and not parquet and not refused:
                    try:
                        second.on_page(first, entries)
                    except NotCounted as error:
                        # It says nothing about the tree, which is still to be walked over.
                        refused = str(error)

            report = verify_bundle(self._source, self._wanted, page, progress)
            outer, report.not_checked = report.not_checked, []
            for fault in faults:
                report.add(Kind.INTEGRITY, DIGESTS, fault)
            replayed = replay.finish()
            self._compare(report, replayed, stated)
            if upto < report.size:
                replayed = replayed._replace(figures=None)  # those of another moment
            self._count_again(report, second, parquet, replayed.figures, refused)
        # What makes the most of a difference stays last: whose key it is.
        report.not_checked += [each for each in outer if each != NOT_CANONICAL and not each.startswith(PARQUET)]
        return report

    # --- What there is ------------------------------------------------------------------------------
    def _origin(self) -> str | None:
        try:
            return Checkpoint.parse(parse_note(self._source.read(CHECKPOINT, NOTE_MAX)).text).origin
        except ProofError:
            return None

    def _stated(self) -> tuple[tuple[int, dict[str, str]] | None, list[str]]:
        """Return the digests that are stated, and what is wrong with them."""
        try:
            return stated_digests(json.loads(self._source.read(DIGESTS, DIGESTS_MAX))), []
        except Absent:
            return None, []
        except SourceError as error:
            return None, [error.reason]
        except (ValueError, RecursionError):
            return None, ["it does not state a position and a digest for each read model"]

    @contextmanager
    def _replay(self, origin: str, upto: int, *, figures: bool) -> Iterator[Replaying]:
        if not self._is_whole:
            yield BundleReplay(origin, upto, ())
        elif self._jobs > 1:
            with SpreadReplay(origin, upto, self._jobs, figures=figures) as replay:
                yield replay
        else:
            yield BundleReplay(origin, upto, figures=figures)

    def _parquet(self, second: SecondCount | None) -> list[Path]:
        """Return the Parquet files of an unpacked bundle, if all are there."""
        if second is None or not isinstance(self._source, Folder):
            return []
        try:
            size = Checkpoint.parse(parse_note(self._source.read(CHECKPOINT, NOTE_MAX)).text).size
        except ProofError:
            return []
        if not self._source.exists(parquet_path(0)):
            return []
        names = [parquet_path(chunk) for chunk in chunks_of(size)]
        return [Path(self._source.name) / name for name in names] if all(map(self._source.exists, names)) else []

    # --- What it comes to ---------------------------------------------------------------------------
    def _compare(self, report: Report, replayed: Replayed, stated: tuple[int, dict[str, str]] | None) -> None:
        if not self._is_whole:
            replayed = replayed._replace(position=0)
            compare_digests(report, replayed, {})
            report.leave("read models and votes: a part of the entries does not give them")
        elif stated is not None and stated[0] > report.size:
            reason = f"it is of position {stated[0]:,}, and there are {report.size:,} entries"
            report.add(Kind.INTEGRITY, DIGESTS, reason)
            compare_digests(report, replayed, None)
        else:
            compare_digests(report, replayed, None if stated is None else stated[1])
            if stated is not None and stated[0] < report.size:
                report.leave(f"read models beyond position {stated[0]:,}: {DIGESTS} is of that position")
        report.leave(NOT_RULES)

    def _count_again(
        self,
        report: Report,
        second: SecondCount | None,
        parquet: list[Path],
        figures: dict[Figure, int] | None,
        refused: str,
    ) -> None:
        if second is None:
            if self._is_whole:
                report.leave(NOT_INSTALLED)
            return
        if any(finding.kind is Kind.INTEGRITY for finding in report.findings) or not report.root:
            report.leave("a second count by DuckDB: the record is damaged")
            return
        try:
            if refused:
                raise NotCounted(refused)
            # Entries have been verified; of Parquet files nothing is known.
            counted = count_apart(parquet, report.size, threads=self._jobs) if parquet else second.finish()
        except NotCounted as error:
            if parquet:
                report.add(Kind.INTEGRITY, "Parquet files", f"DuckDB cannot read them: {error}")
            else:
                report.add(Kind.INCOMPLETE, "second count by DuckDB", str(error))
            return
        if parquet:
            report.count("Parquet files", len(parquet))
        elif self._source.exists(parquet_path(0)):
            report.leave(f"{PARQUET}: they were not unpacked; the entries were counted again from the tiles")
        compare_counts(report, counted, bytes.fromhex(report.root), figures)

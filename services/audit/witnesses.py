"""The cosignatures that a database keeps, each checked against the checkpoint it belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from ledger.log.cosignature import timestamp_of
from ledger.log.errors import AlgorithmMissing, ProofError
from ledger.log.note import parse_note
from ledger.log.policy import Policy, WitnessKey
from ledger.log.published import line_of
from ledger.store.port import CheckpointStore, Cosignature
from services.audit.report import Kind, Report
from services.witness.marks import Mark

PAGE_SIZES = 1_000

NOT_ASKED = "witnesses: there is no log.policy that names them"


class Marking(Protocol):
    """Who has seen a checkpoint, by a policy (`services.witness.marks.Marks`)."""

    policy: Policy | None

    def newest(self, store: CheckpointStore) -> Mark | None:
        """Return the mark of the newest witnessed checkpoint, None for none."""


def check_cosignatures(report: Report, store: CheckpointStore, marks: Marking) -> None:
    """Check every cosignature that is kept, and say who has seen what; a missing quorum is a fact, no fault."""
    keys: dict[str, WitnessKey] = {}
    if marks.policy is None:
        report.leave(NOT_ASKED)
    else:
        keys = {f"{each.verifier.name}+{each.verifier.key_id.hex()}": each.verifier for each in marks.policy.witnesses}
        newest = marks.newest(store)
        last = store.last_checkpoint()
        if newest is None:
            report.state("not witnessed")
        else:
            behind = f", not yet size {last.size}" if last is not None and last.size > newest.size else ""
            report.state(f"{newest}: size {newest.size}{behind}")
    strangers = 0
    for size in _sizes(store):
        strangers += _check(report, store, size, keys)
    if strangers:
        report.leave(f"{strangers:,} cosignatures by keys that log.policy does not name")


def _sizes(store: CheckpointStore) -> Iterator[int]:
    size = 0
    while page := store.cosigned_from(size, PAGE_SIZES):
        yield from page
        size = page[-1] + 1


def _check(report: Report, store: CheckpointStore, size: int, keys: dict[str, WitnessKey]) -> int:
    """Check the cosignatures of one checkpoint; return how many are by keys that nobody has named."""
    kept, strangers = store.checkpoint_covering(size), 0
    for each in store.cosignatures(size):
        place = f"cosignature by {each.signer} of size {size}"
        key = keys.get(each.signer)
        try:
            if kept is None or kept.size != size:
                report.add(Kind.INTEGRITY, place, "no checkpoint of that size is kept")
            elif key is None:
                strangers += 1
            elif reason := _fault(each, key, kept.note):
                report.add(Kind.INTEGRITY, place, reason)
            else:
                report.count("cosignatures")
        except AlgorithmMissing as error:
            report.leave(f"cosignatures by {each.signer}: {error.reason}")
    return strangers


def _fault(kept: Cosignature, key: WitnessKey, note: str) -> str | None:
    """Return what is wrong with a cosignature, None where it holds."""
    try:
        line, text = line_of(kept.line), parse_note(note.encode()).text
        at = timestamp_of(line)
    except ProofError as error:
        return str(error)
    if f"{line.name}+{line.key_id.hex()}" != kept.signer or at != kept.cosigned_at:
        return "its row and its line differ"
    return None if key.fits(text.encode(), line.signature) else "it does not fit the checkpoint"

"""A bundle verified from end to end, whatever it is read from; the order in which its parts are looked at.

keys and policy ─▶ checkpoint ─▶ one pass over entries and tiles ─▶ heads, words ─▶ manifest, every other file
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeAlias

from ledger.log.checkpoint import Checkpoint
from ledger.log.errors import MalformedKey, MalformedPolicy, ProofError
from ledger.log.note import NOTE_MAX, parse_note
from ledger.log.policy import POLICY_MAX, Policy
from ledger.log.tiles import WIDTH
from ledger.log.vkeys import AnyKey, parse_vkey
from services.audit.offline.commitments import Commitments
from services.audit.offline.heads import Heads, Trust, kept_heads, known_head
from services.audit.offline.layout import CHECKPOINT, KEY, KEYS, POLICY
from services.audit.offline.manifest import (
    Manifest,
    check_chunks,
    check_extra,
    check_files,
    check_opened,
    parquet_listed,
    read_manifest,
    words_included,
)
from services.audit.offline.sources import Absent, Source, SourceError, Unreachable
from services.audit.offline.spine import Files
from services.audit.offline.tree import WHOLE, OnPage, Part, Walk
from services.audit.offline.words import WordLines
from services.audit.report import Kind, Report

KEYS_MAX_BYTES = 1 << 20

NOT_REPLAYED = (
    "read models, tallies and whether what is withheld still has to be: `pip install liggare`, `liggare verify`"
)
NOT_CANONICAL = "the form of the entries, their tags and the rules they follow: `liggare verify` does"
NOT_TIMES = "the times in the entries: they are the server's own testimony"

OnMoved: TypeAlias = Callable[[int, int], None]
"""Called with the position reached and the size, once a page."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the auditor brings and asks for: keys and policy from elsewhere, older checkpoints by place, a part."""

    keys: Sequence[AnyKey] = ()
    policy: Policy | None = None
    since: Sequence[tuple[str, bytes]] = ()
    part: Part = WHOLE


def verify_bundle(
    source: Source, wanted: Wanted, on_page: OnPage | None = None, on_moved: OnMoved | None = None
) -> Report:
    """Verify a bundle; `on_page` gets every sound page of entries in order, for a replay in the same pass.

    Raises `Unreachable` where the source cannot be read at all, and `ProofError` for a checkpoint in `wanted.since`
    that is none of this log.
    """
    report = Report(source.name)
    read = _claimed(source, report)
    if read is None:
        report.leave("anything further: there is no checkpoint to compare with")
        return report
    signed, note = read
    report.ledger, report.size, report.root = signed.origin, signed.size, signed.root.hex()
    if wanted.part != WHOLE:
        report.part = f"part {wanted.part.number} of {wanted.part.parts}"
    trust = _trust(source, wanted, signed, report)
    if trust is None:
        report.leave("anything further: the checkpoint is by nobody who is known")
        return report
    return _Verification(source, wanted, signed, note, trust, report).run(on_page, on_moved)


class _Verification:
    """One verification under way."""

    def __init__(
        self, source: Source, wanted: Wanted, signed: Checkpoint, note: bytes, trust: Trust, report: Report
    ) -> None:
        self._source, self._wanted, self._signed, self._report = source, wanted, signed, report
        self._trust = trust
        self._heads = Heads(signed, note, trust, report)
        since = [known_head(raw, place, signed, report) for place, raw in wanted.since]
        self._known = [head for head in since if head is not None]
        self._is_whole = wanted.part == WHOLE

    def run(self, on_page: OnPage | None, on_moved: OnMoved | None) -> Report:
        source, report, size = self._source, self._report, self._signed.size
        manifest = read_manifest(source, self._signed, report)
        walk = Walk(Files(source, report), report, size, self._signed.root, self._wanted.part)
        bundles = self._wanted.part.of(-(-size // WIDTH))
        words = self._words(manifest, bundles.start * WIDTH + 1)
        commitments = Commitments(report, size, words, whole=self._is_whole)

        def page(first: int, entries: list[bytes], leaves: list[bytes]) -> None:
            self._heads.look_for_keys(first, entries)
            commitments.look(first, entries)
            if on_page is not None:
                on_page(first, entries, leaves)
            if on_moved is not None:
                on_moved(first + len(entries) - 1, size)

        kept = kept_heads(source, self._signed, report) if self._is_whole else iter(())
        walk.run(self._heads.all(kept, self._known), page, self._heads.compare)
        commitments.finish()
        self._heads.finish()
        self._compare(manifest, walk)
        self._leave(manifest, replayed=on_page is not None)
        return report

    def _words(self, manifest: Manifest | None, first: int) -> WordLines | None:
        if not self._signed.size or not words_included(self._source, manifest):
            self._report.leave("public words: the bundle shows none, so nothing is opened")
            return None
        return WordLines(self._source, self._report, self._signed.size, first)

    def _compare(self, manifest: Manifest | None, walk: Walk) -> None:
        if manifest is None:
            return
        if self._is_whole:
            check_chunks(manifest, walk.folds, walk.edge, self._signed.size, self._report)
            check_opened(manifest, self._report)
        check_files(self._source, manifest, self._report)
        check_extra(self._source, manifest, self._signed.size, self._report)

    def _leave(self, manifest: Manifest | None, *, replayed: bool) -> None:
        """Say what was not checked; whose key it is comes last, for nothing else can make up for it."""
        report = self._report
        if not self._is_whole:
            report.leave("the other parts of the entries, and the older checkpoints that the log keeps")
        if manifest is not None and parquet_listed(manifest):
            report.leave(
                "what the Parquet files hold: they are those the manifest lists; `liggare verify` compares them"
            )
        if not replayed:
            report.leave(NOT_REPLAYED)
        report.leave(NOT_CANONICAL)
        report.leave(NOT_TIMES)
        if not self._known:
            report.leave("growth since an older checkpoint of yours: bring one with --since")
        if not self._trust.policy_given:
            report.leave("whether enough witnesses have seen it: the policy came with the bundle; bring your own")
        if not self._trust.keys_given:
            keys = ", ".join(key.format() for key in self._trust.keys if key.size <= _SHORT)
            whose = f"that this is the key of {self._signed.origin}: it came with the bundle. Compare it with one from "
            report.leave(f"{whose}elsewhere, such as printed minutes, and bring that with --vkey: {keys}")


_SHORT = 32
"""Bytes in a public key that a person can compare by eye."""


# --- What is trusted --------------------------------------------------------------------------
def _claimed(source: Source, report: Report) -> tuple[Checkpoint, bytes] | None:
    """Return the newest checkpoint as far as its form goes; nothing in it is believed yet."""
    try:
        note = source.read(CHECKPOINT, NOTE_MAX)
        return Checkpoint.parse(parse_note(note).text), note
    except Unreachable:
        raise
    except SourceError as error:
        report.add(Kind.INTEGRITY, CHECKPOINT, error.reason)
    except ProofError as error:
        report.add(Kind.INTEGRITY, CHECKPOINT, str(error))
    return None


def _trust(source: Source, wanted: Wanted, signed: Checkpoint, report: Report) -> Trust | None:
    policy = wanted.policy if wanted.policy is not None else _own_policy(source, report)
    brought = [*wanted.keys, *(log.verifier for log in wanted.policy.logs)] if wanted.policy else [*wanted.keys]
    keys = brought or _own_keys(source, report)
    of_log = [key for key in dict.fromkeys(keys) if key.name == signed.origin]
    if not of_log:
        names = ", ".join(sorted({repr(key.name) for key in keys})) or "nobody"
        whose = "you brought are" if brought else "in the bundle are"
        reason = f"it is by {signed.origin[:200]!r}, and the keys {whose} of {names}"
        report.add(Kind.INTEGRITY, CHECKPOINT, reason)
        return None
    return Trust(of_log, policy, keys_given=bool(brought), policy_given=wanted.policy is not None)


def _own_keys(source: Source, report: Report) -> list[AnyKey]:
    """Return the keys a bundle has of its log: all it ever had if it lists them, else the present one."""
    found: list[AnyKey] = []
    for path in (KEY, KEYS):
        try:
            found += parse_keys(source.read(path, KEYS_MAX_BYTES), path)
        except Unreachable:
            raise
        except Absent as error:
            if path == KEY:
                report.add(Kind.INTEGRITY, path, error.reason)
        except SourceError as error:
            report.add(Kind.INTEGRITY, path, error.reason)
        except MalformedKey as error:
            report.add(Kind.INTEGRITY, path, str(error))
    return found


def _own_policy(source: Source, report: Report) -> Policy:
    try:
        return Policy.parse(source.read(POLICY, POLICY_MAX))
    except Unreachable:
        raise
    except Absent:
        report.leave("witnesses: there is no policy that names them")
    except SourceError as error:
        report.add(Kind.INTEGRITY, POLICY, error.reason)
    except MalformedPolicy as error:
        report.add(Kind.INTEGRITY, POLICY, str(error))
    return Policy()


def parse_keys(raw: bytes, place: str) -> list[AnyKey]:
    """Return the keys in a file of one verifier key a line; raise `MalformedKey` that names the line."""
    try:
        lines = raw.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise MalformedKey(place, "it is not UTF-8") from error
    found: list[AnyKey] = []
    for number, line in enumerate(lines, start=1):
        if line:
            try:
                found.append(parse_vkey(line.removesuffix("\r")))
            except MalformedKey as error:
                raise MalformedKey(f"line {number} of {place}", f"{error.place}: {error.reason}") from error
    if not found:
        raise MalformedKey(place, "it holds no key")
    return found


def all_keys(texts: Sequence[tuple[str, bytes]]) -> list[AnyKey]:
    """Return the keys of several files or texts, by place; raise `MalformedKey`."""
    return list(chain.from_iterable(parse_keys(raw, place) for place, raw in texts))

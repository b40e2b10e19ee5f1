"""What a log has said of itself: its newest checkpoint, those it kept, and older ones that the auditor brings.

    trusted keys ──▶ who signed ──▶ root at that size as the entries give it ──▶ grown, damaged or forked
         ▲                                  │
         └──── a key announced in entries that such a head covers (`ledger.log.rotation`)

Nothing is believed on the word of the bundle: where its own key is used, the report says so, and always last.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from heapq import merge

from ledger.log.checkpoint import Checkpoint
from ledger.log.endorsement import Endorsement, check_policy
from ledger.log.errors import AlgorithmMissing, ProofError, SignatureMissing
from ledger.log.note import Verifier, check_lines, parse_note
from ledger.log.policy import Policy
from ledger.log.rotation import ANNOUNCED, RETIRED, Change, Trusted, change_in, keys_for, trusted_keys
from ledger.log.vkeys import AnyKey
from services.audit.offline.layout import CHECKPOINT, CHECKPOINTS
from services.audit.offline.sources import Absent, Source, SourceError, Unreachable
from services.audit.offline.strict import NotStrict, read_object
from services.audit.offline.tree import Head
from services.audit.report import Kind, Report

KEPT_LINE_MAX = 2_000_000
"""Bytes in one line of checkpoints.jsonl: a note of the largest size, escaped."""

CHANGES_MAX = 256
"""Announcements and retirements of keys that are looked at."""

KEY_TYPES = (f'"type":"{ANNOUNCED}"}}'.encode(), f'"type":"{RETIRED}"}}'.encode())
"""How entries end that speak of the log's keys."""

_KINDS = {0x01: "Ed25519", 0x06: "ML-DSA-44"}


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom the auditor trusts: the log's keys and a policy, and whether each came from elsewhere than the bundle."""

    keys: Sequence[AnyKey]
    policy: Policy
    keys_given: bool = False
    policy_given: bool = False


class Heads:
    """The heads of one log, compared one after another as the walk passes their sizes."""

    def __init__(self, signed: Checkpoint, note: bytes, trust: Trust, report: Report) -> None:
        self._signed, self._note, self._trust, self._report = signed, note, trust, report
        self._trusted: tuple[Trusted, ...] = tuple(Trusted(key) for key in trust.keys)
        self._changes: list[Change] = []
        self._learned = 0
        self._fitting: dict[Kind, int] = {}
        self._unfitting: list[tuple[Head, bool, int]] = []
        self._foreign = 0
        self._lost = 0
        self.grown = False
        """Whether the entries give the root of the newest checkpoint."""

    # --- Which there are ------------------------------------------------------------------------
    def all(self, kept: Iterable[Head], known: Iterable[Head]) -> Iterator[Head]:
        """Yield every head in order of size, the newest checkpoint last."""
        size, root = self._signed.size, self._signed.root
        newest = Head(size, root, CHECKPOINT, Kind.INTEGRITY, self._note)
        return merge(kept, sorted(known, key=_size), [newest], key=_size)

    # --- Keys -----------------------------------------------------------------------------------
    def look_for_keys(self, first: int, entries: Iterable[bytes]) -> None:
        """Take down what some entries, from position `first` on, say about the log's keys."""
        for position, entry in enumerate(entries, first):
            if entry.endswith(KEY_TYPES):
                self._look(position, entry)

    def _look(self, position: int, entry: bytes) -> None:
        if len(self._changes) >= CHANGES_MAX:
            self._report.leave(f"announcements of keys after position {self._changes[-1].position}: there are too many")
        elif (change := key_change(position, entry)) is not None:
            self._changes.append(change)

    def _learn(self, size: int) -> None:
        """Trust what the entries under a head that is believed say of further keys."""
        covered = sum(change.position <= size for change in self._changes)
        if covered == self._learned:
            return
        self._learned = covered
        before = {each.key for each in self._trusted}
        self._trusted = trusted_keys(self._signed.origin, self._trust.keys, self._changes[:covered])
        for each in self._trusted:
            if each.key not in before and each.endorsed_by is not None:
                said = f"endorsed by {named(each.endorsed_by)}"
                self._report.state(f"key {named(each.key)} is announced at position {each.first}, {said}")

    # --- Comparing ------------------------------------------------------------------------------
    def compare(self, head: Head, root: bytes | None) -> None:
        """Compare one head with the root that the entries give at its size, None where damage hides it."""
        newest = head.place == CHECKPOINT
        if root is None and not newest:
            self._lost += 1
            return
        fits = root == head.root
        objection = self._objection(head)
        signed = objection is None
        if newest:
            self.grown = fits  # who signed it is asked at the end, when all keys are known
        else:
            self._report.count("older checkpoints")
            if objection is not None:
                self._object(head, objection)
        if fits and signed:
            self._fitting[head.kind] = head.size
            self._learn(head.size)
        if not fits:
            # What the log keeps of itself says nothing about a head that was kept elsewhere.
            self._unfitting.append((head, signed, self._fitting.get(head.kind, 0)))

    def _objection(self, head: Head) -> ProofError | None:
        """Return why a head is not to be believed by the keys that are trusted so far; None if it is."""
        keys = keys_for(self._trusted, head.size)
        try:
            check_lines(parse_note(head.note), keys).require(keys)
        except ProofError as error:
            return error
        return None

    def _object(self, head: Head, objection: ProofError) -> None:
        if not isinstance(objection, SignatureMissing | AlgorithmMissing):
            self._report.add(Kind.INTEGRITY, head.place, str(objection))
            return
        self._foreign += 1
        if head.kind is Kind.FORK:
            reason = "it is not signed by a key that is trusted for its size, so it shows nothing"
            self._report.add(Kind.INCOMPLETE, head.place, reason)

    # --- What it comes to -----------------------------------------------------------------------
    def finish(self) -> None:
        """Say what the heads come to: who signed, who witnessed, whether the log grew or forked."""
        self._check_newest()
        self._blame()
        if self._foreign:
            self._report.leave(f"signatures of {self._foreign} older checkpoints: by keys that are not known here")
        if self._lost:
            self._report.leave(f"{self._lost} older checkpoints: damage hides the roots at their sizes")

    def _blame(self) -> None:
        """Say of heads that the entries do not give what that means; once one root differs every later one does."""
        seen: set[Kind] = set()
        for head, signed, right in self._unfitting:
            if head.kind in seen and head.place != CHECKPOINT:
                continue
            seen.add(head.kind)
            reason = f"the entries at positions {right + 1} to {head.size} do not give the root that was signed"
            kind = head.kind
            if self.grown and signed:
                kind, reason = Kind.FORK, f"{reason}; the same log signed another history later"
            self._report.add(kind, head.place, reason, right + 1)

    def _check_newest(self) -> None:
        keys = keys_for(self._trusted, self._signed.size)
        try:
            # The bundle's own policy must not name its own log: keys are trusted by us or not at all.
            policy = replace(self._trust.policy, logs=())
            found = check_policy(self._note, policy, now=int(time.time()), origin=self._signed.origin, logs=keys)
        except AlgorithmMissing as error:
            self._report.add(Kind.INCOMPLETE, CHECKPOINT, f"{error}; install a newer `cryptography`")
            return
        except ProofError as error:
            self._report.add(Kind.INTEGRITY, CHECKPOINT, str(error))
            return
        if self.grown:
            self._report.signed_size = self._signed.size
        self._say_who(found)

    def _say_who(self, found: Endorsement) -> None:
        report, policy = self._report, self._trust.policy
        report.state(f"signed by {' and '.join(described(key) for key in found.logs)}")
        for each in found.cosigned:
            report.state(f"witnessed by {each.witness.label} ({each.witness.verifier.name}) at {_moment(each.at)}")
        for line in found.uncounted:
            report.state(f"a line by {line.key.name} counts for nothing: {line.reason}")
        say_unknown(self._note, [*found.logs, *(witness.verifier for witness in policy.witnesses)], report)
        if not found.cosigned:
            report.state("not witnessed: no witness of the policy has signed the newest checkpoint")
        elif not found.quorum_met:
            report.state("not witnessed by enough: the quorum of the policy is not met")
        if self._trust.policy_given and not found.quorum_met:
            reason = "fewer witnesses than the policy you gave asks for have signed it"
            report.add(Kind.INCOMPLETE, CHECKPOINT, reason)
        if self._trust.policy_given and policy.quorum is None:
            report.state("the policy you gave asks for no witness")


def key_change(position: int, entry: bytes) -> Change | None:
    """Return what an entry says of the log's keys, as yet unbelieved; None where it says nothing of them."""
    if not entry.endswith(KEY_TYPES):
        return None
    try:
        return change_in(position, read_object(entry))
    except NotStrict:
        return None


def kept_heads(source: Source, newest: Checkpoint, report: Report, low: int = 0) -> Iterator[Head]:
    """Yield the checkpoints that the bundle keeps, from size `low` on, the oldest first; what is none is taken down."""
    before = 0
    # What lies still is of one moment; a server goes on signing after its newest checkpoint was read.
    grows = source.paths() is None
    try:
        for number, line in enumerate(source.lines(CHECKPOINTS, KEPT_LINE_MAX), start=1):
            place = f"line {number} of {CHECKPOINTS}"
            head = _kept_head(line, place, newest, report)
            if head is None:
                continue
            if head.size > newest.size:
                if not grows:
                    reason = f"it is of size {head.size}, and the newest checkpoint of {newest.size}"
                    report.add(Kind.INTEGRITY, place, reason)
            elif head.size < before:
                report.add(Kind.INTEGRITY, place, f"its size {head.size} comes after {before}")
            elif head.size >= low:
                before = head.size
                yield head
    except Unreachable:
        raise
    except Absent:
        report.leave(f"older checkpoints of the log: there is no {CHECKPOINTS}")
    except SourceError as error:
        report.add(Kind.INTEGRITY, CHECKPOINTS, error.reason)


def _kept_head(line: bytes, place: str, newest: Checkpoint, report: Report) -> Head | None:
    try:
        match read_object(line):
            case {"size": int(size), "note": str(text), **rest} if not rest and not isinstance(size, bool):
                note = text.encode()
            case _:
                raise NotStrict("it has other members than size and note")
        signed = Checkpoint.parse(parse_note(note).text)
        if signed.size != size:
            raise NotStrict(f"it says {size}, and its note {signed.size}")
        if signed.origin != newest.origin:
            raise NotStrict("it is by another log")
    except (NotStrict, ProofError) as error:
        report.add(Kind.INTEGRITY, place, str(error))
        return None
    return Head(size, signed.root, f"checkpoint of size {size}", Kind.INTEGRITY, note)


def known_head(note: bytes, place: str, newest: Checkpoint, report: Report) -> Head | None:
    """Return an older checkpoint that the auditor brings; None where it is newer than all there is here.

    Raises `NotOfThisLog` for one that is none, or of another log.
    """
    try:
        signed = Checkpoint.parse(parse_note(note).text)
    except ProofError as error:
        raise NotOfThisLog(place, f"it is none ({error})") from error
    if signed.origin != newest.origin:
        raise NotOfThisLog(place, f"it is by {signed.origin!r}, and this log is {newest.origin!r}")
    if signed.size > newest.size:
        reason = (
            f"it is of {signed.size:,} entries, and here there are {newest.size:,}: ask for the log up to that size"
        )
        report.add(Kind.INCOMPLETE, place, f"{reason}; if there is none, the log was cut")
        return None
    return Head(signed.size, signed.root, place, Kind.FORK, note)


class NotOfThisLog(ProofError):
    """A checkpoint to compare with belongs to another log."""


def say_unknown(note: bytes, known: Iterable[Verifier], report: Report) -> None:
    """Say which lines of a note are passed over, because their keys are not known here (C2SP signed-note)."""
    ids = {(key.name, key.key_id) for key in known}
    for line in parse_note(note).signatures:
        if (line.name, line.key_id) not in ids:
            report.leave(f"the signature by {line.name}+{line.key_id.hex()}: its key is not known here")


def named(key: Verifier) -> str:
    """Return a key's name and id, as signature lines have it."""
    return f"{key.name}+{key.key_id.hex()}"


def described(key: Verifier) -> str:
    """Return a key's name and id, and its algorithm."""
    return f"{named(key)} ({_KINDS.get(getattr(key, 'kind', 0), 'of another type')})"


def _size(head: Head) -> int:
    return head.size


def _moment(seconds: int) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
    except (OverflowError, ValueError, OSError):
        return f"{seconds} seconds after 1970"

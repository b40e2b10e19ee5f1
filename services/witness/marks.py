"""Who has seen a checkpoint, by the ledger's own policy: witnessed by whom and when, or *not witnessed*.

A mark is for people at a glance. Whoever has to be certain takes the note, and a policy of his own.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from ledger.log.endorsement import check_policy
from ledger.log.errors import ProofError
from ledger.log.folder import LogFolder
from ledger.log.note import Verifier
from ledger.log.policy import Policy, label
from ledger.log.published import cosigned
from ledger.store.port import Checkpoint, CheckpointStore
from services.witness.policies import policy_of

LOOKED_AT_MAX = 64
"""Checkpoints looked through for one that enough witnesses have seen."""

REMEMBERED = 256
KEYS_SECONDS = 5.0
QUORUM_WORDS_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Seen:
    """A witness by its name in the policy, and the time it stated, in POSIX seconds."""

    witness: str
    at: int

    @property
    def moment(self) -> str:
        """The time as RFC 3339, UTC; the bare number where no calendar has it."""
        try:
            return datetime.fromtimestamp(self.at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        except (ValueError, OverflowError, OSError):
            return str(self.at)


@dataclass(frozen=True, slots=True)
class Mark:
    """What is known of a checkpoint: `witnessed` if the witnesses `by` whom it was seen are a quorum, and somebody.

    `quorum` says in words what the policy asks for; empty without a policy.
    """

    size: int
    witnessed: bool
    by: tuple[Seen, ...]
    quorum: str

    def __str__(self) -> str:
        names = ", ".join(f"{each.witness} ({each.moment})" for each in self.by)
        if self.witnessed:
            return f"witnessed by {names}"
        asked = f"; the policy asks for {self.quorum}" if self.quorum else "; there is no policy that names witnesses"
        return f"not witnessed{f' by enough, but by {names}' if names else ''}{asked}"


class Marks:
    """The marks of one ledger's checkpoints. Any number of threads may ask, each with its own store."""

    def __init__(self, folder: LogFolder, policy: Policy | None = None, now: Callable[[], float] = time.time) -> None:
        self._folder, self.policy, self._now = folder, policy, now
        self.quorum = "" if policy is None else quorum_text(policy)
        self._keys: tuple[float, tuple[Verifier, ...]] = (-KEYS_SECONDS, ())
        # A note that was checked once need not be checked again; the clock only matters for lines from the future.
        self._checked = lru_cache(maxsize=REMEMBERED)(self._check)

    @classmethod
    def of(cls, folder: LogFolder) -> Marks:
        """Return the marks by the policy in a folder of keys; raise PolicyUnusable."""
        return cls(folder, policy_of(folder))

    def mark(self, store: CheckpointStore, checkpoint: Checkpoint, *, first: bool = False) -> Mark:
        """Return the mark of a checkpoint by its witnesses' latest lines, or their `first`."""
        if self.policy is None:
            return Mark(checkpoint.size, witnessed=False, by=(), quorum="")
        return self._checked(checkpoint.size, cosigned(store, checkpoint, first=first), self._trusted())

    def newest(self, store: CheckpointStore) -> Mark | None:
        """Return the mark of the newest witnessed checkpoint among the last ones that have cosignatures; None for none."""
        if self.policy is None:
            return None
        for size in store.last_cosigned(LOOKED_AT_MAX):
            kept = store.checkpoint_covering(size)
            if kept is not None and kept.size == size and (found := self.mark(store, kept)).witnessed:
                return found
        return None

    def covering(self, store: CheckpointStore, position: int) -> Checkpoint | None:
        """Return the oldest checkpoint covering a position that is witnessed; where none is, the oldest of all.

        A receipt under it needs nobody's word that it is the one history.
        """
        oldest = store.checkpoint_covering(position)
        if self.policy is None or oldest is None:
            return oldest
        for size in store.cosigned_from(position, LOOKED_AT_MAX):
            kept = store.checkpoint_covering(size)
            if kept is not None and kept.size == size and self.mark(store, kept, first=True).witnessed:
                return kept
        return oldest

    def _trusted(self) -> tuple[Verifier, ...]:
        """Return the keys that have signed for this log, read again now and then: they change while we run."""
        at, keys = self._keys
        if time.monotonic() < at + KEYS_SECONDS:
            return keys
        keys = self._folder.verifiers()
        self._keys = (time.monotonic(), keys)
        return keys

    def _check(self, size: int, note: bytes, keys: tuple[Verifier, ...]) -> Mark:
        assert self.policy is not None, "asked before"
        try:
            found = check_policy(note, self.policy, now=int(self._now()), origin=self._folder.origin, logs=keys)
        except ProofError:
            # What is kept does not hold; `liggare verify` says where.
            return Mark(size, witnessed=False, by=(), quorum=self.quorum)
        by = tuple(Seen(each.witness.label, each.at) for each in found.cosigned)
        return Mark(size, found.quorum_met and bool(by), by, self.quorum)


def quorum_text(policy: Policy) -> str:
    """Return what a policy asks for, in words, such as `2 of (near, region, any of (w1, w2))`."""
    said: dict[bytes, str] = {}
    for group in policy.groups:  # each refers only to what was defined before it
        members = [said.get(member) or label(member) for member in group.members]
        words = {1: "any", len(members): "all"}
        inside = ", ".join(members)
        text = inside if len(members) == 1 else f"{words.get(group.threshold, group.threshold)} of ({inside})"
        said[group.name] = text if len(text) <= QUORUM_WORDS_MAX else label(group.name)
    if policy.quorum is None:
        return "no witness"
    return said.get(policy.quorum) or label(policy.quorum)

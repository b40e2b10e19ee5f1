"""Our side of being witnessed: every witness of our policy is asked to cosign what we publish.

    log.policy      in the folder of keys: witnesses with their URLs, and the quorum (C2SP tlog-policy)
    log.witnesses   there too: what came of asking each of them last, for `liggare status`

Publishing never waits for a witness. All are asked at once, each has a second; whoever does not answer is asked again
soon, then less and less often. Only lines that fit and are by the keys of the policy are kept.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Self

from ledger.log.errors import ProofError
from ledger.log.folder import LogFolder
from ledger.log.note import Verifier
from ledger.log.policy import TrustedWitness
from ledger.log.proofs import Proofs
from ledger.log.publisher import LogStore
from ledger.log.refusals import PublishingRefused
from ledger.store.port import StoreError
from ledger.vault.secret_files import create_once
from services.witness.asking import Contradicted, Declined, Head, Known, asked
from services.witness.policies import POLICY, PolicyUnusable, policy_of
from services.witness.wire import NoAnswer, Place, UrlUnusable

STANDINGS = "log.witnesses"
REFRESH_SECONDS = 600.0
"""How often witnesses are asked again about a checkpoint that is still the newest."""

PACE_SECONDS = 0.25
"""The pause between two rounds, and between two looks at the newest checkpoint."""

IDLE_SECONDS = 0.5
RETRY_SECONDS = 1.0
AWAY_SECONDS_MAX = 60.0
"""The longest that a witness which did not answer is left alone."""

COSIGNED_LOOKED_AT = 64
_PUBLIC_MODE = 0o644

LOG = logging.getLogger("liggare.witnesses")


class Contradiction(PublishingRefused):
    """A witness holds a checkpoint that our key has signed and our database does not contain; publishing would fork."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What came of asking a witness: `state` is cosigned, unreachable, declined, contradicts, or waiting where nothing is signed.

    `size` is the checkpoint it was asked about, `at` when, in POSIX seconds.
    """

    witness: str
    state: str
    detail: str
    size: int
    at: int


class StoredHistory:
    """What we have signed, from a store (`services.witness.asking.History`)."""

    def __init__(self, store: LogStore, origin: str, keys: Sequence[Verifier]) -> None:
        self.origin, self.keys = origin, keys
        self._store, self._proofs = store, Proofs(store)

    def head(self) -> Head | None:
        newest = self._store.last_checkpoint()
        return None if newest is None else Head(newest.size, newest.note.encode())

    def growth(self, old: int, new: int) -> tuple[bytes, ...]:
        return self._proofs.consistency(old, new).proof

    def root(self, size: int) -> bytes:
        return self._proofs.consistency(size).old_root


@dataclass(slots=True)
class _Tried:
    """How often in a row a witness has not cosigned, when it was asked and when it is asked again (monotonic seconds)."""

    failures: int = 0
    asked: float = 0.0
    again: float = 0.0


class Witnesses:
    """The witnesses of one ledger. It blocks, and belongs to one thread; close it."""

    def __init__(self, folder: LogFolder, known: Sequence[Known], now: Callable[[], float] = time.time) -> None:
        self._folder, self._known, self._now = folder, tuple(known), now
        self._loop = asyncio.new_event_loop()
        self._tried = {each: _Tried() for each in self._known}
        self._cosigned: dict[Known, int] = {}
        self._standings: dict[Known, Standing] = {}
        self._proven: dict[Known, str] = {}

    @classmethod
    def of(cls, folder: LogFolder) -> Self | None:
        """Return the witnesses of the policy in a folder of keys; None where it names none with a URL.

        Raises PolicyUnusable.
        """
        policy = policy_of(folder)
        if policy is None:
            return None
        try:
            known = grouped(policy.witnesses)
        except UrlUnusable as error:
            raise PolicyUnusable(f"{folder.path / POLICY}: {error}") from error
        return cls(folder, known) if known else None

    def close(self) -> None:
        """End; a host that is still being looked for is not waited for."""
        self._loop.close()

    @property
    def problem(self) -> str | None:
        """What a witness says against our history, None while none does."""
        found = [f"{each.witness}: {each.detail}" for each in self._standings.values() if each.state == "contradicts"]
        return "; ".join(found) or None

    # --- Asking -------------------------------------------------------------------------------------
    def round(self, store: LogStore) -> list[Standing]:
        """Ask every witness that is not left alone about the newest checkpoint, and keep what they cosign.

        Takes a few seconds at most. Raises StoreError, or ProofError where our own tiles do not give our roots.
        """
        history = StoredHistory(store, self._folder.origin, self._folder.verifiers())
        size = head.size if (head := history.head()) else 0
        due = [each for each in self._known if self._due(each, size)]
        self._loop.run_until_complete(self._asked_all(due, store, history, size))
        self._write()
        return [self._standings[each] for each in due]

    def check(self, store: LogStore) -> None:
        """Ask before anything is published: raise Contradiction where a witness can prove that it would be a fork."""
        try:
            self.round(store)
        except ProofError as error:
            LOG.warning("witnesses could not be asked before publishing: %s", error)
        for known, reason in self._proven.items():
            raise Contradiction(f"witness {known.label}", reason)

    def run(
        self, store: LogStore, stop: threading.Event, ours: Callable[[], bool], tell: Callable[[str | None], None]
    ) -> None:
        """Ask after every checkpoint, and every ten minutes while there is none, until `stop` is set.

        `ours` says whether this process publishes: others leave it to the one that does. `tell` is given the problem
        after each round, None while there is none.
        """
        while not stop.is_set():
            try:
                newest = store.last_checkpoint()
                size = newest.size if newest else 0
                if newest is not None and ours() and any(self._due(each, size) for each in self._known):
                    self.round(store)
                    tell(self.problem)
                else:
                    store.wait(size, IDLE_SECONDS)
                stop.wait(PACE_SECONDS)
            except ProofError as error:
                tell(str(error))
                stop.wait(AWAY_SECONDS_MAX)
            except (StoreError, OSError) as error:
                LOG.warning("asking witnesses is interrupted and will be tried again: %s", error)
                stop.wait(RETRY_SECONDS)

    def _due(self, known: Known, size: int) -> bool:
        """Tell whether a witness is to be asked about the newest checkpoint now: it is new to it, or it is time again."""
        now, tried, standing = time.monotonic(), self._tried[known], self._standings.get(known)
        if now < tried.again or standing is None:
            return standing is None
        return bool(tried.failures) or standing.size != size or now >= tried.asked + REFRESH_SECONDS

    async def _asked_all(self, due: Iterable[Known], store: LogStore, history: StoredHistory, size: int) -> None:
        results = await asyncio.gather(
            *(self._asked(each, store, history, size) for each in due), return_exceptions=True
        )
        await asyncio.sleep(0)  # so that the last connections are gone when the loop is
        for result in results:
            if isinstance(result, BaseException):
                raise result

    async def _asked(self, known: Known, store: LogStore, history: StoredHistory, size: int) -> None:
        """Ask one witness; what it says is kept as soon as it is here."""
        now = int(self._now())
        if known not in self._cosigned:
            self._cosigned[known] = last_cosigned(store, known)
        try:
            answer = await asked(known, history, self._cosigned[known], now)
        except NoAnswer as error:
            self._noted(known, "unreachable", str(error), size, now)
        except Declined as error:
            self._noted(known, "declined", str(error), size, now)
        except Contradicted as error:
            self._contradicted(known, error, size, now)
        else:
            store.add_cosignatures(answer.lines)
            cosigned = max((line.size for line in answer.lines), default=0)
            self._cosigned[known] = max(self._cosigned[known], cosigned)
            forgot = f"it had forgotten that it cosigned size {answer.forgot}" if answer.forgot is not None else ""
            self._noted(known, "cosigned" if answer.lines else "waiting", forgot, max(size, cosigned), now)

    def _contradicted(self, known: Known, error: Contradicted, size: int, now: int) -> None:
        detail = str(error)
        if error.proof is not None:
            path = kept_proof(self._folder.path, error.proof)
            detail = f"{detail} (kept as {path.name} in the folder of keys)"
            self._proven[known] = detail
        self._noted(known, "contradicts", detail, size, now)

    def _noted(self, known: Known, state: str, detail: str, size: int, now: int) -> None:
        before = self._standings.get(known)
        self._standings[known] = Standing(known.label, state, detail, size, now)
        tried = self._tried[known]
        tried.failures = 0 if state in {"cosigned", "waiting"} else tried.failures + 1
        wait = min(AWAY_SECONDS_MAX, RETRY_SECONDS * 2 ** min(tried.failures - 1, 9)) if tried.failures else 0.0
        tried.asked = time.monotonic()
        tried.again = tried.asked + wait
        if state == "contradicts":
            LOG.critical("witness %s contradicts this ledger: %s", known.label, detail)
        elif detail and (before is None or (before.state, before.detail) != (state, detail)):
            LOG.warning("witness %s: %s: %s", known.label, state, detail)

    def _write(self) -> None:
        """Keep what came of it for whoever asks for the ledger's status; it is derived, so nothing waits for the disk."""
        draft = self._folder.path / f".{STANDINGS}.{threading.get_ident()}"
        try:
            draft.write_text(json.dumps([asdict(each) for each in self._standings.values()], indent=1) + "\n")
            draft.replace(self._folder.path / STANDINGS)
        except OSError as error:
            LOG.warning("what witnesses answered cannot be written down: %s", error)


# --- Parts ----------------------------------------------------------------------------------------
def grouped(witnesses: Iterable[TrustedWitness]) -> list[Known]:
    """Return the witnesses that have a URL, those of one URL as one; raise UrlUnusable."""
    found: dict[Place, list[TrustedWitness]] = {}
    for each in witnesses:
        if each.url is not None:
            found.setdefault(Place.parse(each.url), []).append(each)
    return [
        Known(tuple(each.label for each in several), place, tuple(each.verifier for each in several))
        for place, several in found.items()
    ]


def last_cosigned(store: LogStore, known: Known) -> int:
    """Return the newest size that a witness has cosigned as far as we kept it, 0 for none."""
    signers = {f"{key.name}+{key.key_id.hex()}" for key in known.keys}
    for size in store.last_cosigned(COSIGNED_LOOKED_AT):
        if any(each.signer in signers for each in store.cosignatures(size)):
            return size
    return 0


def kept_proof(folder: Path, note: bytes) -> Path:
    """Put a checkpoint that contradicts us beside the keys, for whoever looks into it, and return its path."""
    path = folder / f"contradiction-{sha256(note).hexdigest()[:16]}.checkpoint"
    with contextlib.suppress(OSError):
        create_once(path, note, mode=_PUBLIC_MODE)
    return path


def standings(folder: LogFolder) -> list[Standing]:
    """Return what came of asking each witness last, as a process that publishes wrote it down; empty where none did."""
    try:
        found = json.loads((folder.path / STANDINGS).read_bytes())
        return [Standing(**each) for each in found]
    except (OSError, ValueError, TypeError):
        return []

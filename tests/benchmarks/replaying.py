"""How many events a second one process replays: votes from their bytes, hashed, decoded, folded, to the digests.

    python -m tests.benchmarks.replaying [EVENTS]

CPU time of the best of three, with and without the strict look at every entry.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from random import Random

from ledger.ballots.events import VoteCast
from ledger.entries import Encoder
from ledger.log.merkle import leaf_hashes
from ledger.log.tiles import WIDTH
from services.audit.bundle import BundleReplay

ORIGIN = "test.example/replay"
TRIES = 3


def votes(number: int) -> list[bytes]:
    """Return entries of a conversation as an import writes it: most votes are a voter's first on a statement."""
    chance, found = Random(0), []
    for at in range(number):
        vote = VoteCast(
            ballot="conversation",
            voter=str(at // 40),
            statement=f"conversation-{at % 40}",
            choice=chance.choice(("agree", "disagree", "pass")),
            channel="polis",
            revision=1,
            occurred=f"2016-12-{at // 40 % 28 + 1:02}T{at % 24:02}:25:{at % 60:02}.{at % 1000:03}Z",
        )
        encoder = Encoder(
            ORIGIN, f"2026-01-01T00:{at // 500 % 60:02}:00.000000Z" if at < 30_000 else "2026-01-01T01:00:00.000000Z"
        )
        found.append(
            encoder.encode(vote, id=f"{chance.getrandbits(32):08x}-0000-8000-8000-{at:012d}", actor="channel:import")
        )
    return found


def seconds(entries: Sequence[bytes], *, sound: bool) -> float:
    """Return the CPU seconds of one replay."""
    started = time.process_time()
    replay = BundleReplay(ORIGIN, len(entries), sound=sound)
    for at in range(0, len(entries), WIDTH):
        page = entries[at : at + WIDTH]
        replay.on_page(at + 1, page, leaf_hashes(page))
    found = replay.finish()
    assert found.digests and not found.errors and not found.faults, found
    return time.process_time() - started


def main() -> None:
    """Measure, and print events per second."""
    entries = votes(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
    for sound, what in ((False, "replay"), (True, "replay and strict look at each entry")):
        best = min(seconds(entries, sound=sound) for _ in range(TRIES))
        sys.stdout.write(f"{what}: {len(entries) / best:,.0f} events/s\n")


if __name__ == "__main__":
    main()

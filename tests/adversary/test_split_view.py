"""Two readers are shown two histories: whoever compares two heads sees it, at any sizes; one witness is enough."""

from __future__ import annotations

import random
from hashlib import sha256

import pytest

from ledger.log.checkpoint import Checkpoint, sign_checkpoint
from ledger.log.errors import ConsistencyRefused, Fork
from ledger.log.merkle import consistency_proof, hashes_of, root_of
from ledger.log.note import SigningKey
from ledger.log.verify import verify_checkpoint, verify_growth

ORIGIN = "kommun.example/liggare"
FORKS = 1_000


def leaves(history: str, common: int, size: int) -> list[bytes]:
    return [sha256(b"%d" % n if n < common else f"{history}{n}".encode()).digest() for n in range(size)]


def test_every_one_of_a_thousand_forks_is_caught_by_comparing_two_heads() -> None:
    chance = random.Random(20261121)
    key = SigningKey.generate(ORIGIN)
    for _ in range(FORKS):
        common = chance.randrange(60)
        one_size, other_size = sorted(chance.randrange(common + 1, 70) for _ in range(2))
        one, other = leaves("a", common, one_size), leaves("b", common, other_size)
        old, new = (
            verify_checkpoint(
                sign_checkpoint(Checkpoint(ORIGIN, len(each), root_of(each)), key), ORIGIN, [key.verifier]
            )
            for each in (one, other)
        )
        proof = consistency_proof(one_size, other_size, hashes_of(other))
        with pytest.raises(Fork if one_size == other_size else ConsistencyRefused):
            verify_growth(old, new, proof)

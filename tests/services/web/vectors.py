"""Vectors for whatever verifies a receipt in a browser: what is shown, what was remembered, and which step must fail.

Made of a log of their own, so that Python says of every vector what it says of it, and JavaScript must say the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import pairwise
from typing import Any

from ledger.log.checkpoint import Checkpoint, sign_checkpoint
from ledger.log.errors import ProofError
from ledger.log.merkle import (
    consistency_proof,
    hashes_of,
    inclusion_proof,
    leaf_hash,
    root_of,
)
from ledger.log.note import SigningKey, VerifierKey, encode_base64
from ledger.log.receipt import Receipt
from ledger.log.tiles import WIDTH, tiles_of
from ledger.log.verify import verify_checkpoint, verify_consistency, verify_receipt

ORIGIN = "kommun.example/inflytande"
KEY = SigningKey(ORIGIN, bytes(range(32)))
OTHER_KEY = SigningKey(ORIGIN, bytes(range(1, 33)))
SIZE = 600


def entries(count: int = SIZE, changed: int | None = None) -> list[bytes]:
    """Return the entries of a log; that at the index `changed` says something else."""
    return [f'{{"data":{{"text":"å {at}{"!" * (at == changed)}"}}}}'.encode() for at in range(count)]


@dataclass(frozen=True)
class Log:
    """A log of some entries under a key."""

    entries: list[bytes]
    key: SigningKey = KEY

    @property
    def leaves(self) -> list[bytes]:
        return [leaf_hash(each) for each in self.entries]

    def head(self, size: int) -> Checkpoint:
        return Checkpoint(ORIGIN, size, root_of(self.leaves[:size]))

    def note(self, size: int) -> bytes:
        return sign_checkpoint(self.head(size), self.key)

    def receipt(self, position: int, size: int) -> Receipt:
        leaves = self.leaves[:size]
        proof = inclusion_proof(position - 1, size, hashes_of(leaves))
        return Receipt(position - 1, proof, self.note(size), self.entries[position - 1])

    def tiles(self, size: int) -> dict[str, str]:
        """Return every tile of hashes at its path, as far as a size reaches."""
        levels = {0: self.leaves[:size]}
        while len(levels[max(levels)]) >= WIDTH:
            below = levels[max(levels)]
            whole = len(below) // WIDTH * WIDTH
            levels[max(levels) + 1] = [root_of(below[at : at + WIDTH]) for at in range(0, whole, WIDTH)]
        return {
            f"/{tile.path()}": encode_base64(
                b"".join(levels[tile.level][tile.number * WIDTH : tile.number * WIDTH + tile.width])
            )
            for tile in tiles_of(size)
            if tile.level is not None
        }


@dataclass(frozen=True)
class Vector:
    """What a browser gets and remembers, and the step that must fail (empty: none)."""

    name: str
    receipt: bytes
    keys: str
    newest: bytes
    position: int
    fails: str
    leaf: str = ""
    kept: Checkpoint | None = None
    growth: str | None = None
    tiles: dict[str, str] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """Return it as JSON."""
        kept = None if self.kept is None else {"size": self.kept.size, "root": encode_base64(self.kept.root)}
        return {
            "name": self.name,
            "receipt": self.receipt.decode(),
            "keys": self.keys,
            "newest": self.newest.decode(),
            "position": self.position,
            "origin": ORIGIN,
            "leaf": self.leaf,
            "kept": kept,
            "tiles": self.tiles,
        }

    def holds(self, proofs: Log) -> bool:
        """Tell what the verifiers in Python say: that everything holds. `proofs` gives proofs of growth."""
        try:
            keys = [VerifierKey.parse(line) for line in self.keys.split()]
            found = verify_receipt(self.receipt, ORIGIN, keys)
            newest = verify_checkpoint(self.newest, ORIGIN, keys)
            top = max(newest, found.checkpoint, key=lambda head: head.size)
            for older in [newest, found.checkpoint, *([self.kept] if self.kept else [])]:
                leaves = proofs.leaves[: top.size]
                proof = (
                    ()
                    if older.size >= top.size or older.size == 0
                    else consistency_proof(older.size, top.size, hashes_of(leaves))
                )
                verify_consistency(older.size, older.root, top.size, top.root, proof)
        except ProofError:
            return False
        return found.position == self.position and self.leaf in ("", leaf_hash(found.entry).hex())


def vectors() -> Iterator[Vector]:
    """Yield them: what holds first, then each part tampered with in turn."""
    log, forked = Log(entries()), Log(entries(changed=2))
    keys = f"{KEY.verifier.format()}\n"
    good = Vector(
        "holds", log.receipt(8, SIZE).to_bytes(), keys, log.note(SIZE), 8, "", growth="first", tiles=log.tiles(SIZE)
    )
    yield good
    yield replace(good, name="holds, fingerprint shown", leaf=log.leaves[7].hex())
    for old, new in pairwise((1, 2, 3, 255, 256, 257, 511, 512, 513, SIZE)):
        yield replace(
            good,
            name=f"grown from {old} to {new}",
            receipt=log.receipt(1, new).to_bytes(),
            position=1,
            newest=log.note(new),
            kept=log.head(old),
            growth="grown",
            tiles=log.tiles(new),
        )
    yield replace(good, name="the same head as before", kept=log.head(SIZE), growth="same")
    yield replace(good, name="a receipt under an older head", receipt=log.receipt(8, 300).to_bytes())
    yield replace(good, name="a receipt under a newer head", newest=log.note(300))

    proof = log.receipt(8, SIZE)
    yield replace(good, name="event changed", receipt=_changed(proof, extra=b"{}"), fails="path", growth=None)
    yield replace(
        good, name="event changed, fingerprint shown", receipt=_changed(proof, extra=b"{}"), leaf=log.leaves[7].hex(),
        fails="leaf", growth=None,
    )  # fmt: skip
    yield replace(good, name="another event's receipt", receipt=log.receipt(9, SIZE).to_bytes(), fails="leaf")
    wrong = (sha256(b"other").digest(), *proof.proof[1:])
    yield replace(good, name="path changed", receipt=_changed(proof, proof=wrong), fails="path")
    yield replace(good, name="path too short", receipt=_changed(proof, proof=proof.proof[:-1]), fails="path")
    yield replace(good, name="path too long", receipt=_changed(proof, proof=(*proof.proof, bytes(32))), fails="path")
    yield replace(good, name="no event", receipt=_changed(proof, extra=None), fails="leaf")
    lines = proof.checkpoint.decode().split("\n")
    sized = "\n".join([lines[0], "601", *lines[2:]]).encode()
    yield replace(good, name="size changed", receipt=_changed(proof, checkpoint=sized), fails="head")
    spelled = "\n".join([lines[0], "0600", *lines[2:]]).encode()
    yield replace(good, name="size in another spelling", receipt=_changed(proof, checkpoint=spelled), fails="head")
    rooted = "\n".join([lines[0], lines[1], encode_base64(bytes(32)), *lines[3:]]).encode()
    yield replace(good, name="root changed", receipt=_changed(proof, checkpoint=rooted), fails="head")
    named = "\n".join(["other.example/log", *lines[1:]]).encode()
    yield replace(good, name="of another log", receipt=_changed(proof, checkpoint=named), fails="head")
    flipped = lines[4][:-8] + ("A" if lines[4][-8] != "A" else "B") + lines[4][-7:]
    signed = "\n".join([*lines[:4], flipped, ""]).encode()
    yield replace(good, name="signature changed", receipt=_changed(proof, checkpoint=signed), fails="head")
    yield replace(good, name="signature left out", receipt=_changed(proof, checkpoint=b"\n".join(
        proof.checkpoint.split(b"\n")[:4])), fails="head")  # fmt: skip
    yield replace(good, name="newest head unsigned", newest=b"\n".join(log.note(SIZE).split(b"\n")[:4]), fails="head")
    other = Log(log.entries, OTHER_KEY)
    yield replace(good, name="signed by another key", receipt=other.receipt(8, SIZE).to_bytes(), fails="head")
    yield replace(good, name="another key served", keys=f"{OTHER_KEY.verifier.format()}\n", fails="head")
    yield replace(good, name="key that is not what its id says", keys=_broken_key(keys), fails="head")
    yield replace(good, name="no key", keys="\n", fails="head")

    yield replace(good, name="shorter than remembered", newest=log.note(300), receipt=log.receipt(8, 300).to_bytes(),
                  kept=log.head(SIZE), growth="shrunk", fails="growth")  # fmt: skip
    yield replace(good, name="another root at the same size", kept=forked.head(SIZE), growth="forked", fails="growth")
    yield replace(good, name="grown from another log", kept=forked.head(300), growth="forked", fails="growth")
    yield replace(good, name="two heads of one size", newest=forked.note(SIZE), growth="forked", fails="growth")
    yield replace(good, name="newest head of another log", newest=forked.note(300), growth="forked", fails="growth")
    yield replace(
        good, name="tiles changed", kept=log.head(300), tiles=forked.tiles(SIZE), growth="forked", fails="growth"
    )
    yield replace(good, name="tiles kept back", kept=log.head(300), tiles={}, growth="unproved", fails="growth")


def _changed(receipt: Receipt, **parts: Any) -> bytes:
    return replace(receipt, **parts).to_bytes()


def _broken_key(keys: str) -> str:
    name, _, key = keys.strip().split("+", 2)
    return f"{name}+00000000+{key}\n"

"""Errors of the log: each names the place and the reason, so nobody gets a bare `False`.

    ProofError                    place, reason
    ├── Malformed                 bytes that do not follow their format
    │   ├── MalformedFrontier     a stored frontier
    │   ├── MalformedTile         a tile, a bundle, or the path of either
    │   ├── MalformedKey          a verifier key or a private key
    │   │   └── KeyTypeUnknown    a key of a type that is not checked here
    │   ├── MalformedNote         a signed note
    │   ├── MalformedCheckpoint   the three lines inside the note
    │   ├── MalformedReceipt      a .tlog-proof file
    │   └── MalformedPolicy       a policy file
    ├── OutsideTree               a leaf or size that the tree does not have
    ├── HashMissing               a tile that is needed is absent or too short
    ├── SignatureRefused
    │   ├── SignatureMissing      none of the known keys has signed
    │   ├── SignatureInvalid      a known key's line does not fit the text
    │   ├── AlgorithmMissing      not checked: the installed `cryptography` is too old
    │   └── KeyAmbiguous          two known keys share name and id
    ├── OriginRefused             the checkpoint speaks for another log
    ├── EntryMissing              a receipt without its entry
    ├── InclusionRefused          the leaf is not where the proof says
    └── ConsistencyRefused        the newer tree is not shown to extend the older one
        └── Fork                  the same log signed two roots for one size

All are final for the bytes at hand: trying again with the same input fails again. Only
`HashMissing` can pass later, once the tile has been fetched or written, and
`AlgorithmMissing` with a newer `cryptography`.
"""

from __future__ import annotations


class ProofError(Exception):
    """Something offered as proof does not hold.

    `place` says where ("position 18", "line 3 of the checkpoint"), `reason` what is wrong
    there, as a clause without full stop. Neither ever holds key material.
    """

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(place, reason)
        self.place = place
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


class Malformed(ProofError):
    """The bytes do not follow their format."""


class MalformedFrontier(Malformed):
    """A stored frontier does not follow its format."""


class MalformedTile(Malformed):
    """A tile, an entry bundle or a path does not follow C2SP tlog-tiles."""


class MalformedKey(Malformed):
    """A key does not follow C2SP signed-note."""


class KeyTypeUnknown(MalformedKey):
    """A key is of a type that nothing here checks (C2SP signed-note, "Signature types")."""


class MalformedNote(Malformed):
    """A note does not follow C2SP signed-note, or passes its limits."""


class MalformedCheckpoint(Malformed):
    """A note's text does not follow C2SP tlog-checkpoint."""


class MalformedReceipt(Malformed):
    """A receipt does not follow C2SP tlog-proof."""


class MalformedPolicy(Malformed):
    """A policy does not follow C2SP tlog-policy."""


class OutsideTree(ProofError):
    """A leaf or a size was asked for that the tree does not have."""


class HashMissing(ProofError):
    """A hash cannot be read because its tile is absent or too short."""


class SignatureRefused(ProofError):
    """A note is not vouched for by the keys that are trusted."""


class SignatureMissing(SignatureRefused):
    """None of the known keys has signed the note."""


class SignatureInvalid(SignatureRefused):
    """A signature in a known key's name does not fit the text."""


class AlgorithmMissing(SignatureRefused):
    """A signature was not checked: the installed `cryptography` lacks its algorithm."""


class KeyAmbiguous(SignatureRefused):
    """Two different known keys share name and id."""


class OriginRefused(ProofError):
    """A checkpoint speaks for another log."""


class EntryMissing(ProofError):
    """A receipt does not carry its entry and none was given."""


class InclusionRefused(ProofError):
    """The proof does not place the leaf at its position in the tree."""


class ConsistencyRefused(ProofError):
    """The proof does not show that the newer tree extends the older one."""


class Fork(ConsistencyRefused):
    """The same log signed two different roots for one size."""

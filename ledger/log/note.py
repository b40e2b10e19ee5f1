"""Signed notes and their Ed25519 keys (C2SP signed-note).

    text, one or more lines
                                                  an empty line, the last of the note
    — name base64(key id ‖ signature)             one or more signatures

The key id is four bytes and only helps to find the key: a line whose name and id are not
known is passed over, one whose name and id are known must fit. Base64 is read strictly
(decoded, encoded again, compared), so a signature has one spelling.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import ClassVar, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger.log.errors import AlgorithmMissing, KeyAmbiguous, MalformedNote, SignatureInvalid, SignatureMissing
from ledger.log.keys import (
    ID_SIZE,
    PrivateKey,
    PublicKey,
    decode_base64,
    encode_base64,
    is_name,
    is_utf8,
)

__all__ = [
    "NOTE_MAX",
    "SIGNATURES_MAX",
    "CheckedLines",
    "Note",
    "Signature",
    "Signer",
    "SigningKey",
    "Verifier",
    "VerifierKey",
    "check_lines",
    "decode_base64",
    "encode_base64",
    "parse_note",
    "sign_note",
    "verify_note",
]

NOTE_MAX = 1_000_000
"""Bytes in one note."""

SIGNATURES_MAX = 100
"""Signature lines in one note; the specification asks for at least 16."""

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")  # all below U+0020 but the newline


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: the key's name, its id (4 bytes) and the bytes it signed with."""

    name: str
    key_id: bytes
    signature: bytes

    def line(self) -> str:
        """Return the line, newline included (C2SP signed-note, "Signatures")."""
        return f"— {self.name} {encode_base64(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A note that follows the format. Nothing in it may be believed before `verify_note`.

    `text` ends in a newline, which the signatures cover.
    """

    text: str
    signatures: tuple[Signature, ...]

    def to_bytes(self) -> bytes:
        """Return the note as UTF-8; raise `MalformedNote` where that would not parse."""
        lines = "".join(signature.line() for signature in self.signatures)
        _check_text(self.text)
        raw = f"{self.text}\n{lines}".encode()
        if parse_note(raw) != self:
            raise MalformedNote("note", "its text or a signature would be read otherwise")
        return raw


class Verifier(Protocol):
    """A key that can check signatures, of whatever type."""

    @property
    def name(self) -> str:
        """The key's name, as in its signature lines."""

    @property
    def key_id(self) -> bytes:
        """The key's id, 4 bytes."""

    def fits(self, text: bytes, signature: bytes) -> bool:
        """Tell whether `signature` is this key's over `text`.

        Raises `AlgorithmMissing` where the installed `cryptography` cannot tell, and
        nothing else.
        """


class Signer(Protocol):
    """A private key that signs notes, of whatever type."""

    @property
    def name(self) -> str:
        """The key's name, as in its signature lines."""

    def sign(self, text: str) -> Signature:
        """Sign a note's text, final newline included."""


# --- Ed25519 ------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class VerifierKey(PublicKey):
    """An Ed25519 public key (32 bytes) with its name (C2SP signed-note, "Ed25519 signatures")."""

    kind: ClassVar[int] = 0x01
    size: ClassVar[int] = 32

    def fits(self, text: bytes, signature: bytes) -> bool:
        """Tell whether `signature` is this key's over `text` (RFC 8032 §5.1.7)."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class SigningKey(PrivateKey):
    """An Ed25519 private key with its name, for notes of any text."""

    kind: ClassVar[int] = VerifierKey.kind

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        return VerifierKey(self.name, private.public_key().public_bytes_raw())

    def sign(self, text: str) -> Signature:
        """Sign a note's text, final newline included (C2SP "Ed25519 signatures")."""
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        return Signature(self.name, self.verifier.key_id, private.sign(text.encode()))


# --- Notes --------------------------------------------------------------------
def sign_note(text: str, *keys: Signer) -> Note:
    """Sign `text` with every key; raise `MalformedNote` where no note can hold it."""
    _check_text(text)
    note = Note(text, tuple(key.sign(text) for key in keys))
    note.to_bytes()
    return note


def parse_note(raw: bytes) -> Note:
    """Take a note apart without believing it; raise `MalformedNote` (C2SP "Format")."""
    if len(raw) > NOTE_MAX:
        raise MalformedNote("note", f"it has {len(raw)} bytes, above {NOTE_MAX}")
    try:
        whole = raw.decode()
    except UnicodeDecodeError as error:
        raise MalformedNote(f"byte {error.start} of the note", "it is not UTF-8") from error
    body, gap, lines = whole.rpartition("\n\n")
    if not gap or not lines.endswith("\n"):
        raise MalformedNote("note", "no empty line followed by whole signature lines")
    text = body + "\n"
    _check_text(text)
    if lines.count("\n") > SIGNATURES_MAX:
        raise MalformedNote("note", f"it has more than {SIGNATURES_MAX} signature lines")
    split = enumerate(lines[:-1].split("\n"), start=1)
    return Note(text, tuple(_parse_signature(line, number) for number, line in split))


def verify_note(note: Note, known: Iterable[Verifier]) -> tuple[Signature, ...]:
    """Return the signatures by known keys, all checked (C2SP signed-note, "Signatures").

    A known key whose algorithm is not installed is passed over like an unknown one. Raises
    `SignatureInvalid` if a line does not fit, `SignatureMissing` if there is none by a
    known key, `AlgorithmMissing` if none of those there are can be checked, `KeyAmbiguous`
    if two different known keys share name and id.
    """
    keys = tuple(known)
    lines = check_lines(note, keys)
    lines.require(keys)
    return tuple(signature for _, signature in lines.fitting)


@dataclass(frozen=True, slots=True)
class CheckedLines:
    """The lines of a note by known keys: those that fit, in the note's order, and keys that nothing here can check."""

    fitting: tuple[tuple[Verifier, Signature], ...]
    unchecked: tuple[tuple[Verifier, AlgorithmMissing], ...]

    def by(self, key: Verifier) -> tuple[Signature, ...]:
        """Return the fitting lines of one key; a key may have several."""
        return tuple(signature for signer, signature in self.fitting if signer == key)

    def require(self, keys: Collection[Verifier]) -> None:
        """Refuse a note that none of `keys` has signed: `SignatureMissing`, or `AlgorithmMissing`."""
        if any(signer in keys for signer, _ in self.fitting):
            return
        for signer, error in self.unchecked:
            if signer in keys:
                raise error
        expected = ", ".join(sorted({_named(key.name, key.key_id) for key in keys})) or "nobody"
        raise SignatureMissing("note", f"it is not signed by any known key ({expected})")


def check_lines(note: Note, known: Iterable[Verifier]) -> CheckedLines:
    """Check every line by a known key, and ask for none (C2SP signed-note, "Signatures").

    Raises `SignatureInvalid` if a line does not fit, `KeyAmbiguous` if two different known
    keys share name and id.
    """
    keys: dict[tuple[str, bytes], Verifier] = {}
    for key in known:
        if keys.setdefault((key.name, key.key_id), key) != key:
            raise KeyAmbiguous(_named(key.name, key.key_id), "two known keys are called so")
    text = note.text.encode()
    fitting = []
    unchecked = {}
    for signature in note.signatures:
        signer = keys.get((signature.name, signature.key_id))
        if signer is None:
            continue
        try:
            fits = signer.fits(text, signature.signature)
        except AlgorithmMissing as error:
            unchecked[signature.name, signature.key_id] = (signer, error)
            continue
        if not fits:
            place = f"signature by {_named(signature.name, signature.key_id)}"
            raise SignatureInvalid(place, "it does not fit the text")
        fitting.append((signer, signature))
    return CheckedLines(tuple(fitting), tuple(unchecked.values()))


# --- Parts --------------------------------------------------------------------
def _parse_signature(line: str, number: int) -> Signature:
    place = f"signature line {number}"
    dash, _, rest = line.partition(" ")
    name, gap, encoded = rest.partition(" ")
    if dash != "—" or not gap or not is_name(name):
        raise MalformedNote(place, "it is not an em dash, a name and base64")
    payload = decode_base64(encoded)
    if payload is None:
        raise MalformedNote(place, "its base64 is not in the one allowed spelling")
    if len(payload) <= ID_SIZE:
        raise MalformedNote(place, "it has no signature after the key id")
    return Signature(name, payload[:ID_SIZE], payload[ID_SIZE:])


def _check_text(text: str) -> None:
    if not text.endswith("\n"):
        raise MalformedNote("text of the note", "it does not end in a newline")
    if found := _CONTROL.search(text):
        place = f"character {found.start()} of the note"
        raise MalformedNote(place, f"control character U+{ord(found[0]):04X}")
    if not is_utf8(text):
        raise MalformedNote("text of the note", "it has no form in UTF-8")


def _named(name: str, key_id: bytes) -> str:
    return f"{name}+{key_id.hex()}"

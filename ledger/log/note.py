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
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Protocol, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger.log.errors import (
    KeyAmbiguous,
    MalformedKey,
    MalformedNote,
    SignatureInvalid,
    SignatureMissing,
)

NOTE_MAX = 1_000_000
"""Bytes in one note."""

SIGNATURES_MAX = 100
"""Signature lines in one note; the specification asks for at least 16."""

_ED25519 = b"\x01"  # C2SP signed-note, "Signature types"
_KEY_SIZE = 32
_ID_SIZE = 4
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")  # all below U+0020 but the newline
_HEX_ID = re.compile(r"[0-9a-f]{8}")


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
        """Tell whether `signature` is this key's over `text`; never raises."""


# --- Keys ---------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class VerifierKey:
    """An Ed25519 public key (32 bytes) with its name."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        """Refuse a name or a length that no note could use."""
        _check_name(self.name)
        if len(self.public) != _KEY_SIZE:
            raise MalformedKey(f"key {self.name}", f"{len(self.public)} bytes instead of 32")

    @property
    def key_id(self) -> bytes:
        """SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key)[:4] (C2SP "Ed25519 signatures")."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:_ID_SIZE]

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """Read `name+id+base64` (C2SP "Verifier keys"); raise `MalformedKey`."""
        name, found_id, key = _split_key(vkey, "verifier key")
        parsed = cls(name, key)
        if parsed.key_id.hex() != found_id:
            raise MalformedKey(f"verifier key {name}", "its id does not belong to name and key")
        return parsed

    def format(self) -> str:
        """Return the key as `name+id+base64` (C2SP "Verifier keys")."""
        return f"{self.name}+{self.key_id.hex()}+{encode_base64(_ED25519 + self.public)}"

    def fits(self, text: bytes, signature: bytes) -> bool:
        """Tell whether `signature` is this key's over `text` (RFC 8032 §5.1.7)."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 private key with its name; the seed (32 bytes) never shows in a repr."""

    name: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse a name or a length that no note could use."""
        _check_name(self.name)
        if len(self.seed) != _KEY_SIZE:
            raise MalformedKey(f"private key {self.name}", "its seed is not 32 bytes")

    @classmethod
    def generate(cls, name: str) -> Self:
        """Make a new key from the system's randomness."""
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `PRIVATE+KEY+name+id+base64(0x01 ‖ seed)`; raise `MalformedKey`.

        The form is that of golang.org/x/mod/sumdb/note. No error repeats the key.
        """
        prefix, mark, rest = text.partition("PRIVATE+KEY+")
        if prefix or not mark:
            raise MalformedKey("private key", "it does not begin with PRIVATE+KEY+")
        name, found_id, seed = _split_key(rest, "private key")
        parsed = cls(name, seed)
        if parsed.verifier.key_id.hex() != found_id:
            raise MalformedKey(f"private key {name}", "its id does not belong to name and key")
        return parsed

    def format(self) -> str:
        """Return the form that `parse` reads. It is the secret itself: keep it in a file."""
        seed = encode_base64(_ED25519 + self.seed)
        return f"PRIVATE+KEY+{self.name}+{self.verifier.key_id.hex()}+{seed}"

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
def sign_note(text: str, *keys: SigningKey) -> Note:
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

    Raises `SignatureInvalid` if one of them does not fit, `SignatureMissing` if there is
    none, `KeyAmbiguous` if two different known keys share name and id.
    """
    keys: dict[tuple[str, bytes], Verifier] = {}
    for key in known:
        if keys.setdefault((key.name, key.key_id), key) != key:
            raise KeyAmbiguous(_named(key.name, key.key_id), "two known keys are called so")
    text = note.text.encode()
    fitting = []
    for signature in note.signatures:
        signer = keys.get((signature.name, signature.key_id))
        if signer is None:
            continue
        if not signer.fits(text, signature.signature):
            place = f"signature by {_named(signature.name, signature.key_id)}"
            raise SignatureInvalid(place, "it does not fit the text")
        fitting.append(signature)
    if not fitting:
        expected = ", ".join(sorted(_named(*key) for key in keys)) or "nobody"
        raise SignatureMissing("note", f"it is not signed by any known key ({expected})")
    return tuple(fitting)


# --- Base64 -------------------------------------------------------------------
def encode_base64(octets: bytes) -> str:
    """Return standard base64 with padding (RFC 4648 §4)."""
    return b64encode(octets).decode()


def decode_base64(text: str) -> bytes | None:
    """Return what `text` encodes, or None unless it is the one spelling of that.

    Python, like Go, lets the unused bits of the last character be anything; here decoding
    and encoding again must give the same text.
    """
    try:
        octets = b64decode(text, validate=True)
    except (Base64Error, ValueError):
        return None
    return octets if encode_base64(octets) == text else None


# --- Parts --------------------------------------------------------------------
def _parse_signature(line: str, number: int) -> Signature:
    place = f"signature line {number}"
    dash, _, rest = line.partition(" ")
    name, gap, encoded = rest.partition(" ")
    if dash != "—" or not gap or not _is_name(name):
        raise MalformedNote(place, "it is not an em dash, a name and base64")
    payload = decode_base64(encoded)
    if payload is None:
        raise MalformedNote(place, "its base64 is not in the one allowed spelling")
    if len(payload) <= _ID_SIZE:
        raise MalformedNote(place, "it has no signature after the key id")
    return Signature(name, payload[:_ID_SIZE], payload[_ID_SIZE:])


def _split_key(text: str, what: str) -> tuple[str, str, bytes]:
    # At the first two only: base64 may hold a plus itself.
    parts = text.split("+", 2)
    if len(parts) != len(("name", "id", "key")) or not _HEX_ID.fullmatch(parts[1]):
        raise MalformedKey(what, "it is not name, eight hexadecimal digits and base64")
    name, key_id, encoded = parts
    _check_name(name)
    key = decode_base64(encoded)
    if key is None:
        raise MalformedKey(f"{what} {name}", "its base64 is not in the one allowed spelling")
    if key[:1] != _ED25519 or len(key) != 1 + _KEY_SIZE:
        raise MalformedKey(f"{what} {name}", "it is not an Ed25519 key (type 1 and 32 bytes)")
    return name, key_id, key[1:]


def _check_text(text: str) -> None:
    if not text.endswith("\n"):
        raise MalformedNote("text of the note", "it does not end in a newline")
    if found := _CONTROL.search(text):
        place = f"character {found.start()} of the note"
        raise MalformedNote(place, f"control character U+{ord(found[0]):04X}")
    if not _is_utf8(text):
        raise MalformedNote("text of the note", "it has no form in UTF-8")


def _check_name(name: str) -> None:
    if not _is_name(name):
        raise MalformedKey("key name", "it is empty, or holds a space, a plus or a control")


def _is_name(name: str) -> bool:
    # C2SP asks for no Unicode space and no plus; a control could not be in a note anyway.
    spaced = any(character.isspace() or character < " " for character in name)
    return bool(name) and "+" not in name and not spaced and _is_utf8(name)


def _is_utf8(text: str) -> bool:
    # Python strings may hold half of a surrogate pair, which no encoding has.
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _named(name: str, key_id: bytes) -> str:
    return f"{name}+{key_id.hex()}"

"""Keys of signed notes, as bytes and as text, whatever their type (C2SP signed-note).

    name+id+base64(type ‖ public key)                 a verifier key
    PRIVATE+KEY+name+id+base64(type ‖ seed)           a private key, of golang.org/x/mod

The key id, eight hexadecimal digits here and four bytes in a signature line, only helps to
find a key. Base64 is read strictly (decoded, encoded again, compared), so everything has
one spelling.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_bytes
from typing import ClassVar, NamedTuple, Self

from ledger.log.errors import MalformedKey

KEY_MAX = 4096
"""Characters in one key as text; an ML-DSA-44 key has 1,752 after its name."""

PRIVATE = "PRIVATE+KEY+"
"""What the text of a private key begins with (golang.org/x/mod/sumdb/note)."""

ID_SIZE = 4
"""Bytes in a key id."""

_SEED_SIZE = 32
_HEX_ID = re.compile(r"[0-9a-f]{8}")


# --- Keys ---------------------------------------------------------------------
class KeyText(NamedTuple):
    """The parts of `name+id+base64(type ‖ key)`, with the id still to be compared."""

    name: str
    key_id: bytes
    kind: int
    key: bytes


def split_key(text: str, what: str = "verifier key") -> KeyText:
    """Take a key's text apart; raise `MalformedKey` (C2SP signed-note, "Verifier keys").

    `what` names the key in errors, none of which repeats the key.
    """
    if len(text) > KEY_MAX:
        raise MalformedKey(what, f"it has {len(text)} characters, above {KEY_MAX}")
    parts = text.split("+", 2)  # at the first two only: base64 may hold a plus itself
    if len(parts) != len(("name", "id", "key")) or not _HEX_ID.fullmatch(parts[1]):
        raise MalformedKey(what, "it is not name, eight hexadecimal digits and base64")
    name, key_id, encoded = parts
    check_name(name)
    key = decode_base64(encoded)
    if not key:
        raise MalformedKey(f"{what} {name}", "its base64 is not in the one allowed spelling")
    return KeyText(name, bytes.fromhex(key_id), key[0], key[1:])


@dataclass(frozen=True, slots=True)
class PublicKey(ABC):
    """A public key of some type with its name: what all types have in common."""

    kind: ClassVar[int]
    """The signature type identifier byte (C2SP signed-note, "Signature types")."""

    size: ClassVar[int]
    """Bytes in the public key."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        """Refuse a name or a length that no note could use."""
        check_name(self.name)
        if len(self.public) != self.size:
            raise MalformedKey(f"key {self.name}", f"{len(self.public)} bytes instead of {self.size}")

    @property
    def key_id(self) -> bytes:
        """SHA-256(name ‖ 0x0A ‖ type ‖ public key)[:4] (C2SP signed-note, "Signatures")."""
        return sha256(self.name.encode() + b"\n" + bytes((self.kind,)) + self.public).digest()[:ID_SIZE]

    @abstractmethod
    def fits(self, text: bytes, signature: bytes) -> bool:
        """Tell whether `signature` is this key's over `text`, as `ledger.log.note.Verifier` says."""

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """Read `name+id+base64` (C2SP "Verifier keys"); raise `MalformedKey`."""
        split = split_key(vkey)
        if split.kind != cls.kind:
            raise MalformedKey(f"verifier key {split.name}", f"its type is {split.kind:#04x}, not {cls.kind:#04x}")
        parsed = cls(split.name, split.key)
        if parsed.key_id != split.key_id:
            raise MalformedKey(f"verifier key {split.name}", "its id does not belong to name and key")
        return parsed

    def format(self) -> str:
        """Return the key as `name+id+base64` (C2SP "Verifier keys")."""
        return f"{self.name}+{self.key_id.hex()}+{encode_base64(bytes((self.kind,)) + self.public)}"


@dataclass(frozen=True, slots=True)
class PrivateKey(ABC):
    """A private key of some type with its name; the seed (32 bytes) never shows in a repr."""

    kind: ClassVar[int]
    """The signature type identifier byte (C2SP signed-note, "Signature types")."""

    name: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse a name or a length that no note could use."""
        check_name(self.name)
        if len(self.seed) != _SEED_SIZE:
            raise MalformedKey(f"private key {self.name}", "its seed is not 32 bytes")

    @property
    @abstractmethod
    def verifier(self) -> PublicKey:
        """The public half."""

    @classmethod
    def generate(cls, name: str) -> Self:
        """Make a new key from the system's randomness."""
        return cls(name, token_bytes(_SEED_SIZE))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `PRIVATE+KEY+name+id+base64(type ‖ seed)`; raise `MalformedKey`.

        The form is that of golang.org/x/mod/sumdb/note. No error repeats the key.
        """
        prefix, mark, rest = text.partition(PRIVATE)
        if prefix or not mark:
            raise MalformedKey("private key", f"it does not begin with {PRIVATE}")
        split = split_key(rest, "private key")
        if split.kind != cls.kind:
            raise MalformedKey(f"private key {split.name}", f"its type is {split.kind:#04x}, not {cls.kind:#04x}")
        parsed = cls(split.name, split.key)
        if parsed.verifier.key_id != split.key_id:
            raise MalformedKey(f"private key {split.name}", "its id does not belong to name and key")
        return parsed

    def format(self) -> str:
        """Return the form that `parse` reads. It is the secret itself: keep it in a file."""
        seed = encode_base64(bytes((self.kind,)) + self.seed)
        return f"{PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{seed}"


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


# --- Names ---------------------------------------------------------------------
def check_name(name: str) -> None:
    """Refuse a name that no key can have, by `MalformedKey`."""
    if not is_name(name):
        raise MalformedKey("key name", "it is empty, or holds a space, a plus or a control")


def is_name(name: str) -> bool:
    """Tell whether a key may be called so: no Unicode space, no plus (C2SP signed-note, "Format").

    A control is refused too: no note could hold it.
    """
    spaced = any(character.isspace() or character < " " for character in name)
    return bool(name) and "+" not in name and not spaced and is_utf8(name)


def is_utf8(text: str) -> bool:
    """Tell whether a text can be written down: Python's may hold half of a surrogate pair."""
    return not any("\ud800" <= character <= "\udfff" for character in text)

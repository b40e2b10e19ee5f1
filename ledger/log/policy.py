"""Policies: which logs and witnesses to trust, and how many witnesses it takes (C2SP tlog-policy).

    log kommun.example/ledger+33d7b496+AeHTu4Q3… https://kommun.example/
    witness grannen vittne.example+8f4bc3f2+BvAz…
    witness regionen vittne2.example+1b8e2c90+BhS8…
    group bada all grannen regionen
    quorum bada

A file of octets: names are compared as they are, whatever they mean in UTF-8. Groups refer
only backwards and name nobody twice, so each witness counts in one way.
`ledger.log.endorsement` checks a checkpoint against a policy.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Self

from ledger.log.cosignature import Ed25519Cosigner, MlDsaKey
from ledger.log.errors import MalformedKey, MalformedPolicy
from ledger.log.note import VerifierKey
from ledger.log.vkeys import AnyKey, parse_vkey

POLICY_MAX = 1 << 20
"""Bytes in one policy: room for all that the next limit allows, with ML-DSA-44 keys."""

ENTRIES_MAX = 256
"""Logs, witnesses and groups, of each, in one policy; the specification asks for at least 32."""

LogKey = VerifierKey | MlDsaKey
"""A key that a log signs with: a plain Ed25519 key (0x01) or ML-DSA-44 (0x06)."""

WitnessKey = Ed25519Cosigner | MlDsaKey
"""A key that a witness cosigns with (0x04 or 0x06)."""

_NONE = b"none"
_FORBIDDEN = re.compile(rb"[^\t\n\x20-\x7e\x80-\xff]")
_QUOTED_MAX = 60
_COUNT = re.compile(rb"[1-9][0-9]{0,3}")


@dataclass(frozen=True, slots=True)
class TrustedLog:
    """A log: the name of its key is its origin.

    `url` is for finding it, and may hold half a surrogate pair where the file is not UTF-8.
    """

    verifier: LogKey
    url: str | None = None


@dataclass(frozen=True, slots=True)
class TrustedWitness:
    """A witness under its name in the policy, which means nothing outside of it."""

    name: bytes
    verifier: WitnessKey
    url: str | None = None

    @property
    def label(self) -> str:
        """The name, fit to be shown anywhere."""
        return label(self.name)


@dataclass(frozen=True, slots=True)
class Group:
    """Witnesses and groups that together count as one, if `threshold` of them have seen a checkpoint."""

    name: bytes
    threshold: int
    members: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """Trusted logs and witnesses, groups of these, and the quorum: a name, or None for `none`."""

    logs: tuple[TrustedLog, ...] = ()
    witnesses: tuple[TrustedWitness, ...] = ()
    groups: tuple[Group, ...] = ()
    quorum: bytes | None = None

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read a policy file; raise `MalformedPolicy` naming the line (C2SP tlog-policy)."""
        if len(raw) > POLICY_MAX:
            raise MalformedPolicy("policy", f"it has {len(raw)} bytes, above {POLICY_MAX}")
        if found := _FORBIDDEN.search(raw):
            place = f"line {raw.count(10, 0, found.start()) + 1} of the policy"
            raise MalformedPolicy(place, f"octet {found[0][0]:#04x} is not allowed")
        if raw and not raw.endswith(b"\n"):
            raise MalformedPolicy("policy", "its last line does not end in a newline")
        reading = _Reading()
        for number, line in enumerate(raw.split(b"\n")[:-1], start=1):
            items = line.split()
            if not items or items[0].startswith(b"#"):
                continue
            try:
                reading.take(items)
            except (_Refused, MalformedKey) as error:
                reason = error.reason if isinstance(error, MalformedKey) else str(error)
                raise MalformedPolicy(f"line {number} of the policy", reason) from error
        if not reading.quorum:
            raise MalformedPolicy("policy", "it has no quorum line (`quorum none` asks for no witness)")
        quorum = None if reading.quorum == [_NONE] else reading.quorum[0]
        return cls(tuple(reading.logs), tuple(reading.witnesses), tuple(reading.groups), quorum)

    def to_bytes(self) -> bytes:
        """Return the policy file; raise `MalformedPolicy` where it would not be read back as this."""
        lines = [
            *([b"log", log.verifier.format().encode(), *_url(log.url)] for log in self.logs),
            *([b"witness", one.name, one.verifier.format().encode(), *_url(one.url)] for one in self.witnesses),
            *([b"group", group.name, _threshold(group), *group.members] for group in self.groups),
            [b"quorum", _NONE if self.quorum is None else self.quorum],
        ]
        raw = b"".join(b" ".join(line) + b"\n" for line in lines)
        if self.parse(raw) != self:
            raise MalformedPolicy("policy", "it would be read otherwise")
        return raw


def witnessed(policy: Policy, names: Collection[bytes]) -> bool:
    """Tell whether the witnesses of these names in the policy are a quorum of it.

    Names that the policy does not know, and a name given twice, add nothing.
    """
    if policy.quorum is None:
        return True
    holds = {witness.name: witness.name in names for witness in policy.witnesses}
    for group in policy.groups:  # each refers only to what was defined before it
        seen = sum(holds.get(member, False) for member in set(group.members))
        holds[group.name] = seen >= max(group.threshold, 1)
    return holds.get(policy.quorum, False)


def label(name: bytes) -> str:
    """Return a name of a policy, fit to be shown: what no terminal should print is escaped."""
    text = name.decode(errors="backslashreplace")
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)


# --- Lines --------------------------------------------------------------------
class _Refused(Exception):
    """What is wrong with one line."""


class _Reading:
    """What the lines of a policy have defined so far."""

    def __init__(self) -> None:
        self.logs: list[TrustedLog] = []
        self.witnesses: list[TrustedWitness] = []
        self.groups: list[Group] = []
        self.quorum: list[bytes] = []
        self._defined: set[bytes] = {_NONE}
        self._grouped: set[bytes] = set()
        self._log_keys: set[bytes] = set()
        self._witness_keys: set[bytes] = set()

    def take(self, items: list[bytes]) -> None:
        """Take in one line, raising `_Refused` or `MalformedKey`."""
        match items:
            case [b"log", vkey, *url] if len(url) <= 1:
                self._log(vkey, url)
            case [b"witness", name, vkey, *url] if len(url) <= 1:
                self._witness(name, vkey, url)
            case [b"group", name, threshold, *members]:
                self._group(name, threshold, members)
            case [b"quorum", name]:
                self._quorum(name)
            case [(b"log" | b"witness" | b"group" | b"quorum") as kind, *_]:
                raise _Refused(f"a {kind.decode()} line has other items than these")
            case _:
                raise _Refused(f"it defines no log, witness, group or quorum but {_quoted(items[0])}")

    def _log(self, vkey: bytes, url: list[bytes]) -> None:
        _room(self.logs, "logs")
        key = _key(vkey)
        if isinstance(key, Ed25519Cosigner):
            raise _Refused(f"a log does not sign with a key of type {key.kind:#04x}, which is a witness'")
        _once(key, self._log_keys, "log")
        self.logs.append(TrustedLog(key, _text(url)))

    def _witness(self, name: bytes, vkey: bytes, url: list[bytes]) -> None:
        _room(self.witnesses, "witnesses")
        key = _key(vkey)
        if isinstance(key, VerifierKey):
            raise _Refused(f"a witness does not cosign with a key of type {key.kind:#04x}")
        _once(key, self._witness_keys, "witness")
        self._define(name)
        self.witnesses.append(TrustedWitness(name, key, _text(url)))

    def _group(self, name: bytes, threshold: bytes, members: list[bytes]) -> None:
        _room(self.groups, "groups")
        if not members:
            raise _Refused("the group has no members")
        for member in members:
            if member == _NONE or member not in self._defined:
                raise _Refused(f"{_quoted(member)} is no witness or group of a line above")
            if member in self._grouped:
                raise _Refused(f"{_quoted(member)} is listed as a member a second time")
            self._grouped.add(member)
        self._define(name)
        self.groups.append(Group(name, _needed(threshold, len(members)), tuple(members)))

    def _quorum(self, name: bytes) -> None:
        if self.quorum:
            raise _Refused("the quorum is defined a second time")
        if name not in self._defined:
            raise _Refused(f"{_quoted(name)} is no witness or group of a line above")
        self.quorum.append(name)

    def _define(self, name: bytes) -> None:
        if name in self._defined:
            raise _Refused(f"{_quoted(name)} is defined already")
        self._defined.add(name)


def _key(vkey: bytes) -> AnyKey:
    try:
        return parse_vkey(vkey.decode())
    except UnicodeDecodeError as error:
        raise _Refused("its key is not UTF-8") from error


def _once(key: AnyKey, seen: set[bytes], what: str) -> None:
    # Two names for one key are one log or witness: it must not count twice.
    if key.public in seen:
        raise _Refused(f"another {what} has the same key")
    seen.add(key.public)


def _needed(threshold: bytes, members: int) -> int:
    if threshold == b"any":
        return 1
    if threshold == b"all":
        return members
    if not _COUNT.fullmatch(threshold) or int(threshold) > members:
        raise _Refused(f"{_quoted(threshold)} is neither any, all nor a number from 1 to {members}")
    return int(threshold)


def _threshold(group: Group) -> bytes:
    words = {1: b"any", len(group.members): b"all"}
    return words.get(group.threshold, str(group.threshold).encode())


def _room(entries: Collection[object], what: str) -> None:
    if len(entries) >= ENTRIES_MAX:
        raise _Refused(f"more than {ENTRIES_MAX} {what}")


def _text(url: Iterable[bytes]) -> str | None:
    return next((part.decode(errors="surrogateescape") for part in url), None)


def _quoted(item: bytes) -> str:
    # An error does not grow with what somebody put into a file.
    return f"{label(item[:_QUOTED_MAX])!r}"


def _url(url: str | None) -> list[bytes]:
    return [] if url is None else [url.encode(errors="surrogateescape")]

"""Custody: what was done about the record itself: its signing keys, and entries that were put back.

    announce ──> SPEAKS FOR THE LOG, beside the key it replaces ──retire──> SPEAKS NO MORE
    an entry found damaged or missing ──record──> RESTORED from a copy whose leaf hash fitted

Anybody who may submit may announce a key, so an announcement by itself proves nothing: it carries a signed note, in
which the key that is trusted already vouches for the new one (`ledger.log.rotation` checks it, and so does every view).
Here only its form is looked at; no prose fits in any field.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from ledger.fields import Label, Sha256Hex
from ledger.messages import Command, Event, Part, Rejection, Slice, State, Status

VKEY_CHARACTERS_MAX = 2_000
"""The longest is an origin of 200 characters with an ML-DSA-44 key, 1,962."""

NOTE_CHARACTERS_MAX = 4_000
"""The longest is such a key in a note with four signatures."""

POSITION_MAX = 2**53 - 1

_ORIGIN = r"[a-z0-9][a-z0-9._/-]{0,199}"
_BASE64 = r"[A-Za-z0-9+/]+={0,2}"
_VKEY = rf"{_ORIGIN}\+[0-9a-f]{{8}}\+{_BASE64}"
_SIGNATURES = rf"(— {_ORIGIN} {_BASE64}\n){{1,4}}"

KeyId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}$")]
"""The id of a key, eight hexadecimal digits (C2SP signed-note)."""

VerifierKeyText = Annotated[str, StringConstraints(max_length=VKEY_CHARACTERS_MAX, pattern=rf"^{_VKEY}$")]
"""A public key as `origin+id+base64` (C2SP signed-note, "Verifier keys")."""

Endorsement = Annotated[
    str,
    StringConstraints(
        max_length=NOTE_CHARACTERS_MAX, pattern=rf"^liggare/signing-key/v1\n{_ORIGIN}\n{_VKEY}\n\n{_SIGNATURES}$"
    ),
]
"""A signed note over the lines `liggare/signing-key/v1`, origin, vkey, with one to four signatures."""

Retirement = Annotated[
    str,
    StringConstraints(
        max_length=NOTE_CHARACTERS_MAX,
        pattern=rf"^liggare/signing-key-retired/v1\n{_ORIGIN}\n{_VKEY}\n(scheduled|lost|compromised)\n\n{_SIGNATURES}$",
    ),
]
"""A signed note over the lines `liggare/signing-key-retired/v1`, origin, vkey, reason."""


class RetirementReason(StrEnum):
    """Why a key speaks no more."""

    SCHEDULED = "scheduled"
    LOST = "lost"
    COMPROMISED = "compromised"


class Damage(StrEnum):
    """How an entry was found."""

    DAMAGED = "damaged"
    MISSING = "missing"


# --- What happened ----------------------------------------------------------------------------
class SigningKeyAnnounced(Event, topic="signing-key-announced"):
    """A key is to sign checkpoints from now on; `endorsement` is the note in which trusted keys vouch for it.

    `replaces` is the id of the key it comes after; without one it is the first of its algorithm.
    """

    key: str
    vkey: str
    endorsement: str
    replaces: str | None = None

    def subject(self) -> str:
        return f"signing-key:{self.key}"


class SigningKeyRetired(Event, topic="signing-key-retired"):
    """A key signs no more; `statement` is the note in which another trusted key, or it itself, says so."""

    key: str
    reason: RetirementReason
    statement: str

    def subject(self) -> str:
        return f"signing-key:{self.key}"


class EntryRestored(Event, topic="entry-restored"):
    """The entry `at` a position was put back from a copy whose leaf hash (hex) fits the signed tree.

    `taken_from` says where the copy came from, such as "bundle of size 1200".
    """

    at: int
    leaf: str
    found: Damage
    taken_from: str

    def subject(self) -> str:
        return f"restoration:{self.at}"


# --- What may be asked ------------------------------------------------------------------------
class AnnounceSigningKey(Command):
    """Announce a key that is to sign checkpoints, with the note in which trusted keys vouch for it."""

    key: KeyId
    vkey: VerifierKeyText
    endorsement: Endorsement
    replaces: KeyId | None = None


class RetireSigningKey(Command):
    """Say that a key signs no more, and why, with the note in which a trusted key says so."""

    key: KeyId
    reason: RetirementReason
    statement: Retirement


class RecordRestoration(Command):
    """Record that a damaged or missing entry was put back from a copy that fits the signed tree."""

    at: Annotated[int, Field(ge=1, le=POSITION_MAX)]
    leaf: Sha256Hex
    found: Damage
    taken_from: Label


# --- Why it may be rejected -------------------------------------------------------------------
class SigningKeyAlreadyAnnounced(Rejection):
    """The signing key {key} is announced already; make another key."""

    sv = "Signeringsnyckeln {key} är redan tillkännagiven; skapa en annan nyckel."
    status = Status.ALREADY_EXISTS


class SigningKeyUnknown(Rejection):
    """There is no signing key {key} announced in this ledger; announce it first."""

    sv = "Det finns ingen tillkännagiven signeringsnyckel {key} i den här liggaren; tillkännage den först."
    status = Status.NOT_FOUND


class SigningKeyAlreadyRetired(Rejection):
    """The signing key {key} is retired already; a key is retired once."""

    sv = "Signeringsnyckeln {key} är redan tagen ur bruk; en nyckel tas ur bruk en gång."


class SigningKeyReplacesItself(Rejection):
    """The signing key {key} would replace itself; name the key that came before it, or none."""

    sv = "Signeringsnyckeln {key} skulle ersätta sig själv; ange nyckeln före den, eller ingen."
    status = Status.INVALID_ARGUMENT


class SignedNoteDiffers(Rejection):
    """The signed note speaks of something else than the {field} stated for the signing key {key}; send the note made for it."""

    sv = (
        "Den signerade texten handlar om något annat än {field} som angetts för signeringsnyckeln {key}; "
        "skicka den text som gjorts för den."
    )
    status = Status.INVALID_ARGUMENT


# --- How one leads to the other ---------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Key:
    """A key that was announced: its vkey, and whether it was retired."""

    vkey: str
    retired: bool = False


def boundary(command: Command) -> tuple[Part, ...]:
    """Return the key, and the one it replaces; restorations rest on nothing."""
    match command:
        case AnnounceSigningKey(key=key, replaces=None) | RetireSigningKey(key=key):
            return (_part(key),)
        case AnnounceSigningKey(key=key, replaces=str(replaces)):
            return (_part(key), _part(replaces))
    return ()


def _part(key: str) -> Part:
    return Part(f"signing-key:{key}", (SigningKeyAnnounced, SigningKeyRetired))


def evolve(state: State, event: Event) -> State:
    """Return the key after `event`."""
    match event, state:
        case SigningKeyAnnounced(vkey=vkey), None:
            return Key(vkey)
        case SigningKeyRetired(), Key():
            return replace(state, retired=True)
    return state


def decide(states: tuple[State, ...], command: Command, at: datetime) -> Iterator[Event]:
    """Yield the event that follows from `command`, or raise a Rejection."""
    match command:
        case AnnounceSigningKey():
            yield _announce(states, command)
        case RetireSigningKey():
            yield _retire(states[0], command)
        case RecordRestoration():
            yield EntryRestored(at=command.at, leaf=command.leaf, found=command.found, taken_from=command.taken_from)


def _announce(states: tuple[State, ...], command: AnnounceSigningKey) -> SigningKeyAnnounced:
    if command.replaces == command.key:
        raise SigningKeyReplacesItself(key=command.key)
    if states[0] is not None:
        raise SigningKeyAlreadyAnnounced(key=command.key)
    if command.replaces is not None and states[1] is None:
        raise SigningKeyUnknown(key=command.replaces)
    origin, vkey = _lines(command.endorsement)[1:3]
    _check(command.key, "vkey", vkey == command.vkey and vkey.startswith(f"{origin}+"))
    _check(command.key, "key", vkey.startswith(f"{origin}+{command.key}+"))
    return SigningKeyAnnounced(
        key=command.key, vkey=command.vkey, endorsement=command.endorsement, replaces=command.replaces
    )


def _retire(state: State, command: RetireSigningKey) -> SigningKeyRetired:
    if state is None:
        raise SigningKeyUnknown(key=command.key)
    if state.retired:
        raise SigningKeyAlreadyRetired(key=command.key)
    vkey, reason = _lines(command.statement)[2:4]
    _check(command.key, "key", vkey == state.vkey)
    _check(command.key, "reason", reason == command.reason)
    return SigningKeyRetired(key=command.key, reason=command.reason, statement=command.statement)


def _check(key: str, field: str, same: bool) -> None:
    if not same:
        raise SignedNoteDiffers(key=key, field=field)


def _lines(note: str) -> list[str]:
    return note.split("\n")


SLICE = Slice(
    name="custody",
    commands=(AnnounceSigningKey, RetireSigningKey, RecordRestoration),
    events=(SigningKeyAnnounced, SigningKeyRetired, EntryRestored),
    boundary=boundary,
    evolve=evolve,
    decide=decide,
)

"""Which keys may speak for a log, and since when: announcements and retirements that are found in its entries.

    known keys ──an announcement they signed, at position 812──▶ the new key, for sizes from 812
               ──a retirement a trusted key signed, at 1040──▶ the old key, for sizes below 1040

Anybody may have put such an entry into the log, so its note is what counts (C2SP signed-note):

    liggare/signing-key/v1             liggare/signing-key-retired/v1
    kommun.example/ledger              kommun.example/ledger               the origin
    kommun.example/ledger+8f…          kommun.example/ledger+8f…           the key spoken of
                                       scheduled                           or lost, compromised

    — kommun.example/ledger …          — kommun.example/ledger …           Ed25519 alone: ML-DSA-44 keys sign no notes

An endorsement counts when an Ed25519 key trusted so far has signed it, and the new key too where it is one: nobody is
given a key that nobody holds. Of a key that is lost or stolen this has two consequences. Who lost it cannot endorse
another, so those who trust it alone cannot follow. Who stole it can endorse one of his own: of several that one key
endorsed for one algorithm only the first counts, until that is retired, so a thief must come before the rightful next
key, and before the retirement; what he then shows is a fork, which any older checkpoint or witness tells apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ledger.log.errors import MalformedKey, MalformedNote, OriginRefused, ProofError
from ledger.log.note import Note, SigningKey, VerifierKey, parse_note, sign_note, verify_note
from ledger.log.vkeys import AnyKey, parse_vkey

ANNOUNCED = "signing-key-announced.v1"
"""Type of an entry that announces a key; `data` holds vkey and endorsement."""

RETIRED = "signing-key-retired.v1"
"""Type of an entry that retires a key; `data` holds the statement, whose text names key and reason."""

REASONS = ("scheduled", "lost", "compromised")

_ENDORSES = "liggare/signing-key/v1"
_RETIRES = "liggare/signing-key-retired/v1"
_LOG_KINDS = (0x01, 0x06)  # C2SP tlog-checkpoint, "Signatures": what a log itself signs with
_NOTE_MAX = 1 << 16


# --- What entries say ---------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Announcement:
    """What the entry at `position` says: this key is to speak for the log. Not believed before `trusted_keys`."""

    position: int
    vkey: str
    endorsement: str


@dataclass(frozen=True, slots=True)
class Retirement:
    """What the entry at `position` says: a key, named in the statement, speaks no more."""

    position: int
    statement: str


Change = Announcement | Retirement


def change_in(position: int, entry: Mapping[str, Any]) -> Change | None:
    """Return what an entry (its JSON object) says of keys, None where it says nothing of them."""
    kind, told = entry.get("type"), entry.get("data")
    if not isinstance(told, Mapping):
        return None
    match kind, told:
        case "signing-key-announced.v1", {"vkey": str(vkey), "endorsement": str(endorsement)}:
            return Announcement(position, vkey, endorsement)
        case "signing-key-retired.v1", {"statement": str(statement)}:
            return Retirement(position, statement)
    return None


# --- Endorsing --------------------------------------------------------------------------------
def endorse(origin: str, vkey: str, *keys: SigningKey) -> str:
    """Return the signed note in which `keys` vouch that `vkey` speaks for the log `origin`.

    Sign with every Ed25519 key that is trusted so far, and with the new one itself where it is one.
    """
    return _signed((_ENDORSES, origin, vkey), keys)


def retire(origin: str, vkey: str, reason: str, *keys: SigningKey) -> str:
    """Return the signed note in which `keys` say that `vkey` speaks no more for the log `origin`."""
    return _signed((_RETIRES, origin, vkey, reason), keys)


def _signed(lines: tuple[str, ...], keys: Iterable[SigningKey]) -> str:
    return sign_note("".join(f"{line}\n" for line in lines), *keys).to_bytes().decode()


# --- Verifying --------------------------------------------------------------------------------
def verify_endorsement(endorsement: str, origin: str, vkey: str, known: Iterable[AnyKey]) -> AnyKey:
    """Return the key that the note endorses, once it is shown that a known key vouches for it.

    Raises `MalformedNote` for a note about something else, `MalformedKey`, `OriginRefused` for a key of another name,
    `SignatureMissing` unless one of the known Ed25519 keys, and the new key where it is one, has signed, and
    `SignatureInvalid`.
    """
    note = _note(endorsement, (_ENDORSES, origin, vkey))
    key = _key_of_log(vkey, origin)
    verify_note(note, [each for each in known if isinstance(each, VerifierKey) and each != key])
    if isinstance(key, VerifierKey):
        verify_note(note, [key])
    return key


def is_own_endorsement(endorsement: str, origin: str, vkey: str) -> bool:
    """Tell whether an Ed25519 key has signed the note about itself: it has a holder, and nobody need believe him."""
    try:
        key = _key_of_log(vkey, origin)
        verify_note(_note(endorsement, (_ENDORSES, origin, vkey)), [key] if isinstance(key, VerifierKey) else [])
    except ProofError:
        return False
    return True


def verify_retirement(statement: str, origin: str, known: Iterable[AnyKey]) -> tuple[AnyKey, str]:
    """Return the key that is retired and why, once a known Ed25519 key is shown to say so.

    Raises as `verify_endorsement` does.
    """
    vkey, reason = _retired(statement)
    note = _note(statement, (_RETIRES, origin, vkey, reason))
    verify_note(note, [each for each in known if isinstance(each, VerifierKey)])
    return _key_of_log(vkey, origin), reason


def _retired(statement: str) -> tuple[str, str]:
    lines = statement.split("\n", 4)
    if len(lines) != len(("what", "origin", "vkey", "reason", "rest")) or lines[3] not in REASONS:
        raise MalformedNote("statement about a key", f"its fourth line is none of {', '.join(REASONS)}")
    return lines[2], lines[3]


def _note(signed: str, lines: tuple[str, ...]) -> Note:
    if len(signed) > _NOTE_MAX:
        raise MalformedNote("note about a key", f"it has more than {_NOTE_MAX} characters")
    note = parse_note(signed.encode(errors="surrogatepass"))
    if note.text != "".join(f"{line}\n" for line in lines):
        raise MalformedNote("note about a key", f"its text is not the lines {lines[0]}, origin and key of this one")
    return note


def _key_of_log(vkey: str, origin: str) -> AnyKey:
    key = parse_vkey(vkey)
    if key.name != origin:
        raise OriginRefused(f"key {key.name}+{key.key_id.hex()}", f"it is not named {origin} as the log's keys are")
    if key.kind not in _LOG_KINDS:
        raise MalformedKey(f"key {key.name}+{key.key_id.hex()}", "a log signs with keys of type 1 and 6 alone")
    return key


# --- Who may speak when -------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Trusted:
    """A key that may speak for the log: for checkpoints of at least `first` and less than `end` entries (None: any).

    `endorsed_by` is the key that vouched for it, None for a key that was known from the beginning.
    """

    key: AnyKey
    first: int = 0
    end: int | None = None
    endorsed_by: VerifierKey | None = None
    reason: str | None = None
    """Why it was retired."""

    def speaks_for(self, size: int) -> bool:
        """Tell whether a checkpoint of `size` entries may be believed on this key's word."""
        return self.first <= size and (self.end is None or size < self.end)


def trusted_keys(origin: str, known: Iterable[AnyKey], changes: Iterable[Change]) -> tuple[Trusted, ...]:
    """Return the keys that may speak for the log: the known ones and those they led to, each with its sizes.

    `known` are the keys an auditor got in a way he trusts. `changes` are what `change_in` finds in the entries of the
    log, in the order of their positions; what does not hold in them is passed over, as anybody may have put it there.

    The entries must have been shown to lie under a root that is believed already. An auditor who knows only an old key
    therefore goes on in steps: verify the newest checkpoint that the keys trusted so far may speak for, read the
    changes among its entries, ask again with them, until no further key appears; every checkpoint during a rotation is
    signed by the old and the new keys, so each step reaches the next. `keys_for` gives the verifiers of a size.

    Raises `ValueError` for changes out of order.
    """
    trusted = [Trusted(key) for key in known]
    before = 0
    for change in changes:
        if change.position <= before:
            raise ValueError(f"the change at position {change.position} comes after the one at {before}")
        before = change.position
        trusted = _changed(origin, trusted, change)
    return tuple(trusted)


def keys_for(trusted: Iterable[Trusted], size: int) -> tuple[AnyKey, ...]:
    """Return the keys that may speak for a checkpoint of `size` entries."""
    return tuple(each.key for each in trusted if each.speaks_for(size))


def _changed(origin: str, trusted: list[Trusted], change: Change) -> list[Trusted]:
    standing = [each.key for each in trusted if each.end is None]
    try:
        if isinstance(change, Announcement):
            return _announced(origin, trusted, standing, change)
        key, reason = verify_retirement(change.statement, origin, standing)
    except ProofError:
        return trusted
    return [
        replace(each, end=change.position, reason=reason) if each.key == key and each.end is None else each
        for each in trusted
    ]


def _announced(
    origin: str, trusted: list[Trusted], standing: list[AnyKey], announcement: Announcement
) -> list[Trusted]:
    free = [
        key
        for key in standing
        if isinstance(key, VerifierKey) and not _has_successor(trusted, key, announcement.vkey, origin)
    ]
    key = verify_endorsement(announcement.endorsement, origin, announcement.vkey, free)
    if any(each.key == key for each in trusted):
        return trusted
    (signer, *_) = [each for each in free if _signed_by(each, announcement.endorsement)]
    return [*trusted, Trusted(key, announcement.position, endorsed_by=signer)]


def _has_successor(trusted: list[Trusted], key: VerifierKey, vkey: str, origin: str) -> bool:
    """Tell whether a key has endorsed another one of the algorithm of `vkey`, which still stands."""
    kind = _key_of_log(vkey, origin).kind
    return any(each.endorsed_by == key and each.end is None and each.key.kind == kind for each in trusted)


def _signed_by(key: VerifierKey, note: str) -> bool:
    named = {(each.name, each.key_id) for each in parse_note(note.encode()).signatures}
    return (key.name, key.key_id) in named

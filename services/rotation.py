"""Rotating the keys of the log: new ones announced and vouched for, then the old ones retired and destroyed.

    begin    make the next keys ──> announce every key, signed by old and new ──> both sign every checkpoint
    finish   a checkpoint over the announcements bears both ──> the next become the present ──> retire the old
    lost     new keys where private halves are gone ──> announce ──> retire; nobody can vouch for them

Each step may be run again: what is there already is left, what is recorded already is not recorded twice.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import closing
from typing import NamedTuple, TypeVar
from uuid import uuid4

from pydantic_core import from_json

from ledger.custody import (
    AnnounceSigningKey,
    RetirementReason,
    RetireSigningKey,
    SigningKeyAlreadyAnnounced,
    SigningKeyAlreadyRetired,
)
from ledger.log import turning
from ledger.log.errors import ProofError
from ledger.log.folder import LogFolder
from ledger.log.note import SigningKey, parse_note, verify_note
from ledger.log.rotation import Announcement, Retirement, change_in, endorse, retire, verify_endorsement
from ledger.log.vkeys import AnyKey
from ledger.messages import Command, Receipt, Submission
from services.bootstrap import Parts, Running, prepared, running
from services.settings import Settings

ACTOR = "channel:cli"
COVERED_SECONDS = 20.0
POLL_SECONDS = 0.1

C = TypeVar("C", bound=Announcement | Retirement)


class RotationRefused(ProofError):
    """The keys cannot be turned as things stand; `place` is where, `reason` says what to do."""


class NotCovered(RotationRefused):
    """No checkpoint with the signatures of the old and the new key covers the announcements yet."""


class KeyChange(NamedTuple):
    """One key that was announced or retired: its vkey, where that is recorded, and whether it is new."""

    vkey: str
    position: int
    is_new: bool


class Turned(NamedTuple):
    """What a step came to."""

    announced: tuple[KeyChange, ...] = ()
    retired: tuple[KeyChange, ...] = ()


# --- The steps --------------------------------------------------------------------------------
def begin(settings: Settings) -> Turned:
    """Make the next keys and announce them; from then on a publisher signs with both."""
    with prepared(settings) as parts:
        if missing := turning.lost(parts.folder):
            reason = "it is missing; restore it from its backup, or see `liggare rotate-key --lost`"
            raise RotationRefused(str(settings.keys / missing[0]), reason)
        # What an interrupted end of the last rotation left is tidied up first.
        if turning.begun(parts.folder) and not parts.folder.next_keys():
            turning.finish(parts.folder)
        parts.folder.signing_keys()
        turning.begin(parts.folder)
    turned = asyncio.run(_recorded(settings))
    _check_covered(settings, turned)
    return turned


def finish(settings: Settings, reason: RetirementReason) -> Turned:
    """Let the next keys become the present ones, destroy the old private halves, and record that they are retired."""
    with prepared(settings) as parts:
        if parts.folder.next_keys():
            _check_announced(parts)
        elif not turning.begun(parts.folder) and not _old(parts.folder):
            raise RotationRefused(str(settings.keys), "no rotation has begun; run `liggare rotate-key` first")
        turning.finish(parts.folder)
    return asyncio.run(_recorded(settings, reason))


def replace_lost(settings: Settings) -> Turned:
    """Put new keys where private halves are missing, and record it; whoever trusts a lost Ed25519 key cannot follow."""
    with prepared(settings) as parts:
        turning.replace_lost(parts.folder)
    return asyncio.run(_recorded(settings, RetirementReason.LOST))


def interrupted(settings: Settings) -> bool:
    """Tell whether the next keys are the present ones already, and some key before them is not yet said to be retired."""
    with prepared(settings) as parts:
        if parts.folder.next_keys():
            return False
        return any(_found(parts, key.format(), Retirement) is None for key in _old(parts.folder))


def lost(settings: Settings) -> list[str]:
    """Return the names of the private halves that are missing."""
    with prepared(settings) as parts:
        return turning.lost(parts.folder)


# --- What is recorded ---------------------------------------------------------------------------
async def _recorded(settings: Settings, reason: RetirementReason | None = None) -> Turned:
    """Announce every key that is not announced; with a reason, retire every one that is no longer in use.

    A key without a private half that came after the present Ed25519 key was lost. It is retired before another is announced
    in its place: of several that one key vouches for, a verifier believes the first that stands.
    """
    async with running(settings, background=False) as ledger:
        folder = ledger.parts.folder
        at_hand, every, old = folder.signing_keys(), folder.verifiers(), _old(folder)
        signers = [key for key in at_hand if isinstance(key, SigningKey)]
        present = every.index(signers[0].verifier)
        gone = [key for key in old if every.index(key) > present]
        announced = [await _announce(ledger, key, every, signers) for key in old]
        retired = [await _retire(ledger, key, RetirementReason.LOST, signers[0]) for key in gone]
        announced += [await _announce(ledger, key, every, signers) for key in every if key not in old]
        if reason is not None:
            retired += [await _retire(ledger, key, reason, signers[0]) for key in old if key not in gone]
    return Turned(tuple(announced), tuple(retired))


def _old(folder: LogFolder) -> list[AnyKey]:
    """Return the keys that signed once and sign no more."""
    used = {key.verifier for key in folder.signing_keys()}
    return [key for key in folder.verifiers() if key not in used]


async def _announce(ledger: Running, key: AnyKey, every: tuple[AnyKey, ...], signers: list[SigningKey]) -> KeyChange:
    vkey = key.format()
    place = every.index(key)
    # An older key is not vouched for by a newer one: who trusts that one would be led back.
    earlier = [each for each in signers if every.index(each.verifier) <= place] or signers
    before = [each for each in every[:place] if each.kind == key.kind]
    command = AnnounceSigningKey(
        key=key.key_id.hex(),
        vkey=vkey,
        endorsement=endorse(ledger.ledger, vkey, *earlier),
        replaces=before[-1].key_id.hex() if before else None,
    )
    return await _submitted(ledger, command, vkey, SigningKeyAlreadyAnnounced)


async def _retire(ledger: Running, key: AnyKey, reason: RetirementReason, signer: SigningKey) -> KeyChange:
    vkey = key.format()
    statement = retire(ledger.ledger, vkey, reason, signer)
    command = RetireSigningKey(key=key.key_id.hex(), reason=reason, statement=statement)
    return await _submitted(ledger, command, vkey, SigningKeyAlreadyRetired)


async def _submitted(ledger: Running, command: Command, vkey: str, done: type[Exception]) -> KeyChange:
    (outcome,) = await ledger.submit([Submission(command, uuid4(), ACTOR)])
    if isinstance(outcome, Receipt):
        return KeyChange(vkey, outcome.first, is_new=True)
    if not isinstance(outcome, done):
        raise outcome
    kind: type[Announcement | Retirement] = Announcement if done is SigningKeyAlreadyAnnounced else Retirement
    found = await asyncio.to_thread(_found, ledger.parts, vkey, kind)
    assert found is not None, "it was just said to be there"
    return KeyChange(vkey, found.position, is_new=False)


def _found(parts: Parts, vkey: str, kind: type[C]) -> C | None:
    """Return what the record says of a key: that it was announced, or retired; None where it does not."""
    tag = f"signing-key:{vkey.split('+')[1]}"
    with closing(parts.reader()) as reader:
        for entry in reader.at(reader.positions([tag], 0, reader.head())):
            change = change_in(entry.position, from_json(entry.entry))
            if isinstance(change, kind):
                return change
    return None


# --- Before the old keys go -----------------------------------------------------------------------
def _check_announced(parts: Parts) -> None:
    """Raise RotationRefused unless the next keys are announced, vouched for, and under a checkpoint with both signatures."""
    following, present = parts.folder.next_keys(), parts.folder.signing_keys()[0].verifier
    position = 0
    for key in following:
        vkey = key.verifier.format()
        announced = _found(parts, vkey, Announcement)
        # Where the end of a rotation was interrupted, the Ed25519 key is the new one already.
        if announced is None:
            raise RotationRefused(f"key {vkey[:100]}", "it is not announced; run `liggare rotate-key` first")
        _check_endorsed(parts, announced, present)
        position = max(position, announced.position)
    if isinstance(following[0], SigningKey):
        _wait_covered(parts, position, present, following[0].verifier)


def _check_endorsed(parts: Parts, announced: Announcement, present: AnyKey) -> None:
    try:
        verify_endorsement(announced.endorsement, parts.folder.origin, announced.vkey, [present])
    except ProofError as error:
        reason = (
            f"the present key does not vouch for the next one there ({error}), so nobody could follow; take log.next.key and "
            "log.next.mldsa.key away and run `liggare rotate-key` again"
        )
        raise RotationRefused(f"position {announced.position}", reason) from error


def _check_covered(settings: Settings, turned: Turned) -> None:
    with prepared(settings) as parts:
        present, following = parts.folder.signing_keys()[0].verifier, parts.folder.next_keys()[0].verifier
        _wait_covered(parts, max(each.position for each in turned.announced), present, following)


def _wait_covered(parts: Parts, position: int, *signers: AnyKey) -> None:
    """Return when a checkpoint covers a position that all of the keys have signed: who trusts one finds the other."""
    deadline = time.monotonic() + COVERED_SECONDS
    while not _covered(parts, position, signers):
        with parts.publisher() as publisher:
            publisher.catch_up()
        if time.monotonic() > deadline:
            reason = "no checkpoint that the old and the new key signed covers it yet; see to `liggare serve`, run this again"
            raise NotCovered(f"position {position}", reason)
        time.sleep(POLL_SECONDS)


def _covered(parts: Parts, position: int, signers: tuple[AnyKey, ...]) -> bool:
    with closing(parts.reader()) as reader:
        newest = reader.last_checkpoint()
    if newest is None or newest.size < position:
        return False
    note = parse_note(newest.note.encode())
    try:
        for key in signers:
            verify_note(note, [key])
    except ProofError:
        return False
    return True

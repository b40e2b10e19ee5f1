"""Custody: keys are announced once and retired once, each by a note about that very key; what is restored is recorded."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from ledger import custody
from ledger.custody import (
    SLICE,
    AnnounceSigningKey,
    Damage,
    EntryRestored,
    RecordRestoration,
    RetirementReason,
    RetireSigningKey,
    SignedNoteDiffers,
    SigningKeyAlreadyAnnounced,
    SigningKeyAlreadyRetired,
    SigningKeyAnnounced,
    SigningKeyReplacesItself,
    SigningKeyRetired,
    SigningKeyUnknown,
)
from ledger.log.cosignature import MlDsaSigningKey
from ledger.log.note import SigningKey
from ledger.log.rotation import endorse, retire
from ledger.messages import Command, Event, Rejection
from tests.slices import given, rejections_of

ORIGIN = "kommun.example/ledger"
OLD, NEW = SigningKey(ORIGIN, bytes(32)), SigningKey(ORIGIN, bytes([1]) * 32)


def ask_announce(
    key: SigningKey | MlDsaSigningKey, *signers: SigningKey, replaces: SigningKey | None = None
) -> AnnounceSigningKey:
    vkey = key.verifier.format()
    after = None if replaces is None else replaces.verifier.key_id.hex()
    return AnnounceSigningKey(
        key=key.verifier.key_id.hex(), vkey=vkey, endorsement=endorse(key.name, vkey, *signers), replaces=after
    )


def ask_retire(key: SigningKey, signer: SigningKey, reason: str = "scheduled") -> RetireSigningKey:
    vkey = key.verifier.format()
    return RetireSigningKey(
        key=key.verifier.key_id.hex(),
        reason=RetirementReason(reason),
        statement=retire(ORIGIN, vkey, reason, signer),
    )


ANNOUNCE = ask_announce(OLD, OLD)
ANNOUNCED = SigningKeyAnnounced(**ANNOUNCE.own())
NEXT = ask_announce(NEW, OLD, NEW, replaces=OLD)
RETIRE = ask_retire(OLD, NEW)
RETIRED = SigningKeyRetired(**RETIRE.own())
RESTORE = RecordRestoration(at=7, leaf="0" * 64, found=Damage.MISSING, taken_from="bundle of size 1200")


def test_a_key_is_announced_followed_and_retired() -> None:
    assert given(SLICE).when(ANNOUNCE) == (ANNOUNCED,)
    followed = given(SLICE, ANNOUNCED).when(NEXT)
    assert followed == (SigningKeyAnnounced(**NEXT.own()),)
    assert followed[0].tags() == (f"signing-key:{NEXT.key}",)
    assert given(SLICE, ANNOUNCED, *followed).when(RETIRE) == (RETIRED,)


def test_the_longest_keys_and_notes_are_taken() -> None:
    name = "k" * 200
    key = MlDsaSigningKey(name, bytes(32))
    signers = [SigningKey(name, bytes([number]) * 32) for number in range(4)]
    assert given(SLICE).when(ask_announce(key, *signers))


def test_what_was_put_back_is_recorded_as_often_as_it_was() -> None:
    restored = EntryRestored(**RESTORE.own())
    assert given(SLICE).when(RESTORE) == (restored,)
    assert given(SLICE, restored).when(RESTORE) == (restored,)
    assert restored.tags() == ("restoration:7",)


REJECTED: list[tuple[tuple[Event, ...], Command, type[Rejection]]] = [
    ((ANNOUNCED,), ANNOUNCE, SigningKeyAlreadyAnnounced),
    ((ANNOUNCED, RETIRED), ANNOUNCE, SigningKeyAlreadyAnnounced),
    ((), NEXT, SigningKeyUnknown),
    ((), RETIRE, SigningKeyUnknown),
    ((ANNOUNCED, RETIRED), RETIRE, SigningKeyAlreadyRetired),
    ((), ask_announce(OLD, OLD, replaces=OLD), SigningKeyReplacesItself),
    ((), ANNOUNCE.model_copy(update={"key": "0" * 8}), SignedNoteDiffers),
    ((), ANNOUNCE.model_copy(update={"vkey": NEW.verifier.format()}), SignedNoteDiffers),
    ((), ANNOUNCE.model_copy(update={"endorsement": NEXT.endorsement}), SignedNoteDiffers),
    ((ANNOUNCED,), RETIRE.model_copy(update={"reason": RetirementReason.LOST}), SignedNoteDiffers),
    ((ANNOUNCED,), RETIRE.model_copy(update={"statement": ask_retire(NEW, OLD).statement}), SignedNoteDiffers),
]


@pytest.mark.parametrize("history, command, why", REJECTED)
def test_every_no(history: tuple[Event, ...], command: Command, why: type[Rejection]) -> None:
    with pytest.raises(why):
        given(SLICE, *history).when(command)


def test_every_rejection_is_shown() -> None:
    assert {why for _, _, why in REJECTED} == rejections_of(custody)


@pytest.mark.parametrize(
    "change",
    [
        {"key": "ABCDEF01"},
        {"vkey": "Anna Andersson"},
        {"vkey": f"{ORIGIN}+{ANNOUNCE.key}+AA==\n"},
        {"endorsement": ANNOUNCE.endorsement + "Anna\n"},
        {"endorsement": ANNOUNCE.endorsement.replace(ORIGIN, "Anna Andersson")},
        {"endorsement": ANNOUNCE.endorsement + ANNOUNCE.endorsement.split("\n\n")[1] * 4},
        {"replaces": ""},
    ],
)
def test_no_prose_fits_in_an_announcement(change: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        AnnounceSigningKey(**(ANNOUNCE.own() | change))


@pytest.mark.parametrize("change", [{"at": 0}, {"at": 2**53}, {"leaf": "0"}, {"found": "eaten"}, {"taken_from": ""}])
def test_a_restoration_states_position_leaf_and_source(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        RecordRestoration.model_validate(RESTORE.own() | change)

"""Which keys may speak for a log: only those that a trusted key vouches for, and only for the sizes they stood for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.log.cosignature import Ed25519CosigningKey, MlDsaSigningKey
from ledger.log.errors import MalformedKey, MalformedNote, OriginRefused, ProofError, SignatureInvalid, SignatureMissing
from ledger.log.note import SigningKey
from ledger.log.rotation import (
    ANNOUNCED,
    REASONS,
    RETIRED,
    Announcement,
    Change,
    Retirement,
    Trusted,
    change_in,
    endorse,
    is_own_endorsement,
    keys_for,
    retire,
    trusted_keys,
    verify_endorsement,
    verify_retirement,
)
from ledger.log.vkeys import AnyKey

ORIGIN = "kommun.example/ledger"


def ed25519(number: int, name: str = ORIGIN) -> SigningKey:
    return SigningKey(name, bytes([number]) * 32)


def ml_dsa(number: int) -> MlDsaSigningKey:
    return MlDsaSigningKey(ORIGIN, bytes([number]) * 32)


OLD, NEW, NEWER, THIEF, STRANGER = map(ed25519, (1, 2, 3, 4, 5))
OLD_PQ, NEW_PQ = map(ml_dsa, (1, 2))


def announced(position: int, key: SigningKey | MlDsaSigningKey, *signers: SigningKey) -> Announcement:
    vkey = key.verifier.format()
    return Announcement(position, vkey, endorse(ORIGIN, vkey, *signers))


def retired(position: int, key: SigningKey | MlDsaSigningKey, *signers: SigningKey) -> Retirement:
    return Retirement(position, retire(ORIGIN, key.verifier.format(), "scheduled", *signers))


def found(known: SigningKey, *changes: Change) -> dict[str, tuple[int, int | None]]:
    names: dict[AnyKey, str] = {
        key.verifier: name for name, key in globals().items() if isinstance(key, (SigningKey, MlDsaSigningKey))
    }
    trusted = trusted_keys(ORIGIN, [known.verifier], changes)
    return {names[each.key]: (each.first, each.end) for each in trusted}


# --- One note ---------------------------------------------------------------------------------
def test_an_endorsement_is_a_signed_note_over_three_lines() -> None:
    vkey = NEW.verifier.format()
    note = endorse(ORIGIN, vkey, OLD, NEW)
    assert note.startswith(f"liggare/signing-key/v1\n{ORIGIN}\n{vkey}\n\n— {ORIGIN} ")
    assert verify_endorsement(note, ORIGIN, vkey, [OLD.verifier]) == NEW.verifier


def test_an_ml_dsa_key_is_endorsed_by_an_ed25519_key() -> None:
    vkey = NEW_PQ.verifier.format()
    assert verify_endorsement(endorse(ORIGIN, vkey, OLD), ORIGIN, vkey, [OLD.verifier]) == NEW_PQ.verifier


@pytest.mark.parametrize(
    "signers, known, refused",
    [
        ((OLD,), [OLD], SignatureMissing),  # nobody is shown to hold the new key
        ((NEW,), [OLD], SignatureMissing),  # a stranger announces his own
        ((NEW,), [NEW], SignatureMissing),  # nobody vouches for himself
        ((OLD, NEW), [], SignatureMissing),
        ((STRANGER, NEW), [OLD], SignatureMissing),
    ],
)
def test_an_endorsement_without_both_signatures_is_refused(
    signers: tuple[SigningKey, ...], known: list[SigningKey], refused: type[ProofError]
) -> None:
    vkey = NEW.verifier.format()
    with pytest.raises(refused):
        verify_endorsement(endorse(ORIGIN, vkey, *signers), ORIGIN, vkey, [key.verifier for key in known])


def test_an_endorsement_of_another_key_log_or_kind_is_refused() -> None:
    vkey, other = NEW.verifier.format(), NEWER.verifier.format()
    known = [OLD.verifier]
    note = endorse(ORIGIN, vkey, OLD, NEW)
    for odd in (
        note.replace("/v1\n", "/v2\n"),
        endorse(ORIGIN, other, OLD, NEW),
        endorse("other.example", vkey, OLD, NEW),
        "no note",
        "\ud800",
        note * 1000,
    ):
        with pytest.raises(MalformedNote):
            verify_endorsement(odd, ORIGIN, vkey, known)
    named = ed25519(2, "other.example").verifier.format()
    with pytest.raises(OriginRefused):
        verify_endorsement(endorse(ORIGIN, named, OLD), ORIGIN, named, known)
    witness = Ed25519CosigningKey(ORIGIN, bytes(32)).verifier.format()
    with pytest.raises(MalformedKey):
        verify_endorsement(endorse(ORIGIN, witness, OLD), ORIGIN, witness, known)


@given(st.data())
def test_any_other_character_in_the_note_is_refused_or_changes_nothing(draw: st.DataObject) -> None:
    vkey = NEW.verifier.format()
    note = endorse(ORIGIN, vkey, OLD, NEW)
    place = draw.draw(st.integers(0, len(note) - 1))
    other = draw.draw(st.characters(codec="utf-8").filter(lambda each: each != note[place]))
    with pytest.raises((MalformedNote, SignatureMissing, SignatureInvalid)):
        verify_endorsement(note[:place] + other + note[place + 1 :], ORIGIN, vkey, [OLD.verifier])


@pytest.mark.parametrize("reason", REASONS)
def test_a_retirement_names_key_and_reason(reason: str) -> None:
    note = retire(ORIGIN, OLD.verifier.format(), reason, NEW)
    assert verify_retirement(note, ORIGIN, [NEW.verifier]) == (OLD.verifier, reason)
    with pytest.raises(SignatureMissing):
        verify_retirement(note, ORIGIN, [OLD.verifier])
    with pytest.raises(MalformedNote):
        verify_retirement(note.replace(f"\n{reason}\n", "\nbored\n"), ORIGIN, [NEW.verifier])


def test_a_key_that_only_signed_itself_has_a_holder_and_no_more() -> None:
    vkey = NEW.verifier.format()
    assert is_own_endorsement(endorse(ORIGIN, vkey, NEW), ORIGIN, vkey)
    assert not is_own_endorsement(endorse(ORIGIN, vkey, OLD), ORIGIN, vkey)
    assert not is_own_endorsement("", ORIGIN, vkey)
    with pytest.raises(SignatureMissing):
        verify_endorsement(endorse(ORIGIN, vkey, NEW), ORIGIN, vkey, [OLD.verifier])


# --- A history --------------------------------------------------------------------------------
ROTATION = (
    announced(10, OLD, OLD),
    announced(11, OLD_PQ, OLD),
    announced(12, NEW, OLD, NEW),
    announced(13, NEW_PQ, OLD, NEW),
    retired(20, OLD, NEW),
    retired(21, OLD_PQ, NEW),
    announced(30, NEWER, NEW, NEWER),
)
AFTER = {
    "OLD": (0, 20),
    "OLD_PQ": (11, 21),
    "NEW": (12, None),
    "NEW_PQ": (13, None),
    "NEWER": (30, None),
}


def test_who_trusts_the_old_key_follows_two_rotations() -> None:
    assert found(OLD, *ROTATION) == AFTER
    trusted = trusted_keys(ORIGIN, [OLD.verifier], ROTATION)
    assert keys_for(trusted, 11) == (OLD.verifier, OLD_PQ.verifier)
    assert keys_for(trusted, 15) == (OLD.verifier, OLD_PQ.verifier, NEW.verifier, NEW_PQ.verifier)
    assert keys_for(trusted, 25) == (NEW.verifier, NEW_PQ.verifier)


def test_who_trusts_the_new_key_is_not_led_back_to_the_old() -> None:
    assert found(NEW, *ROTATION) == {"NEW": (0, None), "NEW_PQ": (13, None), "NEWER": (30, None)}


def test_what_strangers_announce_or_retire_changes_nothing() -> None:
    odd = (
        announced(14, STRANGER, STRANGER),
        Announcement(15, STRANGER.verifier.format(), endorse(ORIGIN, NEW.verifier.format(), OLD, NEW)),
        Announcement(16, "", ""),
        retired(17, OLD, STRANGER),
        retired(18, NEW, STRANGER),
        Retirement(19, ""),
    )
    assert found(OLD, *ROTATION[:4], *odd, *ROTATION[4:]) == AFTER


def test_a_key_endorses_one_successor_so_a_thief_who_comes_later_gets_none() -> None:
    assert found(OLD, *ROTATION[:4], announced(15, THIEF, OLD, THIEF), *ROTATION[4:]) == AFTER
    assert found(OLD, *ROTATION, announced(31, THIEF, OLD, THIEF)) == AFTER


def test_a_next_key_that_was_lost_may_be_followed_by_another() -> None:
    again = (ROTATION[2], retired(14, NEW, OLD), announced(15, NEWER, OLD, NEWER))
    assert found(OLD, *again) == {"OLD": (0, None), "NEW": (12, 14), "NEWER": (15, None)}


def test_a_key_that_was_lost_endorses_nothing_and_stays_the_only_one_trusted() -> None:
    lost = (announced(10, OLD, NEW), announced(11, NEW, NEW), retired(12, OLD, NEW))
    assert found(OLD, *lost) == {"OLD": (0, None)}
    assert found(NEW, *lost) == {"NEW": (0, None)}


def test_changes_must_come_in_the_order_of_positions() -> None:
    with pytest.raises(ValueError, match="position 10 comes after the one at 11"):
        trusted_keys(ORIGIN, [OLD.verifier], (ROTATION[1], ROTATION[0]))


KEYS = (OLD, NEW, NEWER, THIEF)
signed = st.lists(st.sampled_from(KEYS), min_size=1, max_size=3, unique=True)
drawn = st.lists(st.tuples(st.booleans(), st.sampled_from(KEYS), signed), max_size=12)


@given(drawn)
def test_nobody_is_trusted_whom_no_chain_of_endorsements_leads_to(
    steps: list[tuple[bool, SigningKey, list[SigningKey]]],
) -> None:
    changes = [
        announced(position, key, *signers) if announces else retired(position, key, *signers)
        for position, (announces, key, signers) in enumerate(steps, 1)
    ]
    trusted = trusted_keys(ORIGIN, [OLD.verifier], changes)
    assert trusted[0].key == OLD.verifier
    assert len({each.key for each in trusted}) == len(trusted)
    for each in trusted[1:]:
        (endorser,) = [other for other in trusted if other.key == each.endorsed_by]
        assert endorser.first < each.first and (endorser.end is None or each.first < endorser.end)
    # What comes later never changes who could speak for an earlier size.
    for cut in range(len(changes)):
        for size in range(cut + 1):
            assert keys_for(trusted_keys(ORIGIN, [OLD.verifier], changes[:cut]), size) == keys_for(trusted, size)


def test_changes_are_found_in_entries_as_recorded() -> None:
    data = {"vkey": "v", "endorsement": "e", "key": "00000000"}
    assert change_in(3, {"type": ANNOUNCED, "data": data}) == Announcement(3, "v", "e")
    assert change_in(4, {"type": RETIRED, "data": {"statement": "s"}}) == Retirement(4, "s")
    for odd in (
        {},
        {"type": ANNOUNCED},
        {"type": ANNOUNCED, "data": {"vkey": 1}},
        {"type": "vote-cast.v1", "data": data},
    ):
        assert change_in(5, odd) is None


def test_a_span_ends_before_the_retirement() -> None:
    key = Trusted(OLD.verifier, 5, 9)
    assert [size for size in range(12) if key.speaks_for(size)] == [5, 6, 7, 8]
    assert replace(key, end=None).speaks_for(10**12)

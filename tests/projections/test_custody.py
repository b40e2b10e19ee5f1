"""Keys as they are shown: announced by whomever, endorsed only where a note shows it."""

from __future__ import annotations

from typing import Any

from ledger.custody import Damage, EntryRestored, RetirementReason, SigningKeyAnnounced, SigningKeyRetired
from ledger.log.cosignature import MlDsaSigningKey
from ledger.log.note import SigningKey
from ledger.log.rotation import endorse, retire
from projections.projection import Rows
from projections.views.answer import Page, read_page_token
from projections.views.custody import restorations, signing_key, signing_keys
from tests.projections.history import rows_of

ORIGIN = "example.se/test"
OLD, NEW, STRANGER, SECOND = (SigningKey(ORIGIN, bytes([number]) * 32) for number in range(4))
NEW_PQ = MlDsaSigningKey(ORIGIN, bytes(32))


def announced(
    key: SigningKey | MlDsaSigningKey, *signers: SigningKey, replaces: str | None = None
) -> SigningKeyAnnounced:
    vkey = key.verifier.format()
    return SigningKeyAnnounced(
        key=id_of(key), vkey=vkey, endorsement=endorse(ORIGIN, vkey, *signers), replaces=replaces
    )


def retired(key: SigningKey, signer: SigningKey, reason: str = "scheduled") -> SigningKeyRetired:
    statement = retire(ORIGIN, key.verifier.format(), reason, signer)
    return SigningKeyRetired(key=id_of(key), reason=RetirementReason(reason), statement=statement)


def id_of(key: SigningKey | MlDsaSigningKey) -> str:
    return key.verifier.key_id.hex()


def shown(rows: Rows, key: SigningKey | MlDsaSigningKey) -> dict[str, Any]:
    found = signing_key(rows, id_of(key))
    assert found is not None
    return dict(found["signing_key"])


ROTATION = (
    announced(OLD, OLD),
    announced(NEW, OLD, NEW, replaces=id_of(OLD)),
    announced(NEW_PQ, OLD, NEW),
    retired(OLD, NEW),
)


def test_a_rotation_shows_who_vouches_for_whom_since_when() -> None:
    rows = rows_of(*ROTATION)
    old, new, pq = (shown(rows, key) for key in (OLD, NEW, NEW_PQ))
    assert (old["own"], old["endorsed"], old["endorsed_by"], old["line"]) == (True, False, None, id_of(OLD))
    assert (new["own"], new["endorsed"], new["endorsed_by"], new["line"]) == (False, True, id_of(OLD), id_of(OLD))
    assert (pq["algorithm"], pq["endorsed"], pq["line"]) == ("ml-dsa-44", True, id_of(OLD))
    assert old["retired"]["holds"] and old["retired"]["reason"] == "scheduled" and new["retired"] is None
    assert (new["recorded"]["position"], old["retired"]["recorded"]["position"]) == (2, 4)
    assert shown(rows_of(*ROTATION[:3]), OLD)["retired"] is None


def test_a_stranger_has_a_line_of_his_own_whatever_he_says_he_replaces() -> None:
    rows = rows_of(
        *ROTATION[:3], announced(STRANGER, STRANGER, replaces=id_of(OLD)), announced(SECOND, STRANGER, SECOND)
    )
    stranger, second = shown(rows, STRANGER), shown(rows, SECOND)
    assert (stranger["endorsed"], stranger["line"]) == (False, id_of(STRANGER))
    assert (second["endorsed"], second["line"]) == (True, id_of(STRANGER))


def test_a_stranger_retires_nobody() -> None:
    rows = rows_of(*ROTATION[:3], announced(STRANGER, STRANGER), retired(NEW, STRANGER))
    assert shown(rows, NEW)["retired"]["holds"] is False


def test_a_retired_key_vouches_for_nobody() -> None:
    later = announced(SECOND, OLD, SECOND)
    assert shown(rows_of(*ROTATION, later), SECOND)["endorsed"] is False
    assert shown(rows_of(*ROTATION[:3], later), SECOND)["endorsed"] is True


def test_a_note_about_another_key_or_none_at_all_endorses_nothing() -> None:
    odd = announced(SECOND, OLD, SECOND).model_copy(update={"endorsement": endorse(ORIGIN, "other", OLD, SECOND)})
    broken = announced(NEW, OLD, NEW).model_copy(update={"vkey": "x", "endorsement": "x"})
    rows = rows_of(ROTATION[0], odd, broken)
    assert not shown(rows, SECOND)["endorsed"] and not shown(rows, SECOND)["own"]
    assert (shown(rows, NEW)["algorithm"], shown(rows, NEW)["endorsed"]) == ("other", False)


def test_keys_are_listed_page_by_page() -> None:
    rows = rows_of(*ROTATION)
    first = signing_keys(rows, Page(2))
    rest = signing_keys(rows, Page(2, read_page_token(first["next_page_token"])[1]))
    listed = [each["key"] for each in first["signing_keys"] + rest["signing_keys"]]
    assert listed == sorted((id_of(OLD), id_of(NEW), id_of(NEW_PQ)))
    assert signing_key(rows, "00000000") is None


def test_what_was_put_back_is_shown_with_how_often() -> None:
    first = EntryRestored(at=7, leaf="0" * 64, found=Damage.MISSING, taken_from="bundle of size 1200")
    again = first.model_copy(update={"found": Damage.DAMAGED, "taken_from": "replica"})
    (restored,) = restorations(rows_of(first, again))["restorations"]
    assert (restored["at"], restored["found"], restored["taken_from"], restored["times"]) == (
        7,
        "damaged",
        "replica",
        2,
    )
    assert restored["events"]["tags"] == ["restoration:7"]

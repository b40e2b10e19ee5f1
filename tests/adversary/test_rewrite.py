"""Whoever owns database and log key rewrites history: any checkpoint kept elsewhere that covers the change shows it."""

from __future__ import annotations

import pytest

from ledger.log.note import SigningKey
from tests.adversary.conftest import BODIES, Operated
from tests.ledger.log.published import leaf

CHANGED = 3


def rewrite(town: Operated) -> None:
    """Change one event, recompute everything after it, and sign it with the true key."""
    entry = bytes(town.one(f"SELECT entry FROM event WHERE position = {CHANGED}"))
    other = entry.replace("Nämnd 2".encode(), "Nämnd 9".encode())
    assert other != entry
    town.change(
        f"UPDATE event SET entry = {town.bytes(other)}, leaf = {town.bytes(leaf(other))} WHERE position = {CHANGED}"
    )
    town.forget_what_was_signed()
    town.liggare("rebuild")
    town.record("after")


def test_the_operator_sees_nothing_and_every_older_checkpoint_that_covers_the_change_shows_a_fork(
    operated: Operated,
) -> None:
    rewrite(operated)
    assert operated.liggare("verify").code == 0, "alone, the rewritten ledger is in order"
    heads = operated.heads()
    assert [int(path.name) for path in heads] == list(range(1, BODIES + 1))
    for path in heads:
        covers = int(path.name) >= CHANGED
        ran = operated.liggare("verify", "--since", str(path), code=4 if covers else 0)
        if covers:
            assert ran.out.startswith(f"FORK in test/l: checkpoint in {path}"), ran.out
            assert f"positions 1 to {path.name} do not give the root that was signed" in ran.out
    code, said = operated.process("verify", "--since", str(heads[-1]))
    assert (code, said.startswith("FORK in test/l: ")) == (4, True)


def test_without_the_log_key_it_fails_at_the_signature(operated: Operated) -> None:
    public = (operated.liggare.keys / "log.vkey").read_text()
    for path in operated.liggare.keys.glob("log.*"):
        path.unlink()
    key = SigningKey.generate("test/l")
    (operated.liggare.keys / "log.key").write_text(f"{key.format()}\n")
    (operated.liggare.keys / "log.key").chmod(0o600)
    rewrite(operated)
    for path in operated.liggare.keys.glob("log.*"):
        path.unlink()
    (operated.liggare.keys / "log.vkey").write_text(public)
    ran = operated.liggare("verify", code=None)
    assert ran.code == 3 and "is no key in log.vkeys" in ran.out, ran.out


def test_a_checkpoint_row_that_was_replaced_is_seen(operated: Operated) -> None:
    older = operated.heads()[1].read_text().replace("'", "''")
    operated.change(f"UPDATE checkpoint SET note = '{older}' WHERE size = {BODIES}")
    ran = operated.liggare("verify", code=3)
    assert f"checkpoint of size {BODIES}: its row and its signed note differ" in ran.out


# --- Less than a rewriting ---------------------------------------------------------------------
def swapped(town: Operated) -> None:
    columns = "id, type, entry, leaf"
    rows = {at: town.one(f"SELECT entry FROM event WHERE position = {at}") for at in (2, 5)}
    assert rows[2] != rows[5], columns
    town.change(
        "UPDATE event SET position = 1000 WHERE position = 2",
        "UPDATE event SET position = 2 WHERE position = 5",
        "UPDATE event SET position = 5 WHERE position = 1000",
    )


def shifted(town: Operated) -> None:
    town.change("DELETE FROM event WHERE position = 3")
    town.change(*(f"UPDATE event SET position = {at - 1} WHERE position = {at}" for at in range(4, BODIES + 1)))
    town.change(f"UPDATE head SET next = {BODIES}")


@pytest.mark.parametrize("harm", [swapped, shifted], ids=lambda harm: harm.__name__)
def test_events_that_changed_places_are_located(operated: Operated, harm: object) -> None:
    assert callable(harm)
    harm(operated)
    ran = operated.liggare("verify", code=3)
    first = 2 if harm is swapped else 3
    found = operated.liggare("fsck", "--json", code=3).json["damages"]
    assert next(each["position"] for each in found if each["part"] == "entry") == first
    assert "INTEGRITY FAILURE" in ran.out


def test_everything_shifted_and_signed_again_is_a_fork(operated: Operated) -> None:
    shifted(operated)
    operated.change("DELETE FROM event_tag WHERE position >= 3", "DELETE FROM request WHERE first_position >= 3")
    operated.forget_what_was_signed()
    operated.change("DELETE FROM view_row", "DELETE FROM view_figure", "DELETE FROM projection")
    operated.record("after")
    for path in (operated.heads()[2], operated.heads()[-1]):
        ran = operated.liggare("verify", "--since", str(path), code=None)
        assert ran.code in (3, 4) and "do not give the root that was signed" in ran.out, ran.out


def test_tiles_of_another_ledger_are_not_taken_for_ours(operated: Operated) -> None:
    foreign = bytes(range(32)) * BODIES
    operated.change(f"UPDATE tile SET hashes = {operated.bytes(foreign)}")
    ran = operated.liggare("verify", code=3)
    assert "tile/0/000.p" in ran.out or "tile/0/000" in ran.out
    code, said = operated.process("repair", "--yes")
    assert (code, said.startswith("WHOLE test/l")) == (0, True), said
    assert operated.liggare("verify").code == 0

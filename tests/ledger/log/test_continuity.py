"""A database is compared with the head kept beside the key before anything may be recorded in it."""

from __future__ import annotations

from contextlib import closing

import pytest

from ledger.log.checkpoint import Checkpoint, sign_checkpoint
from ledger.log.continuity import check_continuity
from ledger.log.merkle import root_of
from ledger.log.refusals import HistoryRewritten, KeyRefused, RolledBack
from tests.ledger.log.published import ORIGIN, Published, flipped, literal

RESTORED = (
    "DELETE FROM event WHERE position > 6",
    "DELETE FROM event_tag WHERE position > 6",
    "DELETE FROM request WHERE first_position > 6",
    "DELETE FROM checkpoint WHERE size > 6",
    "DELETE FROM tile",
    "UPDATE head SET next = 7",
)


def held(published: Published) -> int | None:
    """Return the size that was kept, once the database is shown to hold it."""
    kept = check_continuity(published.writer(), published.folder)
    return kept.size if kept else None


# --- What goes on -----------------------------------------------------------------------------
def test_before_the_first_start_there_is_nothing_to_compare_and_nothing_is_made(published: Published) -> None:
    assert check_continuity(published.writer(), published.folder) is None
    assert not published.keys.exists()


def test_a_ledger_at_work_is_asked_beside_its_publisher(published: Published) -> None:
    published.record(10)
    with closing(published.publisher()) as publisher:
        publisher.step()
        assert held(published) == 10
        published.record(5)
        assert held(published) == 10
        publisher.step()
    assert held(published) == 15


def test_without_what_was_kept_nothing_is_refused(published: Published) -> None:
    published.record(3)
    published.publish()
    (published.keys / "log.checkpoint").unlink()
    assert held(published) is None


def test_any_kept_head_is_found_again_in_the_tiles_alone(published: Published, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: dict[int, bytes] = {}
    for size in (1, 2, 255, 256, 257, 600, 70_000):
        published.record(size - len(published.leaves))
        published.publish()
        kept[size] = (published.keys / "log.checkpoint").read_bytes()
    store = published.writer()
    queries = _counted(store, monkeypatch)
    for size, note in kept.items():
        (published.keys / "log.checkpoint").write_bytes(note)
        before = len(queries)
        found = check_continuity(store, published.folder)
        assert found is not None and found.size == size
        # One query for the tiles of each of three levels, for the root and again for the growth.
        assert queries[before:].count("tiles") <= 6
    assert "leaves" not in queries


def _counted(store: object, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    asked: list[str] = []
    for name in ("tiles", "leaves"):
        whole = getattr(type(store), name)

        def counting(self: object, *given: object, name: str = name, whole: object = whole) -> object:
            asked.append(name)
            return whole(self, *given)  # type: ignore[operator]

        monkeypatch.setattr(type(store), name, counting)
    return asked


@pytest.mark.parametrize("damage", ["DELETE FROM tile", "UPDATE tile SET hashes = {zeros}", "SELECT 1"])
def test_damaged_tiles_are_no_fork(published: Published, damage: str) -> None:
    published.record(300)
    published.publish()
    older = (published.keys / "log.checkpoint").read_bytes()
    published.record(300)
    published.publish()
    published.tamper(damage.format(zeros=literal(published.engine.name, bytes(32 * 256))))
    assert held(published) == 600
    (published.keys / "log.checkpoint").write_bytes(older)
    assert held(published) == 300


def test_a_head_signed_just_before_a_crash_is_found_in_the_leaves(published: Published) -> None:
    published.record(10)
    published.publish()
    published.record(5)
    published.publish()
    published.tamper("DELETE FROM checkpoint WHERE size = 15")
    assert held(published) == 15
    published.tamper("DELETE FROM checkpoint", "DELETE FROM tile")
    assert held(published) == 15


def test_the_public_key_may_be_missing(published: Published) -> None:
    published.record(3)
    published.publish()
    (published.keys / "log.vkey").unlink()
    assert held(published) == 3


# --- What is refused --------------------------------------------------------------------------
@pytest.fixture
def behind(published: Published) -> Published:
    """A copy of 6 events, where 10 were signed."""
    published.record(6)
    published.publish()
    published.record(4)
    published.publish()
    published.tamper(*RESTORED)
    published.leaves = published.leaves[:6]
    return published


def test_a_restored_database_is_refused_with_both_sizes_and_left_as_it_is(behind: Published) -> None:
    with pytest.raises(RolledBack, match=r"6 events.*over 10 was signed; restore the 4 missing") as caught:
        held(behind)
    assert (caught.value.found, caught.value.signed) == (6, 10)
    assert behind.writer().head() == 6 and not behind.tiles()


@pytest.mark.parametrize("more", [4, 9, 300])
def test_a_restored_database_that_grew_again_is_refused(behind: Published, more: int) -> None:
    behind.record(more)
    with pytest.raises(HistoryRewritten, match="size 10: the events do not give the root"):
        held(behind)


def test_the_databases_own_checkpoint_counts_as_well(published: Published) -> None:
    published.record(6)
    published.publish()
    older = (published.keys / "log.checkpoint").read_bytes()
    published.record(4)
    published.publish()
    (published.keys / "log.checkpoint").write_bytes(older)
    published.tamper("DELETE FROM event WHERE position > 6", "UPDATE head SET next = 7")
    with pytest.raises(RolledBack):
        held(published)


@pytest.mark.parametrize("grown", [0, 5])
def test_another_history_signed_with_the_true_key_is_refused(published: Published, grown: int) -> None:
    published.record(10)
    published.publish()
    kept = (published.keys / "log.checkpoint").read_bytes()
    published.record(grown)
    published.publish()
    other = [flipped(published.leaves[0]), *published.leaves[1:]]
    head = Checkpoint(ORIGIN, len(other), root_of(other))
    note = sign_checkpoint(head, published.folder.signing_key()).decode()
    name = published.engine.name
    published.tamper(
        f"UPDATE event SET leaf = {literal(name, other[0])} WHERE position = 1",
        f"UPDATE tile SET hashes = {literal(name, b''.join(other))}",
        f"DELETE FROM checkpoint WHERE size < {len(other)}",
        f"UPDATE checkpoint SET root = {literal(name, head.root)}, note = '{note}'",
    )
    (published.keys / "log.checkpoint").write_bytes(kept)
    with pytest.raises(HistoryRewritten, match="size 10: the events do not give the root"):
        held(published)


def test_a_row_that_differs_from_its_note_is_refused(published: Published) -> None:
    published.record(10)
    published.publish()
    published.tamper("UPDATE checkpoint SET size = 9")
    with pytest.raises(HistoryRewritten, match="its row and its note differ"):
        held(published)


def test_keys_of_another_log_are_refused(published: Published) -> None:
    published.record(3)
    published.publish()
    published.forget_keys()
    with pytest.raises(KeyRefused, match=r"put the old log\.key back"):
        held(published)
    assert not (published.keys / "log.key").exists()
    published.folder.signing_key()
    with pytest.raises(KeyRefused, match="signed"):
        held(published)

"""The publisher never signs two histories, whatever happens to it, to its database or to its folder."""

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from ledger.log import publisher as publishing
from ledger.log.checkpoint import Checkpoint
from ledger.log.folder import LogFolder
from ledger.log.merkle import Frontier, root_of
from ledger.log.publisher import Edge
from ledger.log.refusals import RolledBack
from ledger.log.tiles import HEIGHT, WIDTH, TileId, width_at
from ledger.log.verify import verify_checkpoint
from ledger.store.port import StoreUnavailable
from tests.ledger.log.oracle import leaves
from tests.ledger.log.published import CHILD, ORIGIN, Published, flipped, literal
from tests.ledger.store.conftest import sqlite_engine
from tests.patience import Patience


def bulk(count: int) -> dict[tuple[int, int], bytes]:
    """The tiles of a tree, each from its definition."""
    rows = Frontier().grow(leaves(count)).rows
    found = {}
    for level in range(3):
        row = rows[HEIGHT * level] if HEIGHT * level < len(rows) else []
        for number in range(0, len(row), WIDTH):
            found[level, number // WIDTH] = b"".join(row[number : number + WIDTH])
    return found


# --- Growing ----------------------------------------------------------------------------------
def test_growing_one_by_one_gives_the_tiles_of_growing_at_once() -> None:
    edge = Edge()
    tiles: dict[tuple[int, int], bytes] = {}
    everything = leaves(600)
    for size in range(1, 601):
        edge, changed = edge.grow(everything[size - 1 : size])
        tiles |= {(tile.level, tile.number): tile.hashes for tile in changed}
        assert edge.frontier.root() == root_of(everything[:size])
        assert tiles == bulk(size)


@pytest.mark.parametrize("step", [1, 7, 255, 256, 257, 300])
def test_steps_of_any_length_give_the_same_tiles(step: int) -> None:
    edge = Edge()
    tiles: dict[tuple[int, int], bytes] = {}
    everything = leaves(1_000)
    for start in range(0, 1_000, step):
        edge, changed = edge.grow(everything[start : start + step])
        tiles |= {(tile.level, tile.number): tile.hashes for tile in changed}
    assert tiles == bulk(1_000)


def test_every_size_up_to_300_is_published_and_resumed_from_its_tiles(published: Published) -> None:
    writer, publisher = published.writer(), published.publisher()
    for size in range(1, 301):
        published.record(1, writer)
        head = publisher.step()
        assert head == Checkpoint(ORIGIN, size, root_of(published.leaves))
        if size in {1, 2, 3, 127, 128, 255, 256, 257, 299, 300}:
            publisher.close()
            publisher = published.publisher()
            assert publisher.step() is None
            assert not publisher.standing_by
    tiles = published.tiles()
    assert {name: len(hashes) // 32 for name, hashes in tiles.items()} == {
        (0, 0): 256,
        (0, 1): width_at(TileId(0, 1), 300),
        (1, 0): 1,
    }
    assert tiles[0, 0] + tiles[0, 1] == b"".join(published.leaves)


def test_what_is_published_is_signed_kept_twice_and_never_changed(published: Published) -> None:
    publisher, store = published.publisher(), published.writer()
    notes = {}
    for size in (1, 5, 260):
        published.record(size - len(published.leaves))
        publisher.step()
        kept = store.last_checkpoint()
        assert kept is not None
        assert published.folder.last() == kept.note.encode()
        notes[size] = kept.note
    for size, note in notes.items():
        signed = verify_checkpoint(note.encode(), ORIGIN, [published.key])
        assert signed == Checkpoint(ORIGIN, size, root_of(published.leaves[:size]))
        again = store.checkpoint_covering(size)
        assert again is not None and again.note == note


def test_an_empty_record_and_an_idle_one_publish_nothing(published: Published) -> None:
    publisher = published.publisher()
    assert publisher.step() is None
    assert publisher.catch_up() is None
    published.record(3)
    assert publisher.step() is not None
    assert publisher.step() is None
    assert published.engine.plain().execute("SELECT count(*) FROM checkpoint").fetchone()[0] == 1


def test_a_backlog_is_published_in_portions(published: Published, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "STEP_LEAVES_MAX", 100)
    monkeypatch.setattr(publishing, "PAGE_LEAVES", 33)
    published.record(250)
    publisher = published.publisher()
    sizes = []
    while (head := publisher.step()) is not None:
        sizes.append(head.size)
    assert sizes == [100, 200, 250]
    newest = published.writer().last_checkpoint()
    assert newest is not None and newest.root == root_of(published.leaves)


def test_running_publishes_within_a_second_and_stops_when_told(published: Published) -> None:
    assert publishing.PACE_SECONDS < 1
    publisher, stop = published.publisher(), threading.Event()
    thread = threading.Thread(target=publisher.run, args=(stop,))
    thread.start()
    writer, proofs = published.writer(), published.proofs()
    try:
        for count in (3, 1, 40):
            published.record(count, writer)
            patience = Patience(1 + 1)
            while proofs.covering(len(published.leaves)) is None:
                assert patience.left, "not published within a second"
                time.sleep(0.01)
    finally:
        stop.set()
        thread.join(30)
    assert not thread.is_alive()


def test_under_load_checkpoints_keep_their_pace_unless_somebody_waits_for_one(
    published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "PACE_SECONDS", 600.0)
    publisher, stop = published.publisher(), threading.Event()
    thread = threading.Thread(target=publisher.run, args=(stop,))
    thread.start()
    writer, proofs = published.writer(), published.proofs()
    try:
        published.record(3, writer)
        patience = Patience(10)
        while proofs.covering(3) is None:
            assert patience.left, "the first after a rest comes at once"
            time.sleep(0.01)
        published.record(2, writer)
        time.sleep(2 * publishing.HURRIED_SECONDS)
        assert proofs.covering(5) is None
        patience = Patience(10)
        while proofs.covering(5) is None:
            publisher.hurry()
            assert patience.left, "whoever waits is not kept waiting"
            time.sleep(0.01)
    finally:
        stop.set()
        thread.join(30)
    assert not thread.is_alive()


# --- One publisher ----------------------------------------------------------------------------
def test_a_second_publisher_stands_by_and_takes_over(published: Published) -> None:
    first, second = published.publisher(), published.publisher()
    published.record(2)
    assert first.step() is not None
    assert second.step() is None and second.standing_by
    published.record(2)
    assert second.step() is None and second.standing_by
    first.close()
    head = second.step()
    assert head is not None and head.size == 4
    assert first.step() is None and first.standing_by


def test_of_many_publishers_at_once_none_forks(published: Published) -> None:
    publishers = [published.publisher() for _ in range(4)]
    writer, done = published.writer(), threading.Event()
    failed: list[BaseException] = []

    def work(publisher: Any) -> None:
        try:
            while not done.is_set():
                publisher.step()
                publisher.close()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(each,)) for each in publishers]
    for thread in threads:
        thread.start()
    for _ in range(30):
        published.record(3, writer)
        time.sleep(0.01)
    done.set()
    for thread in threads:
        thread.join(20)
    assert not failed
    published.publish()
    rows = published.engine.plain().execute("SELECT size, root FROM checkpoint ORDER BY size").fetchall()
    assert rows[-1][0] == 90
    for size, root in rows:
        assert bytes(root) == root_of(published.leaves[:size])


def test_a_copy_of_the_database_is_not_published_under_the_same_key(published: Published, tmp_path: Path) -> None:
    first = published.publisher()
    published.record(2)
    first.step()
    other = sqlite_engine(tmp_path / "other.sqlite").ready(ORIGIN)
    second = Published(other, published.keys).publisher()
    assert second.step() is None and second.standing_by
    first.close()
    with pytest.raises(RolledBack):
        second.step()
    other.close()


def test_a_killed_publisher_leaves_its_lock_and_the_next_goes_on(published: Published, place: str) -> None:
    published.record(5)
    command = [sys.executable, "-c", CHILD, published.engine.name, place, str(published.keys)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout is not None
            assert child.stdout.readline() == "publishing\n"
            successor = published.publisher()
            assert successor.step() is None and successor.standing_by
            published.record(7)
        finally:
            child.send_signal(signal.SIGKILL)
    published.record(3)
    deadline = time.monotonic() + 30
    while (newest := successor.catch_up()) is None:
        assert time.monotonic() < deadline, "the lock of a killed process is still held"
        time.sleep(0.02)
    assert (newest.size, newest.root) == (15, root_of(published.leaves))


# --- Crashes ----------------------------------------------------------------------------------
class Torn(Exception):
    """The process dies here."""


@pytest.mark.parametrize("moment", ["before the folder", "after the folder", "in the transaction", "after the commit"])
def test_a_crash_at_any_moment_is_harmless(published: Published, moment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    published.record(300)
    published.publish()
    published.record(300)
    store = published.writer()
    victim = published.publisher_on(store)
    keep, add = LogFolder.keep, type(store).add_checkpoint

    def torn_keep(self: LogFolder, note: bytes) -> None:
        if moment == "after the folder":
            keep(self, note)
        raise Torn

    def torn_add(self: Any, checkpoint: Any, signed_at: str, tiles: Any = ()) -> None:
        if moment == "after the commit":
            add(self, checkpoint, signed_at, tiles)
        else:
            # The last row cannot be written: what came before in the transaction must go, too.
            add(self, checkpoint, "no time at all" if published.engine.name == "postgres" else None, tiles)  # type: ignore[arg-type]
        raise Torn

    with monkeypatch.context() as patched:
        if "folder" in moment:
            patched.setattr(LogFolder, "keep", torn_keep)
        else:
            patched.setattr(type(store), "add_checkpoint", torn_add)
        with pytest.raises(Exception):  # noqa: B017  the engine's own complaint, or ours
            victim.step()
    victim.close()
    before = published.tiles()
    assert len(before[0, 1]) // 32 == (256 if moment == "after the commit" else 44)
    assert published.publish() == 600
    newest = store.last_checkpoint()
    assert newest is not None and newest.root == root_of(published.leaves)
    assert b"".join(published.tiles()[0, number] for number in range(3)) == b"".join(published.leaves)
    count = published.engine.plain().execute("SELECT count(*) FROM checkpoint").fetchone()[0]
    assert count == 2


def test_after_an_unknown_outcome_everything_is_read_again(
    published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = published.writer()
    publisher = published.publisher_on(store)
    add = type(store).add_checkpoint

    def unanswered(self: Any, *arguments: Any) -> None:
        add(self, *arguments)
        raise StoreUnavailable("the answer was lost")

    published.record(4)
    with monkeypatch.context() as patched:
        patched.setattr(type(store), "add_checkpoint", unanswered)
        with pytest.raises(StoreUnavailable):
            publisher.step()
    published.record(1)
    head = publisher.step()
    assert head is not None and head.size == 5


def test_damaged_or_lost_tiles_are_computed_again_from_the_leaves(published: Published) -> None:
    published.record(700)
    published.publish()
    right = published.tiles()
    changed = literal(published.engine.name, flipped(right[0, 2]))
    for damage in (f"UPDATE tile SET hashes = {changed} WHERE level = 0 AND number = 2", "DELETE FROM tile"):
        published.tamper(damage)
        assert published.tiles() != right
        assert published.publish() == 700
        assert published.tiles() == right


def test_a_publisher_that_lost_its_connection_lost_its_lock_and_takes_it_again(
    published: Published, engine_name: str
) -> None:
    if engine_name == "sqlite":
        pytest.skip("a file has no connection to lose")
    published.record(2)
    publisher, other = published.publisher(), published.publisher()
    publisher.step()
    published.record(2)
    backends = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
    assert published.engine.plain().execute(backends).rowcount == 1
    with pytest.raises(StoreUnavailable):
        publisher.step()
    assert publisher.standing_by
    assert other.step() is None  # the folder is still held by the first
    head = publisher.step()
    assert head is not None and head.size == 4

"""No fork is signed: not a head made with the true key, not by two publishers, not from bytes that were not stored."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from ledger.log import turning
from ledger.log.checkpoint import Checkpoint, sign_checkpoint
from ledger.log.continuity import check_continuity
from ledger.log.folder import LogFolder
from ledger.log.merkle import root_of
from ledger.log.note import parse_note, verify_note
from ledger.log.refusals import HistoryRewritten, KeyRefused, PublishingRefused, RolledBack
from ledger.log.verify import verify_checkpoint
from tests.ledger.log.published import CHILD, ORIGIN, Published, flipped, literal

FORKS = 1_000


# --- What was stored is what is signed ----------------------------------------------------------
@pytest.mark.parametrize("column", ["entry", "leaf"])
@pytest.mark.parametrize("position", [11, 15, 20])
def test_a_bit_that_flipped_between_hashing_and_storing_is_never_signed(
    published: Published, column: str, position: int
) -> None:
    published.record(10)
    published.publish()
    published.record(10)
    right = (published.entries if column == "entry" else published.leaves)[position - 1]
    changed = literal(published.engine.name, flipped(right))
    published.tamper(f"UPDATE event SET {column} = {changed} WHERE position = {position}")
    with pytest.raises(HistoryRewritten, match=rf"position {position}: its entry does not have the leaf hash kept"):
        published.publish()
    newest = published.writer().last_checkpoint()
    assert newest is not None and newest.size == 10


# --- Heads made with the true key -----------------------------------------------------------------
def forked(chance: random.Random, leaves: list[bytes]) -> Checkpoint:
    """A head that a thief of the key, or a restored copy, could have signed: another root, or more than there is."""
    size = chance.randrange(1, len(leaves) + 20)
    other = [*leaves, *(chance.randbytes(32) for _ in range(20))][:size]
    at = chance.randrange(min(size, len(leaves)))
    root = root_of([*other[:at], flipped(other[at]), *other[at + 1 :]])
    return Checkpoint(ORIGIN, size, chance.choice([root, chance.randbytes(32)]))


@pytest.mark.parametrize("where", ["folder", "second place", "database", "database alone"])
def test_a_thousand_forked_heads_are_each_refused(published: Published, where: str, tmp_path: Path) -> None:
    published.record(60)
    second = published.second = tmp_path / "second"
    second.mkdir()
    published.publish()
    folder, store, publisher = published.folder, published.writer(), published.publisher()
    key, chance = folder.signing_key(), random.Random(where)
    published.tamper("SELECT 1")
    owner = published.engine.plain()
    refused = 0
    for _ in range(FORKS // 4):
        head = forked(chance, published.leaves)
        note = sign_checkpoint(head, key)
        if where == "folder":
            (folder.path / "log.checkpoint").write_bytes(note)
        elif where == "second place":
            (second / "log.checkpoint").write_bytes(note)
        else:
            root = literal(published.engine.name, head.root)
            owner.execute(f"UPDATE checkpoint SET size = {head.size}, root = {root}, note = '{note.decode()}'")
        if where == "database alone":
            for kept in (folder.path, second):
                (kept / "log.checkpoint").unlink(missing_ok=True)
        with pytest.raises(PublishingRefused):
            publisher.step()
        with pytest.raises(PublishingRefused):
            check_continuity(store, folder)
        refused += 1
    assert refused == FORKS // 4


# --- The second place ---------------------------------------------------------------------------
def test_a_snapshot_that_holds_database_and_keys_is_found_out_by_the_second_place(
    published: Published, tmp_path: Path
) -> None:
    second = published.second = tmp_path / "second"
    second.mkdir()
    folder, store, publisher = published.folder, published.writer(), published.publisher()
    published.record(5)
    publisher.step()
    snapshot = (folder.path / "log.checkpoint").read_bytes()
    published.record(5)
    publisher.step()
    publisher.close()
    assert (second / "log.checkpoint").read_bytes() == (folder.path / "log.checkpoint").read_bytes()
    (folder.path / "log.checkpoint").write_bytes(snapshot)
    published.tamper(
        "DELETE FROM event WHERE position > 5",
        "DELETE FROM checkpoint WHERE size > 5",
        "DELETE FROM tile",
        "UPDATE head SET next = 6",
    )
    assert check_continuity(store, LogFolder(published.keys, ORIGIN)) is not None
    with pytest.raises(RolledBack, match=r"5 events.*over 10 was signed"):
        check_continuity(store, folder)
    with pytest.raises(RolledBack):
        publisher.step()


def test_a_head_that_only_the_second_place_knows_is_published(published: Published, tmp_path: Path) -> None:
    second = published.second = tmp_path / "second"
    second.mkdir()
    published.record(5)
    head = Checkpoint(ORIGIN, 5, root_of(published.leaves))
    (second / "log.checkpoint").write_bytes(sign_checkpoint(head, *published.folder.signing_keys()))
    assert published.publisher().catch_up() == head


def test_a_second_place_that_is_not_there_stops_before_anything_is_signed(published: Published, tmp_path: Path) -> None:
    published.second = tmp_path / "nowhere"
    folder, store, publisher = published.folder, published.writer(), published.publisher()
    published.record(1)
    with pytest.raises(KeyRefused, match="the second place is not there"):
        publisher.step()
    with pytest.raises(KeyRefused, match="the second place is not there"):
        check_continuity(store, folder)
    assert store.last_checkpoint() is None and folder.last() is None


# --- Other keys under a running publisher ---------------------------------------------------------
def test_a_running_publisher_signs_with_whatever_keys_there_are(published: Published) -> None:
    publisher, folder = published.publisher(), published.folder
    signed: list[tuple[int, ...]] = []

    def sign() -> None:
        published.record(1)
        publisher.step()
        newest = published.writer().last_checkpoint()
        assert newest is not None and newest.size == len(published.leaves)
        note = parse_note(newest.note.encode())
        verify_note(note, folder.verifiers())
        every = [(key.name, key.key_id) for key in folder.verifiers()]
        signed.append(tuple(every.index((line.name, line.key_id)) for line in note.signatures))

    sign()
    turning.begin(folder)
    sign()
    turning.finish(folder)
    sign()
    assert signed == [(0, 1), (0, 1, 2, 3), (2, 3)]
    publisher.close()
    assert published.publish() == 3
    for size in (1, 2, 3):
        kept = published.writer().checkpoint_covering(size)
        assert kept is not None and verify_checkpoint(kept.note.encode(), ORIGIN, folder.verifiers()).size == size


# --- Two processes --------------------------------------------------------------------------------


def test_two_publishing_processes_killed_and_started_again_sign_one_history(published: Published, place: str) -> None:
    command = [sys.executable, "-c", CHILD, published.engine.name, place, str(published.keys)]
    chance = random.Random(published.engine.name)
    seen: dict[int, bytes] = {}
    done = threading.Event()

    def watch() -> None:
        while not done.is_set():
            note = published.folder.last()
            if note is not None:
                head = verify_checkpoint(note, ORIGIN, published.folder.verifiers())
                assert seen.setdefault(head.size, head.root) == head.root
            time.sleep(0.002)

    def started() -> subprocess.Popen[str]:
        child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None and child.stdout.readline() in {"publishing\n", "standing by\n"}
        return child

    published.folder.signing_keys()
    children = [started(), started()]
    watching = threading.Thread(target=watch)
    watching.start()
    writer = published.writer()
    try:
        for turn in range(6):
            for _ in range(10):
                published.record(chance.randrange(1, 4), writer)
                time.sleep(0.02)
            victim = children.pop(turn % 2)
            victim.send_signal(signal.SIGKILL)
            victim.wait(10)
            assert victim.stdout is not None
            victim.stdout.close()
            children.append(started())
    finally:
        for child in children:
            child.kill()
            child.wait(10)
            assert child.stdout is not None
            child.stdout.close()
        done.set()
        watching.join(10)
    published.publish()
    kept = published.writer().checkpoints(0, 1_000)
    assert kept[-1].size == len(published.leaves) and len(kept) > 3
    for size, root in [*((each.size, each.root) for each in kept), *seen.items()]:
        assert root == root_of(published.leaves[:size])

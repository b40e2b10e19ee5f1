"""What the key store promises: made once, whoever asks; on disk before it is used; destroyed for good."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import ledger.vault.keys
from ledger.vault.errors import (
    KekMismatch,
    KekMissing,
    KeyDestroyed,
    KeyStoreBroken,
    KeyStoreUnavailable,
    SecretExposed,
)
from ledger.vault.kek import LocalKek
from ledger.vault.keys import KeyStore

SECRET = bytes(range(32))
KEK = LocalKek("2026-11", SECRET)
ROOT = Path(ledger.vault.keys.__file__).parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[KeyStore]:
    with KeyStore(path, KEK) as keys:
        yield keys


def raw(path: Path) -> bytes:
    """Return every byte of the store's files: the database, its write-ahead log and the log's index."""
    return b"".join(each.read_bytes() for each in sorted(path.parent.glob(path.name + "*")))


def wrapped(path: Path, key_id: str) -> bytes:
    with sqlite3.connect(path) as connection:
        (found,) = connection.execute("SELECT wrapped FROM subject_key WHERE key_id = ?", [key_id]).fetchone()
    connection.close()
    assert isinstance(found, bytes)
    return found


# --- Made once --------------------------------------------------------------
def test_a_key_is_made_once_and_lasts(path: Path) -> None:
    with KeyStore(path, KEK) as store:
        keys = store.keys(["author:a", "author:b", "author:a"])
        assert set(keys) == {"author:a", "author:b"}
        assert len({*keys.values()}) == 2
        assert all(len(key) == 32 for key in keys.values())
        assert store.keys(["author:b", "matter:m"])["author:b"] == keys["author:b"]
    with KeyStore(path, KEK) as store:
        assert store.keys(["author:a", "author:b"]) == keys


def test_finding_creates_nothing(store: KeyStore) -> None:
    assert store.find(["author:a"]) == {}
    assert store.destroyed(["author:a"]) == frozenset()
    made = store.keys(["author:a"])
    assert store.find(["author:a", "author:b"]) == made
    assert store.keys([]) == {}
    assert store.find([]) == {}


def test_keys_are_kept_in_memory_alone_when_asked() -> None:
    with KeyStore(":memory:", KEK) as store:
        made = store.keys(["author:a"])
        assert store.keys(["author:a"]) == made
        store.destroy(["author:a"])
        with pytest.raises(KeyDestroyed):
            store.keys(["author:a"])
    assert not Path(":memory:").exists()


def test_a_cache_smaller_than_the_group_still_answers_it_all(path: Path) -> None:
    with KeyStore(path, KEK, cached_max=3) as store:
        ids = [f"author:{n}" for n in range(20)]
        made = store.keys(ids)
        assert store.keys(ids) == made
        assert store.find(ids[::-1]) == made
        assert len(store._cache) == 3


@pytest.mark.parametrize("key_id", ["", "author: 9f", "author:å", "a\n", "a\0", "x" * 256])
def test_an_odd_key_id_is_refused(store: KeyStore, key_id: str) -> None:
    with pytest.raises(ValueError, match="key id"):
        store.keys([key_id])
    with pytest.raises(ValueError, match="key id"):
        store.destroy([key_id])


def test_neither_key_nor_kek_stands_in_the_files(store: KeyStore, path: Path) -> None:
    key = store.keys(["author:a"])["author:a"]
    assert wrapped(path, "author:a") in raw(path)
    assert key not in raw(path)
    assert SECRET not in raw(path)


CHILD = """
import sys, time
from pathlib import Path
from ledger.vault.kek import kek_from_file
from ledger.vault.keys import KeyStore
folder = Path(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
with KeyStore(folder / "keys.sqlite", kek_from_file(folder / "kek", "2026-11")) as store:
    for n in range(40):
        found = store.keys([f"author:{n}", f"author:{n + 1}"])
        print(n, *[found[f"author:{m}"].hex() for m in (n, n + 1)])
"""


def test_racing_processes_agree_on_every_key_and_on_the_kek(tmp_path: Path) -> None:
    """Each starts on an empty folder: KEK file, database, tables and keys are all raced for."""
    command = [sys.executable, "-c", CHILD, str(tmp_path)]
    children = [
        subprocess.Popen(
            command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, text=True, stdin=-1, stdout=-1, stderr=-1
        )
        for _ in range(4)
    ]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    told = [child.communicate(timeout=60) for child in children]
    assert [errors for _, errors in told] == [""] * 4
    assert told[0][0].count("\n") == 40
    assert len({output for output, _ in told}) == 1
    assert sorted(each.name for each in tmp_path.iterdir()) == ["kek", "keys.sqlite"], "drafts are cleared away"


def test_a_returned_key_survives_a_killed_process(path: Path) -> None:
    program = (
        "import os, sys; from ledger.vault.kek import LocalKek; from ledger.vault.keys import KeyStore\n"
        "store = KeyStore(sys.argv[1], LocalKek('2026-11', bytes(range(32))))\n"
        "print(store.keys(['author:a'])['author:a'].hex(), flush=True); os.kill(os.getpid(), 9)"
    )
    child = subprocess.run(
        [sys.executable, "-c", program, str(path)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert child.returncode == -9
    with KeyStore(path, KEK) as store:
        assert store.find(["author:a"])["author:a"].hex() == child.stdout.strip()


# --- Destroyed for good -----------------------------------------------------
def test_a_destroyed_key_stays_destroyed_after_reopening(path: Path) -> None:
    with KeyStore(path, KEK) as store:
        kept = store.keys(["author:a", "author:b"])["author:b"]
        store.destroy(["author:a"])
        store.destroy(["author:a"])
    for _ in range(2):
        with KeyStore(path, KEK) as store:
            with pytest.raises(KeyDestroyed) as refused:
                store.keys(["author:c", "author:a", "author:b"])
            assert refused.value.key_ids == ("author:a",)
            assert store.find(["author:a", "author:b", "author:c"]) == {"author:b": kept}, "nothing was made"
            assert store.destroyed(["author:a", "author:b", "author:c"]) == {"author:a"}


def test_an_id_may_be_destroyed_before_it_was_ever_used(store: KeyStore) -> None:
    """So a restored older store can be told of every destruction in the log before it serves."""
    store.destroy(["author:later"])
    with pytest.raises(KeyDestroyed):
        store.keys(["author:later"])


def test_no_byte_of_a_destroyed_key_is_left_in_the_files(store: KeyStore, path: Path) -> None:
    ids = [f"author:{n * 7919 % 1000:04d}" for n in range(1000)]
    for start in range(0, len(ids), 50):
        store.keys(ids[start : start + 50])
    gone = ids[::3]
    before = {key_id: wrapped(path, key_id) for key_id in ids}
    assert all(before[key_id] in raw(path) for key_id in gone)
    store.destroy(gone)
    left = raw(path)
    # The first 20 bytes too: a freed cell that is half overwritten must not count as gone.
    assert [key_id for key_id in gone if before[key_id][:20] in left or before[key_id][-20:] in left] == []
    assert all(before[key_id] in left for key_id in set(ids) - set(gone))


def test_a_key_cached_here_is_dropped_when_another_process_destroys_it(path: Path) -> None:
    with KeyStore(path, KEK) as here, KeyStore(path, KEK) as there:
        here.keys(["author:a", "author:b"])
        there.destroy(["author:a"])
        assert set(here.find(["author:a", "author:b"])) == {"author:b"}
        with pytest.raises(KeyDestroyed):
            here.keys(["author:a"])


def test_racing_destructions_all_succeed_and_are_all_noticed(path: Path) -> None:
    ids = [f"author:{n}" for n in range(60)]
    with KeyStore(path, KEK) as here, KeyStore(path, KEK) as there, KeyStore(path, KEK) as reader:
        assert len(reader.keys(ids)) == 60
        with ThreadPoolExecutor(2) as threads:
            runs = [threads.submit(_destroy_each, store, ids[n::2]) for n, store in enumerate((here, there))]
            for run in runs:
                run.result()
        assert reader.find(ids) == {}
        assert reader.destroyed(ids) == set(ids)


def _destroy_each(store: KeyStore, ids: list[str]) -> None:
    for key_id in ids:
        store.destroy([key_id])


def test_the_file_itself_refuses_to_forget_or_revive_a_destroyed_key(store: KeyStore, path: Path) -> None:
    store.destroy(["author:a"])
    connection = sqlite3.connect(path)
    for statement in (
        "DELETE FROM subject_key",
        "UPDATE subject_key SET destroyed = NULL, epoch = '2026-11', wrapped = x'00'",
        "UPDATE subject_key SET wrapped = x'00'",
    ):
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(statement)
    connection.close()


def test_a_reader_that_holds_the_old_log_is_reported_and_destruction_can_be_repeated(path: Path) -> None:
    with KeyStore(path, KEK, wait_seconds=0.05) as store:
        store.keys(["author:a"])
        before = wrapped(path, "author:a")
        reader = sqlite3.connect(path, isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM subject_key").fetchall()
        with pytest.raises(KeyStoreUnavailable, match="repeat"):
            store.destroy(["author:a"])
        with pytest.raises(KeyDestroyed):
            store.keys(["author:a"])
        reader.close()
        store.destroy(["author:a"])
        assert before not in raw(path)


def test_reopening_empties_a_log_that_a_crash_left_behind(path: Path) -> None:
    with KeyStore(path, KEK) as store:
        store.keys(["author:a"])
    before = wrapped(path, "author:a")
    crashed = sqlite3.connect(path)  # destroys, and never comes to its checkpoint
    crashed.execute("PRAGMA secure_delete = ON")
    crashed.execute("UPDATE subject_key SET wrapped = NULL, epoch = NULL, destroyed = 1")
    crashed.commit()
    assert before in raw(path)
    with KeyStore(path, KEK):
        assert before not in raw(path)
    crashed.close()


# --- Epochs -----------------------------------------------------------------
def test_rewrapping_moves_live_keys_to_the_new_epoch_and_kills_old_copies(path: Path, tmp_path: Path) -> None:
    new = LocalKek("2026-12", bytes(32))
    with KeyStore(path, KEK) as store:
        made = store.keys(["author:a", "author:b", "author:c"])
        store.destroy(["author:c"])
    backup = tmp_path / "backup.sqlite"
    backup.write_bytes(path.read_bytes())
    backup.chmod(0o600)
    with KeyStore(path, new) as store, pytest.raises(KekMissing, match="2026-11"):
        store.keys(["author:a"])
    with KeyStore(path, new, former=[KEK]) as store:
        assert store.rewrap() == 2
        assert store.rewrap() == 0
    with KeyStore(path, new) as store:
        assert store.find(["author:a", "author:b", "author:c"]) == {k: made[k] for k in ("author:a", "author:b")}
        with pytest.raises(KeyDestroyed):
            store.keys(["author:c"])
    with KeyStore(backup, new) as store, pytest.raises(KekMissing):
        store.find(["author:a"])


def test_another_kek_of_the_same_epoch_is_refused_before_it_wraps_anything(path: Path) -> None:
    KeyStore(path, KEK).close()
    with pytest.raises(KekMismatch, match="2026-11"):
        KeyStore(path, LocalKek("2026-11", bytes(32)))
    with pytest.raises(KekMismatch, match="2026-11"):
        KeyStore(path, LocalKek("2026-12", bytes(32)), former=[LocalKek("2026-11", bytes(32))])


def test_a_wrapped_key_is_bound_to_its_id(path: Path) -> None:
    with KeyStore(path, KEK) as store:
        store.keys(["author:a", "author:b"])
    connection = sqlite3.connect(path)
    connection.execute(
        "UPDATE subject_key SET wrapped = (SELECT wrapped FROM subject_key WHERE key_id = 'author:a')"
        " WHERE key_id = 'author:b'"
    )
    connection.commit()
    connection.close()
    with KeyStore(path, KEK) as store, pytest.raises(KekMismatch, match="author:b"):
        store.find(["author:b"])


@pytest.mark.parametrize("stored", [b"", b"short", bytes(60)])
def test_a_damaged_wrapping_is_named(store: KeyStore, path: Path, stored: bytes) -> None:
    store.keys(["author:a"])
    connection = sqlite3.connect(path)
    connection.execute("UPDATE subject_key SET wrapped = ?", [stored])
    connection.commit()
    connection.close()
    store._cache.clear()
    with pytest.raises(KekMismatch, match="damaged"):
        store.find(["author:a"])


# --- Files ------------------------------------------------------------------
def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_store_and_its_log_are_for_their_owner_alone(store: KeyStore, path: Path) -> None:
    store.keys(["author:a"])
    files = sorted(path.parent.glob("keys.sqlite*"))
    assert [each.name for each in files] == ["keys.sqlite", "keys.sqlite-shm", "keys.sqlite-wal"]
    assert {mode(each) for each in files} == {0o600}


def test_a_store_open_to_others_is_refused_with_the_remedy(path: Path) -> None:
    KeyStore(path, KEK).close()
    path.chmod(0o640)
    with pytest.raises(SecretExposed, match="chmod 0600"):
        KeyStore(path, KEK)


def test_a_file_that_is_not_a_key_store_is_broken(path: Path) -> None:
    path.write_bytes(b"This is a letter to the committee." * 100)
    path.chmod(0o600)
    with pytest.raises(KeyStoreBroken, match=r"keys\.sqlite"):
        KeyStore(path, KEK)


def test_a_damaged_store_is_broken(path: Path) -> None:
    with KeyStore(path, KEK) as store:
        store.keys([f"author:{n}" for n in range(200)])
    content = bytearray(path.read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(KeyStoreBroken), KeyStore(path, KEK) as store:
        store.keys([f"author:{n}" for n in range(200)])


def test_a_store_locked_by_another_is_unavailable(path: Path) -> None:
    with KeyStore(path, KEK, wait_seconds=0.05) as store:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(KeyStoreUnavailable, match="locked"):
            store.keys(["author:a"])
        other.execute("ROLLBACK")
        other.close()
        assert set(store.keys(["author:a"])) == {"author:a"}


def test_every_connection_flushes_fully_and_overwrites_what_it_deletes(store: KeyStore) -> None:
    asked = ("journal_mode", "synchronous", "secure_delete", "temp_store")
    answers = [store._connection.execute(f"PRAGMA {name}").fetchone()[0] for name in asked]
    assert answers == ["wal", 2, 1, 2]  # 2 = FULL, 2 = MEMORY

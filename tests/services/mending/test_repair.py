"""`liggare repair`: what can be mended is, nothing is written that does not fit, and the record says what was put back."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ledger.custody import EntryRestored
from ledger.entries import decode
from projections.rebuild import Busy
from services.bootstrap import prepared
from services.engines import engine
from services.export.bundle import export
from services.mending.damage import Mending
from services.mending.fsck import fsck
from services.mending.repair import Repaired, proposed, repair
from services.mending.restorations import PENDING, Pending
from tests.services.audit.town import Town, copy_of
from tests.services.mending.test_fsck import DAMAGE, flip

EVENTS = 340
ALONE = [what for what, (_, found) in DAMAGE.items() if all(how is not Mending.COPY for *_, how in found)]
ENTRIES = ["an entry", "an entry with its leaf", "a gap", "the end"]


def bundle_of(town: Town, folder: Path) -> str:
    export(town.settings, folder)
    return str(folder)


def rows(town: Town) -> list[Any]:
    with closing(town.database.owner()) as connection:
        found = connection.execute("SELECT position, id, type, entry, leaf FROM event ORDER BY position").fetchall()
    return [tuple(bytes(each) if isinstance(each, memoryview) else each for each in row) for row in found]


def restorations(town: Town) -> list[EntryRestored]:
    with closing(engine(town.settings).reader()) as reader:
        events = [decode(*each).event for each in reader.entries(0, 5_000, ["entry-restored.v1"])]
    return [event for event in events if isinstance(event, EntryRestored)]


def whole(done: Repaired, town: Town) -> None:
    assert done.after.damages.exit_code == 0, done.after.lines()
    assert fsck(town.settings).damages.exit_code == 0
    report = town.verify()
    assert report.exit_code == 0, report.lines()


@pytest.mark.parametrize("what", ALONE)
def test_what_follows_from_what_is_left_is_mended(town: Town, what: str) -> None:
    before = rows(town)
    town.tamper(DAMAGE[what][0](town))
    whole(repair(town.settings, None), town)
    assert rows(town) == before
    assert restorations(town) == []


@pytest.mark.parametrize("what", ENTRIES)
def test_entries_are_put_back_from_a_bundle_and_the_record_says_so(town: Town, tmp_path: Path, what: str) -> None:
    before, bundle = rows(town), bundle_of(town, tmp_path / "bundle")
    town.tamper(DAMAGE[what][0](town))
    done = repair(town.settings, bundle)
    whole(done, town)
    assert rows(town)[:EVENTS] == before
    recorded = restorations(town)
    wanted = [339, 340] if what == "the end" else [18]
    assert [each.at for each in recorded] == wanted
    assert {each.taken_from for each in recorded} == {f"bundle of size {EVENTS}"}
    assert {each.found.value for each in recorded} == {"missing" if what in ("a gap", "the end") else "damaged"}
    assert [at for at, _ in done.recorded] == wanted
    assert not (town.settings.keys / PENDING).exists()


def test_the_triggers_are_on_again_after_a_repair(town: Town, tmp_path: Path) -> None:
    bundle = bundle_of(town, tmp_path / "bundle")
    town.tamper(DAMAGE["a gap"][0](town))
    repair(town.settings, bundle)
    with closing(town.database.owner()) as connection, pytest.raises(Exception, match="append-only"):
        connection.execute("DELETE FROM event WHERE position = 18")
    with closing(town.database.owner()) as connection, pytest.raises(Exception, match="append-only"):
        connection.execute("UPDATE request SET events = 3")


def test_several_damages_at_once_are_mended(town: Town, tmp_path: Path) -> None:
    before, bundle = rows(town), bundle_of(town, tmp_path / "bundle")
    for what in ("an entry with its leaf", "an upper tile", "a tag", "a root", "a read model"):
        town.tamper(DAMAGE[what][0](town))
    town.tamper("DELETE FROM event WHERE position = 200")
    town.tamper("DELETE FROM event_tag WHERE position = 200")
    whole(repair(town.settings, bundle), town)
    assert rows(town)[:EVENTS] == before


# --- Nothing that does not fit -----------------------------------------------------------------
def refused(done: Repaired) -> list[tuple[str, str]]:
    return [(step.place, step.what) for step in done.steps if not step.accepted]


def test_an_entry_without_a_copy_is_left_and_told(town: Town) -> None:
    town.tamper(DAMAGE["an entry"][0](town))
    damaged = rows(town)
    done = repair(town.settings, None)
    assert refused(done) == [("position 18", "no copy was named; name one with --from")]
    assert done.after.damages.exit_code == 3 and rows(town) == damaged


def test_a_copy_with_the_same_damage_or_a_lie_is_refused(town: Town, tmp_path: Path) -> None:
    bundle = Path(bundle_of(town, tmp_path / "bundle"))
    entries = bundle / "tile" / "entries" / "000"
    entries.write_bytes(entries.read_bytes().replace(b'Enhet 17"', b'Enhet 71"'))
    town.tamper(DAMAGE["an entry"][0](town))
    damaged = rows(town)
    done = repair(town.settings, str(bundle))
    assert "does not have the hash that was signed" in refused(done)[0][1]
    assert rows(town) == damaged and restorations(town) == []


@pytest.mark.parametrize("harm", ["cut", "absent", "no bundle"])
def test_a_damaged_bundle_is_no_copy(town: Town, tmp_path: Path, harm: str) -> None:
    bundle = Path(bundle_of(town, tmp_path / "bundle"))
    entries = bundle / "tile" / "entries" / "000"
    if harm == "cut":
        entries.write_bytes(entries.read_bytes()[:-9])
    else:
        entries.unlink()
    town.tamper(DAMAGE["an entry"][0](town))
    damaged = rows(town)
    done = repair(town.settings, str(bundle))
    assert refused(done)[0][1].startswith(f"the bundle of size {EVENTS} cannot be read there")
    assert rows(town) == damaged


def test_nothing_is_put_back_where_no_account_gives_the_signed_root(town: Town, tmp_path: Path) -> None:
    bundle = bundle_of(town, tmp_path / "bundle")
    town.tamper(DAMAGE["an entry with its leaf"][0](town))
    tile = bytes(town.one("SELECT hashes FROM tile WHERE level = 0 AND number = 0"))
    column = bytes(town.one("SELECT leaf FROM event WHERE position = 18"))
    forged = tile[: 17 * 32] + column + tile[18 * 32 :]
    town.tamper(f"UPDATE tile SET hashes = {town.bytes(forged)} WHERE level = 0 AND number = 0")
    damaged = rows(town)
    done = repair(town.settings, bundle)
    assert done.after.damages.exit_code == 3 and rows(town) == damaged


def test_another_ledgers_bundle_puts_nothing_back(untouched: Town, town: Town, tmp_path: Path) -> None:
    bundle = bundle_of(untouched, tmp_path / "theirs")
    town.tamper(DAMAGE["a gap"][0](town))
    damaged = rows(town)
    done = repair(town.settings, bundle)
    assert "does not have the hash that was signed" in refused(done)[0][1]
    assert rows(town) == damaged


# --- Replicas ------------------------------------------------------------------------------------
def replica_of(town: Town, folder: Path, request: pytest.FixtureRequest) -> str:
    path = town.settings.sqlite_path
    if path is not None:
        folder.mkdir()
        return copy_of(town, folder).settings.store
    name = town.one("SELECT current_database()")
    copy = f"{name}_copy"
    town.database.close()
    with closing(town.database.owner()) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            (name,),
        )
    import psycopg  # noqa: PLC0415

    address = town.settings.store.replace(name, "postgres")
    with closing(psycopg.connect(address, autocommit=True)) as connection:
        connection.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{name}"')
    request.addfinalizer(lambda: _drop(address, copy))
    return town.settings.store.replace(name, copy)


def _drop(address: str, name: str) -> None:
    import psycopg  # noqa: PLC0415

    with closing(psycopg.connect(address, autocommit=True)) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.mark.parametrize("what", ["a gap", "a request", "sealed words", "withheld words", "a note"])
def test_a_replica_gives_what_a_bundle_has_not(
    town: Town, tmp_path: Path, what: str, request: pytest.FixtureRequest
) -> None:
    replica = replica_of(town, tmp_path / "replica", request)
    town.tamper(DAMAGE[what][0](town))
    done = repair(town.settings, replica)
    whole(done, town)
    assert [each.taken_from for each in restorations(town)] == (["replica"] if what == "a gap" else [])


def test_a_ciphertext_that_does_not_open_the_commitment_is_not_put_back(untouched: Town, tmp_path: Path) -> None:
    for name in ("ours", "theirs"):
        (tmp_path / name).mkdir()
    town, theirs = copy_of(untouched, tmp_path / "ours"), copy_of(untouched, tmp_path / "theirs")
    theirs.tamper(flip("sealed", "ciphertext", "position = 301")(theirs))
    town.tamper("DELETE FROM sealed WHERE position = 301")
    done = repair(town.settings, theirs.settings.store)
    assert "no ciphertext that opens" in refused(done)[0][1]
    assert town.one("SELECT count(*) FROM sealed WHERE position = 301") == 0


# --- Carefulness -----------------------------------------------------------------------------------
def test_a_proposal_writes_nothing(town: Town, tmp_path: Path) -> None:
    bundle = bundle_of(town, tmp_path / "bundle")
    town.tamper(DAMAGE["an entry"][0](town))
    town.tamper(DAMAGE["a tag"][0](town))
    damaged = rows(town)
    done = proposed(town.settings, bundle)
    assert {step.place for step in done.steps if step.accepted} >= {"position 18"} and done.would_do
    assert rows(town) == damaged
    assert not (town.settings.keys / PENDING).exists()


def test_a_server_at_work_is_not_disturbed(town: Town) -> None:
    town.tamper(DAMAGE["a leaf"][0](town))
    damaged = rows(town)
    with prepared(town.settings) as parts, parts.publisher() as publisher:
        publisher.catch_up()
        with pytest.raises(Busy, match="stop it first"):
            repair(town.settings, None)
    assert rows(town) == damaged


def test_a_repair_that_was_stopped_before_it_was_recorded_is_recorded_by_the_next(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = bundle_of(town, tmp_path / "bundle")
    town.tamper(DAMAGE["a gap"][0](town))
    with monkeypatch.context() as patched:
        patched.setattr("services.mending.repair._record", lambda _settings: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            repair(town.settings, bundle)
    assert restorations(town) == [] and len(Pending(town.settings.keys).read()) == 1
    assert any("still to be recorded" in step.what for step in proposed(town.settings, None).steps)
    repair(town.settings, None)
    assert [each.at for each in restorations(town)] == [18]
    whole(repair(town.settings, None), town)
    assert [each.at for each in restorations(town)] == [18]


def test_a_repair_that_was_stopped_before_it_wrote_records_nothing(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = bundle_of(town, tmp_path / "bundle")
    town.tamper(DAMAGE["an entry"][0](town))
    damaged = rows(town)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("services.mending.repair._read_back", stop)
        with pytest.raises(KeyboardInterrupt):
            repair(town.settings, bundle)
    assert rows(town) == damaged
    done = repair(town.settings, None)
    assert done.recorded == [] and restorations(town) == []

"""`liggare fsck`: every kind of damage is located, the right side is told from the wrong one, and the remedy is true."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from ledger.canonical import canonical
from services.mending.damage import Mending, Part
from services.mending.fsck import Examined, fsck
from tests.ledger.log.published import flipped, leaf
from tests.services.audit.town import Town, copy_of

Where = tuple[Part, str, Mending]


def look(town: Town) -> Examined:
    return fsck(town.settings)


def found(examined: Examined) -> list[Where]:
    """Return what was found but for the triggers, which every change behind the product's back leaves off."""
    return [(each.part, each.place, each.mending) for each in examined.damages.found if each.part is not Part.GUARD]


def test_a_whole_ledger_is_whole(town: Town) -> None:
    examined = look(town)
    assert (examined.damages.exit_code, examined.lines()) == (
        0,
        ["WHOLE kommun.example/liggare: 340 events and everything derived from them"],
    )
    told = examined.to_json()
    assert (told["whole"], told["head"], told["signed_size"], told["damages"]) == (True, 340, 340, [])


def flip(table: str, column: str, where: str, at: int = 7) -> Callable[[Town], str]:
    def statement(town: Town) -> str:
        octets = bytes(town.one(f"SELECT {column} FROM {table} WHERE {where}"))
        return f"UPDATE {table} SET {column} = {town.bytes(flipped(octets, at))} WHERE {where}"

    return statement


def entry_with_leaf(town: Town) -> str:
    entry = bytes(town.one("SELECT entry FROM event WHERE position = 18")).replace(b"Enhet 17", b"Enhet 71")
    return f"UPDATE event SET entry = {town.bytes(entry)}, leaf = {town.bytes(leaf(entry))} WHERE position = 18"


def tile_after_leaf(town: Town) -> str:
    """Let tile and column agree on a hash that is not the entry's: the tree above says who is right."""
    town.tamper(flip("event", "leaf", "position = 18")(town))
    tile = bytes(town.one("SELECT hashes FROM tile WHERE level = 0 AND number = 0"))
    column = bytes(town.one("SELECT leaf FROM event WHERE position = 18"))
    return f"UPDATE tile SET hashes = {town.bytes(tile[: 17 * 32] + column + tile[18 * 32 :])} WHERE level = 0 AND number = 0"


DAMAGE: dict[str, tuple[Callable[[Town], str], list[Where]]] = {
    "an entry": (flip("event", "entry", "position = 18", 20), [(Part.ENTRY, "position 18", Mending.COPY)]),
    "an entry with its leaf": (entry_with_leaf, [(Part.ENTRY, "position 18", Mending.COPY)]),
    "a leaf": (flip("event", "leaf", "position = 18"), [(Part.LEAF, "position 18", Mending.ALONE)]),
    "the leaf and its tile": (
        tile_after_leaf,
        [(Part.LEAF, "position 18", Mending.ALONE), (Part.TILE, "tile/0/000", Mending.ALONE)],
    ),
    "a gap": (lambda _: "DELETE FROM event WHERE position = 18", [(Part.ENTRY, "position 18", Mending.COPY)]),
    "the end": (
        lambda _: "DELETE FROM event WHERE position > 338",
        [(Part.ENTRY, "position 339", Mending.COPY), (Part.ENTRY, "position 340", Mending.COPY)],
    ),
    "an id": (
        lambda _: "UPDATE event SET id = (SELECT id FROM event WHERE position = 19) WHERE position = 18",
        [(Part.COLUMN, "position 18", Mending.ALONE)],
    ),
    "a type": (
        lambda _: "UPDATE event SET type = 'body-renamed.v1' WHERE position = 18",
        [(Part.COLUMN, "position 18", Mending.ALONE)],
    ),
    "a tile": (flip("tile", "hashes", "level = 0 AND number = 1"), [(Part.TILE, "tile/0/001", Mending.ALONE)]),
    "an upper tile": (flip("tile", "hashes", "level = 1 AND number = 0"), [(Part.TILE, "tile/1/000", Mending.ALONE)]),
    "a lost upper tile": (
        lambda _: "DELETE FROM tile WHERE level = 1",
        [(Part.TILE, "tile/1/000", Mending.ALONE)],
    ),
    "a tile too many": (
        lambda town: f"INSERT INTO tile SELECT ledger_id, 2, 0, {town.bytes(bytes(32))} FROM ledger",
        [(Part.TILE, "tile of level 2, number 0", Mending.ALONE)],
    ),
    "a root": (flip("checkpoint", "root", "size = 340"), [(Part.CHECKPOINT, "checkpoint of size 340", Mending.ALONE)]),
    "a size": (
        lambda _: "UPDATE checkpoint SET size = 339 WHERE size = 340",
        [(Part.CHECKPOINT, "checkpoint of size 339", Mending.ALONE)],
    ),
    "a note": (
        lambda _: "UPDATE checkpoint SET note = replace(note, '340', '341') WHERE size = 340",
        [(Part.CHECKPOINT, "checkpoint of size 340", Mending.COPY)],
    ),
    "a tag": (
        lambda _: "DELETE FROM event_tag WHERE position = 18",
        [(Part.TAG, "tag index, position 18", Mending.ALONE)],
    ),
    "a tag's place": (
        lambda _: "UPDATE event_tag SET position = 19 WHERE position = 18",
        [(Part.TAG, "tag index, position 18", Mending.ALONE), (Part.TAG, "tag index, position 19", Mending.ALONE)],
    ),
    "a tag's runs": (
        lambda town: f"UPDATE event_tag SET runs = {town.bytes(bytes(3))} WHERE position = 18",
        [
            (Part.TAG, "tag index, row ending at 18", Mending.ALONE),
            (Part.TAG, "tag index, position 18", Mending.ALONE),
        ],
    ),
    "a request": (
        lambda _: "DELETE FROM request WHERE first_position = 18",
        [(Part.REQUEST, "requests, position 18", Mending.COPY)],
    ),
    "a request's place": (
        lambda _: "UPDATE request SET first_position = 19 WHERE first_position = 18",
        [(Part.REQUEST, "requests, position 18", Mending.ALONE)],
    ),
    "a request's length": (
        lambda _: "UPDATE request SET events = 2 WHERE first_position = 18",
        [(Part.REQUEST, "requests, position 18", Mending.ALONE)],
    ),
    "the head": (lambda _: "UPDATE head SET next = 340", [(Part.HEAD, "head", Mending.ALONE)]),
    "sealed words": (
        flip("sealed", "ciphertext", "position = 301"),
        [(Part.SEALED, "position 301, field /text", Mending.COPY)],
    ),
    "withheld words": (
        lambda _: "DELETE FROM sealed WHERE position = 301",
        [(Part.SEALED, "position 301, field /text", Mending.COPY)],
    ),
    "a read model": (
        lambda town: f"UPDATE view_row SET state = {town.bytes(canonical({'name': 'x'}))} WHERE key = 'body-17'",
        [(Part.READ_MODEL, "read model bodies at position 340", Mending.REBUILD)],
    ),
    "the search index": (
        lambda _: "DELETE FROM search_text WHERE position = 301",
        [(Part.SEARCH, "search index", Mending.REBUILD)],
    ),
}
CODES = {"withheld words": 6, "a read model": 5, "the search index": 5}


@pytest.mark.parametrize("what", DAMAGE)
def test_damage_is_located_with_its_remedy(town: Town, what: str) -> None:
    statement, wanted = DAMAGE[what]
    assert town.tamper(statement(town)) >= 1
    examined = look(town)
    assert found(examined) == wanted, examined.lines()
    assert all(str(place) in "\n".join(examined.lines()) for _, place, _ in wanted)
    only = [damage for damage in examined.damages.found if damage.part is not Part.GUARD]
    assert min(int(damage.kind) for damage in only) == CODES.get(what, 3)
    assert examined.damages.exit_code == 3, "the triggers are off"


def test_triggers_that_are_off_are_told(town: Town) -> None:
    town.tamper("UPDATE head SET next = next")
    examined = look(town)
    assert "trigger event_append_only" in str(examined.lines()) or "trigger event_no_update" in str(examined.lines())
    assert {damage.part for damage in examined.damages.found} == {Part.GUARD}


def test_nothing_is_decided_where_no_account_gives_the_root(town: Town) -> None:
    town.tamper(entry_with_leaf(town))
    tile = bytes(town.one("SELECT hashes FROM tile WHERE level = 0 AND number = 0"))
    column = bytes(town.one("SELECT leaf FROM event WHERE position = 18"))
    changed = tile[: 17 * 32] + column + tile[18 * 32 :]
    town.tamper(f"UPDATE tile SET hashes = {town.bytes(changed)} WHERE level = 0 AND number = 0")
    examined = look(town)
    assert (Part.CHECKPOINT, "checkpoint of size 340", Mending.BACKUP) in found(examined)
    assert examined.tree.undecided and not examined.tree.proven


def test_events_without_a_checkpoint_prove_nothing(town: Town) -> None:
    town.tamper("DELETE FROM checkpoint")
    town.tamper("DELETE FROM tile")
    (town.settings.keys / "log.checkpoint").unlink()
    town.tamper(flip("event", "leaf", "position = 18")(town))
    assert found(look(town)) == [(Part.ENTRY, "position 18", Mending.BACKUP)]


def test_without_the_public_key_it_is_said_that_nothing_proves_a_side(town: Town) -> None:
    (town.settings.keys / "log.vkey").unlink()
    (town.settings.keys / "log.key").rename(town.settings.keys / "gone")
    examined = look(town)
    assert [place for _, place, _ in found(examined)] == ["signatures"]
    assert examined.damages.exit_code == 6


# --- Pages of the file ------------------------------------------------------------------------
def test_pages_the_engine_cannot_read_are_located(untouched: Town, tmp_path: Path) -> None:
    town = copy_of(untouched, tmp_path)
    path = town.settings.sqlite_path
    assert path is not None
    with closing(town.database.owner()) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(path.read_bytes())
    size = int.from_bytes(content[16:18]) or 65_536
    at = content.find(b"Enhet 250")
    start = at // size * size
    content[start : start + 12] = bytes(12)
    path.write_bytes(bytes(content))
    examined = look(town)
    files = [damage for damage in examined.damages.found if damage.part is Part.FILE]
    assert files and files[0].mending is Mending.BACKUP
    assert examined.damages.exit_code == 3

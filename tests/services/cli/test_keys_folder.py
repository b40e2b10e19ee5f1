"""The folder of keys: one ledger's own, made by `init` alone, and looked at before anything is recorded."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fix_liggare import Liggare

BODY = '{"body": "%s", "kind": "board", "name": "Nämnden"}'
RECORD = ("do", "register-body", "--json", BODY % "new")
MISSPELT = "keyz"


@pytest.fixture
def used(liggare: Liggare) -> Liggare:
    """A ledger with one event, signed."""
    liggare("do", "register-body", "--json", BODY % "first")
    return liggare


def at(liggare: Liggare, keys: Path, ledger: str | None = None, store: str | None = None) -> Liggare:
    return Liggare(store or liggare.store, keys, liggare._capture, ledger or liggare.ledger)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith(("-shm", "-wal"))}


def sentence(liggare: Liggare, *arguments: str, code: int) -> str:
    """Return the one line of a refusal; nothing was recorded."""
    ran = liggare(*arguments, code=code)
    (line,) = [each for each in ran.err.splitlines() if each.startswith("liggare: ")]
    assert ran.out == ""
    assert liggare("status", "--json").json["head"] == 1
    return line


@pytest.mark.parametrize("half", ["both", "log.key", "log.vkey"])
def test_the_folder_of_another_ledger_is_refused_before_anything_is_recorded(
    used: Liggare, tmp_path: Path, half: str
) -> None:
    other = at(used, tmp_path / "others", "test/other", f"sqlite:///{tmp_path}/other.db")
    other("init")
    for name in {"log.key", "log.vkey"} - {half} if half != "both" else ():
        (other.keys / name).unlink()
    before = contents(other.keys)
    wrong = at(used, other.keys)
    told = f"{other.keys}: this folder of keys is for test/other, not for test/l; name the folder of this ledger"
    for arguments in (RECORD, ("show", "bodies"), ("init",), ("rebuild",)):
        assert told in sentence(wrong, *arguments, code=1)
    if (other.keys / "log.vkey").exists():
        assert told in sentence(wrong, "verify", code=1)
    problems = [each for each in wrong("doctor", "--json", code=1).json["findings"] if each["grade"] == "problem"]
    assert problems[0]["found"] in told and problems[0]["remedy"].startswith("name the folder of this ledger")
    assert contents(other.keys) == before


@pytest.mark.parametrize(
    "arguments",
    [RECORD, ("show", "bodies"), ("serve", "--address", "127.0.0.1:0", "--no-web"), ("rebuild",)],
    ids=["do", "show", "serve", "rebuild"],
)
def test_a_misspelt_folder_is_not_made(used: Liggare, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    told = sentence(at(used, tmp_path / MISSPELT), *arguments, code=1)
    assert f"there is no keys folder {tmp_path / MISSPELT} for test/l; name it with --keys or LIGGARE_KEYS" in told
    assert "restore it from its backup, or run `liggare init` for a new ledger" in told
    assert not (tmp_path / MISSPELT).exists()


def test_what_needs_no_keys_goes_on_without_them(used: Liggare, tmp_path: Path) -> None:
    without = at(used, tmp_path / MISSPELT)
    without("log")
    without("status")
    assert "log.vkey is not in the folder of keys" in without("verify", code=6).out
    assert "there is no folder" in without("doctor", code=1).out
    assert not without.keys.exists()


@pytest.mark.parametrize("verb", [("init",), ("demo", "--once")], ids=["init", "demo"])
def test_init_makes_no_new_keys_for_events_that_have_some(used: Liggare, tmp_path: Path, verb: tuple[str, ...]) -> None:
    told = sentence(at(used, tmp_path / MISSPELT), *verb, code=9)
    assert f"test/l holds 1 events, and its keys folder {tmp_path / MISSPELT} lacks kek, keys.db, log.key" in told
    assert "restore it from its backup" in told
    assert not (tmp_path / MISSPELT).exists()
    used("init")


@pytest.mark.parametrize("name", ["kek", "keys.db", "log.key"])
def test_a_lost_file_is_told_and_not_made_anew(used: Liggare, name: str) -> None:
    (used.keys / name).unlink()
    told = sentence(used, *RECORD, code=1)
    assert name in told and "restore it from its backup" in told
    sentence(used, "init", code=9)
    assert not (used.keys / name).exists()
    used("doctor", code=1)


def damaged(name: str, content: bytes) -> Callable[[Path], None]:
    def damage(keys: Path) -> None:
        (keys / name).unlink()
        (keys / name).write_bytes(content)
        (keys / name).chmod(0o600)

    return damage


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("log.key", b"oj", "log.key: it does not begin with PRIVATE+KEY+; restore it from its backup"),
        ("log.key", b"", "log.key is empty; restore it from its backup"),
        (
            "log.vkey",
            b"\xff",
            "log.vkey: it is not name, eight hexadecimal digits and base64; restore it from its backup",
        ),
        ("log.checkpoint", b"oj", "restore it from its backup"),
        ("kek", b"oj", "43 characters base64url>; restore it from its backup"),
        ("keys.db", b"oj" * 500, "keys.db is not a key store (file is not a database); restore it from its backup"),
        ("keys.db", b"", "lacks keys.db; name it with --keys or LIGGARE_KEYS, restore it from its backup"),
    ],
)
def test_a_damaged_file_is_told_before_anything_is_recorded(
    used: Liggare, name: str, content: bytes, told: str
) -> None:
    damaged(name, content)(used.keys)
    found = sentence(used, *RECORD, code=1)
    assert told in found and name in found
    assert name in used("doctor", code=1).out
    assert (used.keys / name).read_bytes() == content


def test_a_lost_public_half_is_written_again(used: Liggare) -> None:
    public = (used.keys / "log.vkey").read_bytes()
    (used.keys / "log.vkey").unlink()
    used(*RECORD)
    assert (used.keys / "log.vkey").read_bytes() == public


def test_the_restored_folder_is_taken(used: Liggare, tmp_path: Path) -> None:
    shutil.copytree(used.keys, tmp_path / "backup")
    shutil.rmtree(used.keys)
    sentence(used, *RECORD, code=1)
    shutil.copytree(tmp_path / "backup", used.keys)
    used.keys.chmod(0o700)
    used(*RECORD)

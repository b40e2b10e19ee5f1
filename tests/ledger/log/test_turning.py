"""The folder turns from one set of keys to the next; wherever it is interrupted, the next run ends it."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ledger.log import turning
from ledger.log.checkpoint import Checkpoint, sign_checkpoint
from ledger.log.cosignature import MlDsaSigningKey
from ledger.log.folder import LogFolder
from ledger.log.merkle import EMPTY_ROOT
from ledger.log.note import SigningKey, parse_note
from ledger.log.refusals import KeyRefused
from ledger.vault.errors import SecretExposed

ORIGIN = "test"
HEAD = Checkpoint(ORIGIN, 0, EMPTY_ROOT)


@pytest.fixture
def folder(tmp_path: Path) -> LogFolder:
    return LogFolder(tmp_path / "keys", ORIGIN)


def names(folder: LogFolder) -> set[str]:
    return {path.name for path in folder.path.iterdir()}


# --- Both algorithms ----------------------------------------------------------------------------
def test_the_first_use_makes_both_keys_and_lists_them(folder: LogFolder) -> None:
    first, second = folder.signing_keys()
    assert isinstance(first, SigningKey) and isinstance(second, MlDsaSigningKey)
    assert folder.signing_keys() == (first, second)
    assert folder.verifiers() == (first.verifier, second.verifier)
    listed = (folder.path / "log.vkeys").read_text().splitlines()
    assert listed == [first.verifier.format(), second.verifier.format()]
    for name in ("log.key", "log.mldsa.key"):
        assert stat.S_IMODE((folder.path / name).stat().st_mode) == 0o400
    assert (folder.path / "log.mldsa.vkey").read_text() == f"{second.verifier.format()}\n"


def test_a_folder_from_before_gets_a_second_key_and_keeps_the_first(folder: LogFolder) -> None:
    key = folder.signing_key()
    assert names(folder) == {"log.key", "log.vkey"}
    assert folder.verifiers() == (key.verifier,)
    assert folder.signing_keys()[0] == key
    assert folder.verifiers()[0] == key.verifier and len(folder.verifiers()) == 2


def test_the_first_signature_is_ed25519_and_the_second_ml_dsa(folder: LogFolder) -> None:
    lines = parse_note(sign_checkpoint(HEAD, *folder.signing_keys())).signatures
    assert [len(line.signature) for line in lines] == [64, 8 + 2420]


def test_a_lost_or_damaged_second_key_is_named(folder: LogFolder) -> None:
    folder.signing_keys()
    (folder.path / "log.mldsa.key").rename(folder.path / "away")
    with pytest.raises(KeyRefused, match=r"log\.mldsa\.key: it is missing; restore"):
        folder.signing_keys()
    (folder.path / "log.mldsa.key").write_text("oj")
    (folder.path / "log.mldsa.key").chmod(0o400)
    with pytest.raises(KeyRefused, match=r"log\.mldsa\.key: it does not begin"):
        folder.signing_keys()


def test_a_next_key_that_others_can_read_stops_everything(folder: LogFolder) -> None:
    folder.signing_keys()
    turning.begin(folder)
    (folder.path / "log.next.key").chmod(0o444)
    with pytest.raises(SecretExposed, match=r"log\.next\.key"):
        folder.signing_keys()


# --- The list of all keys -----------------------------------------------------------------------
def test_a_last_line_that_was_cut_short_is_written_anew(folder: LogFolder) -> None:
    keys = folder.signing_keys()
    listed = folder.path / "log.vkeys"
    whole = listed.read_bytes()
    for cut in range(0, len(whole), 97):
        listed.write_bytes(whole[:cut])
        assert folder.verifiers() == tuple(key.verifier for key in keys)
        folder.signing_keys()
        assert listed.read_bytes() == whole


def test_a_damaged_line_or_a_strangers_key_is_refused(folder: LogFolder) -> None:
    folder.signing_keys()
    listed = folder.path / "log.vkeys"
    whole = listed.read_bytes()
    for odd in (b"oj\n" + whole, whole.replace(b"A", b"B", 1), b"x" * (1 << 21)):
        listed.write_bytes(odd)
        with pytest.raises(KeyRefused):
            folder.verifiers()
    listed.write_text(f"{SigningKey.generate('other').verifier.format()}\n")
    with pytest.raises(KeyRefused, match="is for other"):
        folder.verifiers()


def test_a_key_that_is_none_of_those_listed_signs_nothing(folder: LogFolder) -> None:
    folder.signing_keys()
    for name in ("log.key", "log.vkey"):
        (folder.path / name).unlink()
    with pytest.raises(KeyRefused, match=r"log\.key: it is missing"):
        folder.signing_keys()
    (folder.path / "log.key").write_text(SigningKey.generate(ORIGIN).format())
    (folder.path / "log.key").chmod(0o400)
    with pytest.raises(KeyRefused, match=r"none of those in log\.vkeys; put the old log\.key back"):
        folder.signing_keys()


# --- Turning ------------------------------------------------------------------------------------
def test_a_rotation_signs_with_both_then_with_the_new_alone(folder: LogFolder) -> None:
    old = folder.signing_keys()
    assert not turning.begun(folder)
    new = turning.begin(folder)
    assert turning.begin(folder) == new and turning.begun(folder)
    assert folder.signing_keys() == (*old, *new)
    private = {name: (folder.path / name).read_bytes() for name in ("log.key", "log.mldsa.key")}
    turning.finish(folder)
    assert not turning.begun(folder)
    assert folder.signing_keys() == new
    assert folder.verifier() == new[0].verifier
    assert folder.verifiers() == tuple(key.verifier for key in (*old, *new))
    assert "log.next.key" not in names(folder) and ".log.key.retired" not in names(folder)
    held = b"".join(path.read_bytes() for path in folder.path.iterdir())
    assert all(secret not in held for secret in private.values())
    turning.finish(folder)
    assert folder.signing_keys() == new


def test_what_was_signed_before_stays_valid_and_what_only_a_later_key_signed_does_not_pass(folder: LogFolder) -> None:
    old = folder.signing_keys()
    folder.keep(sign_checkpoint(HEAD, *old))
    private, public = ((folder.path / name).read_bytes() for name in ("log.key", "log.vkey"))
    new = turning.begin(folder)
    turning.finish(folder)
    assert folder.heads(folder.verifiers_until_now())[0].checkpoint == HEAD
    folder.keep(sign_checkpoint(HEAD, *new))
    for name, content in (("log.key", private), ("log.vkey", public)):
        (folder.path / name).unlink()
        (folder.path / name).write_bytes(content)
        (folder.path / name).chmod(0o400)
    with pytest.raises(KeyRefused, match="not a checkpoint of this log by this key"):
        folder.heads(folder.verifiers_until_now())


def test_an_old_private_key_beside_the_new_public_one_is_refused(folder: LogFolder) -> None:
    folder.signing_keys()
    old = (folder.path / "log.key").read_bytes()
    turning.begin(folder)
    turning.finish(folder)
    (folder.path / "log.key").unlink()
    (folder.path / "log.key").write_bytes(old)
    (folder.path / "log.key").chmod(0o400)
    with pytest.raises(KeyRefused, match="not the public half"):
        folder.signing_keys()


def test_a_change_of_keys_is_seen_in_the_stamp(folder: LogFolder) -> None:
    folder.signing_keys()
    stamps = [folder.stamp()]
    turning.begin(folder)
    stamps.append(folder.stamp())
    turning.finish(folder)
    stamps.append(folder.stamp())
    folder.keep(b"x")
    assert len(set(stamps)) == 3 and folder.stamp() == stamps[-1]


@pytest.mark.parametrize("name", ["log.key", "log.mldsa.key"])
def test_a_lost_key_is_replaced_and_stays_listed(folder: LogFolder, name: str) -> None:
    old = folder.signing_keys()
    assert turning.lost(folder) == []
    (folder.path / name).unlink()
    assert turning.lost(folder) == [name]
    turning.replace_lost(folder)
    keys = folder.signing_keys()
    assert (keys[0] == old[0], keys[1] == old[1]) == (name != "log.key", name != "log.mldsa.key")
    assert set(folder.verifiers()) == {key.verifier for key in (*old, *keys)}
    assert turning.lost(folder) == []


# --- Interrupted at every write -------------------------------------------------------------------
class Torn(BaseException):
    """The process dies here."""


WRITES = (
    (os, "link"),
    (os, "fsync"),
    (os, "open"),
    (os, "fchmod"),
    (Path, "replace"),
    (Path, "unlink"),
    (Path, "chmod"),
)


@contextmanager
def dying_at(moment: int, monkeypatch: pytest.MonkeyPatch, *, done: bool) -> Iterator[list[str]]:
    """Let the call with this number, of all that change files, be the last: carried out or not."""
    seen: list[str] = []

    def torn(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            seen.append(name)
            if len(seen) < moment:
                return original(*arguments, **named)
            if done and len(seen) == moment:
                original(*arguments, **named)
            raise Torn

        return call

    with monkeypatch.context() as patched:
        for place, name in WRITES:
            patched.setattr(place, name, torn(name, getattr(place, name)))
        yield seen


def turn(folder: LogFolder) -> None:
    folder.signing_keys()
    turning.begin(folder)
    turning.finish(folder)


@pytest.mark.parametrize("done", [False, True])
def test_interrupted_at_any_write_it_never_lacks_a_key_and_the_next_run_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, done: bool
) -> None:
    moment = 0
    while True:
        moment += 1
        folder = LogFolder(tmp_path / f"{moment}", ORIGIN)
        old = folder.signing_keys()
        try:
            with dying_at(moment, monkeypatch, done=done) as seen:
                turn(folder)
        except Torn:
            pass
        else:
            break
        # Whoever signs meanwhile has an Ed25519 key first, and each of its keys is listed.
        between = folder.signing_keys()
        assert isinstance(between[0], SigningKey)
        assert {key.verifier for key in between} <= set(folder.verifiers())
        assert folder.verifiers()[:2] == tuple(key.verifier for key in old)
        if between[0] == old[0]:
            turning.begin(folder)
        turning.finish(folder)
        new = folder.signing_keys()
        assert len(new) == 2 and not set(new) & set(old), (moment, seen)
        # A draft of a key that never was one may be left, an old key never.
        secrets = {".log.key.retired", ".log.mldsa.key.retired", "log.next.key", "log.next.mldsa.key"}
        assert not secrets & names(folder), (moment, seen)
    assert moment > 20

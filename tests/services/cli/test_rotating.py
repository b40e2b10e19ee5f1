"""Rotating the keys of the log: who trusts the old key follows, whatever is interrupted, also under a running server."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any

import pytest
from pydantic_core import from_json

from ledger.custody import RetirementReason
from ledger.log import turning
from ledger.log.errors import SignatureMissing
from ledger.log.folder import LogFolder
from ledger.log.note import SigningKey, parse_note
from ledger.log.rotation import Change, Trusted, change_in, endorse, keys_for, trusted_keys
from ledger.log.verify import verify_checkpoint
from ledger.log.vkeys import AnyKey
from services import rotation
from services.engines import engine
from services.settings import settings
from tests.fix_liggare import Liggare
from tests.ledger.store.conftest import engine_name, place

__all__ = ["engine_name", "place"]

ORIGIN = "test/l"
BODY = '{{"body": "b-{0}", "kind": "board", "name": "Nämnd {0}"}}'


@pytest.fixture
def liggare(engine_name: str, place: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Liggare:
    store = f"sqlite:///{place}" if engine_name == "sqlite" else place
    made = Liggare(store, tmp_path / "keys", capfdbinary)
    made("init")
    record(made, 1)
    return made


def record(liggare: Liggare, number: int) -> None:
    liggare("do", "register-body", "--json", BODY.format(number))


def folder(liggare: Liggare) -> LogFolder:
    return LogFolder(liggare.keys, ORIGIN)


def followed(liggare: Liggare, *known: AnyKey) -> tuple[Trusted, ...]:
    """What an auditor who knows some keys comes to trust: in steps, each under a checkpoint he can verify already."""
    with closing(engine(settings(liggare.store, ORIGIN, str(liggare.keys), {})).reader()) as reader:
        kept = reader.checkpoints(0, 1_000)
        entries = [(each.position, from_json(each.entry)) for each in reader.entries(0)]
    changes: list[Change] = [found for each in entries if (found := change_in(*each)) is not None]
    trusted, reach = trusted_keys(ORIGIN, known, ()), -1
    while True:
        sizes = []
        for checkpoint in kept:
            try:
                verify_checkpoint(checkpoint.note.encode(), ORIGIN, keys_for(trusted, checkpoint.size))
            except SignatureMissing:
                continue
            sizes.append(checkpoint.size)
        if max(sizes, default=0) <= reach:
            return trusted
        reach = max(sizes, default=0)
        trusted = trusted_keys(ORIGIN, known, [each for each in changes if each.position <= reach])


def speaking(trusted: tuple[Trusted, ...]) -> set[AnyKey]:
    return {each.key for each in trusted if each.end is None}


def lines_of_newest(liggare: Liggare) -> int:
    note = folder(liggare).last()
    assert note is not None
    return len(parse_note(note).signatures)


# --- As planned -----------------------------------------------------------------------------------
def test_who_trusts_the_old_key_follows_two_rotations_and_old_checkpoints_stay_valid(
    liggare: Liggare, tmp_path: Path
) -> None:
    old = folder(liggare).verifiers()
    older = tmp_path / "older"
    older.write_bytes(folder(liggare).last() or b"")
    for turn in range(2):
        begun = liggare("rotate-key", "--json").json
        assert begun["state"] == "overlap" and sum(each["new"] for each in begun["announced"]) == 4 - 2 * turn
        assert lines_of_newest(liggare) == 4
        record(liggare, 10 + turn)
        done = liggare("rotate-key", "--finish", "--json").json
        assert done["state"] == "finished" and sum(each["new"] for each in done["retired"]) == 2
        assert lines_of_newest(liggare) == 2
    present = {key.verifier for key in folder(liggare).signing_keys()}
    assert speaking(followed(liggare, old[0])) == present
    assert followed(liggare, old[0])[0].reason == "scheduled"
    assert liggare("verify", "--since", str(older)).out.startswith("VERIFIED")
    shown = {each["key"]: each for each in liggare("show", "keys", "--json").json["signing_keys"]}
    assert len(shown) == 6 and {each["line"] for each in shown.values()} == {old[0].key_id.hex()}
    assert sorted(each["endorsed"] for each in shown.values()) == [False, *[True] * 5]
    assert liggare("doctor", code=None).code == 0
    record(liggare, 20)


def test_nothing_is_done_twice_and_nothing_before_its_time(liggare: Liggare) -> None:
    assert "no rotation has begun" in liggare("rotate-key", "--finish", code=1).err
    assert "no private half is missing" in liggare("rotate-key", "--lost", "--yes", code=2).err
    assert "choose one of" in liggare("rotate-key", "--lost", "--finish", code=2).err
    for step in ((), ("--finish",)):
        first = liggare("rotate-key", *step, "--json").json
        again = liggare("rotate-key", *step, "--json").json
        assert not [each for name in ("announced", "retired") for each in again[name] if each["new"]]
        assert [each["position"] for each in again["announced"]] == [each["position"] for each in first["announced"]]


def test_an_auditor_with_an_older_list_of_keys_is_told_to_get_the_newer_one(liggare: Liggare, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    for name in ("log.vkey", "log.mldsa.vkey", "log.vkeys"):
        shutil.copy(liggare.keys / name, theirs / name)
    auditor = Liggare(liggare.store, theirs, liggare._capture, ORIGIN)
    assert auditor("verify").out.startswith("VERIFIED")
    liggare("rotate-key")
    ran = auditor("verify", code=6)
    assert "get the newer log.vkeys" in ran.out and "announces" in ran.out
    liggare("rotate-key", "--finish")
    record(liggare, 2)
    assert "get the newer log.vkeys" in auditor("verify", code=6).out
    # A key that nobody trusted has vouched for is a forgery, however the record names it.
    (theirs / "log.vkeys").unlink()
    stranger = SigningKey.generate(ORIGIN)
    (theirs / "log.vkey").write_text(f"{stranger.verifier.format()}\n")
    (theirs / "log.mldsa.vkey").unlink()
    assert "no key in log.vkeys" in auditor("verify", code=3).out


# --- Under a running server -------------------------------------------------------------------------
@contextmanager
def serving(liggare: Liggare) -> Iterator[None]:
    with liggare.spawn("serve", "--address", "127.0.0.1:0", "--no-web") as process:
        try:
            assert process.stderr is not None
            while b"127.0.0.1:" not in (line := process.stderr.readline()):
                assert line, "the server did not start"
            yield
            assert process.poll() is None
        finally:
            process.terminate()
            process.communicate(timeout=30)


def covered(liggare: Liggare, lines: int) -> bool:
    """Record something, and tell whether the server signs it with that many keys before long."""
    record(liggare, time.monotonic_ns())
    with closing(engine(settings(liggare.store, ORIGIN, str(liggare.keys), {})).reader()) as reader:
        head, deadline = reader.head(), time.monotonic() + 20
        while (newest := reader.last_checkpoint()) is None or newest.size < head:
            assert time.monotonic() < deadline, "nothing was published"
            time.sleep(0.02)
    return len(parse_note(newest.note.encode()).signatures) == lines


def test_a_running_server_signs_with_the_keys_there_are_without_a_restart(liggare: Liggare) -> None:
    old = folder(liggare).verifiers()
    with serving(liggare):
        assert covered(liggare, 2)
        liggare("rotate-key")
        assert covered(liggare, 4)
        liggare("rotate-key", "--finish")
        assert covered(liggare, 2)
        liggare("rotate-key", "--compromised")
        assert covered(liggare, 2)
    present = {key.verifier for key in folder(liggare).signing_keys()}
    assert speaking(followed(liggare, old[0])) == present
    assert liggare("verify").out.startswith("VERIFIED")


# --- When it goes wrong -------------------------------------------------------------------------
class Torn(Exception):
    """The process dies here."""


STEPS = (
    (turning, "begin"),
    (turning, "finish"),
    (rotation, "_submitted"),
    (rotation, "_wait_covered"),
    (rotation, "_recorded"),
)


@contextmanager
def dying_at(moment: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the process die before and after each of the steps in turn: `moment` counts both."""
    count = 0

    def reached() -> None:
        nonlocal count
        count += 1
        if count == moment:
            raise Torn

    def torn(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            reached()
            found = original(*arguments, **named)
            reached()
            return found

        async def wait(*arguments: Any, **named: Any) -> Any:
            reached()
            found = await original(*arguments, **named)
            reached()
            return found

        return wait if iscoroutinefunction(original) else call

    with monkeypatch.context() as patched:
        for place, name in STEPS:
            patched.setattr(place, name, torn(getattr(place, name)))
        yield


def turned(liggare: Liggare) -> None:
    where = settings(liggare.store, ORIGIN, str(liggare.keys), {})
    rotation.begin(where)
    rotation.finish(where, RetirementReason.SCHEDULED)


@pytest.mark.parametrize("moment", range(1, 26, 3))
def test_interrupted_anywhere_it_goes_on_where_it_was(
    liggare: Liggare, moment: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = folder(liggare).verifiers()
    with dying_at(moment, monkeypatch), pytest.raises(Torn):
        turned(liggare)
    record(liggare, 2)
    if folder(liggare).verifier() == old[0]:
        liggare("rotate-key")
    liggare("rotate-key", "--finish")
    present = {key.verifier for key in folder(liggare).signing_keys()}
    assert len(present) == 2 and not present & set(old)
    assert speaking(followed(liggare, old[0])) == present
    assert liggare("verify").out.startswith("VERIFIED")


def test_compromised_keys_end_at_once_and_a_thief_who_comes_later_is_not_followed(liggare: Liggare) -> None:
    stolen = folder(liggare).signing_key()
    done = liggare("rotate-key", "--compromised", "--json").json
    assert done["state"] == "finished"
    thief = SigningKey.generate(ORIGIN)
    vkey = thief.verifier.format()
    note = endorse(ORIGIN, vkey, stolen, thief).replace("\n", "\\n")
    liggare(
        "do",
        "announce-signing-key",
        "--json",
        f'{{"key": "{thief.verifier.key_id.hex()}", "vkey": "{vkey}", "endorsement": "{note}"}}',
    )
    trusted = followed(liggare, stolen.verifier)
    assert thief.verifier not in speaking(trusted)
    assert speaking(trusted) == {key.verifier for key in folder(liggare).signing_keys()}
    assert trusted[0].reason == "compromised"
    assert not liggare("rotate-key", "--finish", "--json").json["retired"][0]["new"]


@pytest.mark.parametrize("name", ["log.key", "log.mldsa.key"])
def test_a_lost_key_is_replaced_only_when_confirmed_and_only_ed25519_breaks_the_line(
    liggare: Liggare, name: str
) -> None:
    old = folder(liggare).verifiers()
    (liggare.keys / name).unlink()
    assert (
        f"{name}: it is missing; restore it" in liggare("do", "register-body", "--json", BODY.format(2), code=None).err
    )
    assert "--lost" in liggare("rotate-key", code=1).err
    assert "cannot follow" in liggare("rotate-key", "--lost", code=9).err
    liggare("rotate-key", "--lost", "--yes")
    record(liggare, 3)
    present = {key.verifier for key in folder(liggare).signing_keys()}
    if name == "log.key":
        assert speaking(followed(liggare, old[0])) == {old[0]}
        assert speaking(followed(liggare, folder(liggare).signing_key().verifier)) <= present
    else:
        assert speaking(followed(liggare, old[0])) == present
    assert liggare("verify").out.startswith("VERIFIED")
    assert liggare("rotate-key", "--json").json["state"] == "overlap"
    liggare("rotate-key", "--finish")


def test_a_next_key_that_a_stranger_announced_first_is_not_turned_to(liggare: Liggare) -> None:
    folder(liggare).signing_keys()
    new = turning.begin(folder(liggare))[0].verifier
    stranger = SigningKey.generate(ORIGIN)
    note = endorse(ORIGIN, new.format(), stranger).replace("\n", "\\n")
    liggare(
        "do",
        "announce-signing-key",
        "--json",
        f'{{"key": "{new.key_id.hex()}", "vkey": "{new.format()}", "endorsement": "{note}"}}',
    )
    liggare("rotate-key")
    refused = liggare("rotate-key", "--finish", code=1).err
    assert "does not vouch for the next one" in refused
    for name in ("log.next.key", "log.next.mldsa.key"):
        (liggare.keys / name).unlink()
    liggare("rotate-key")
    liggare("rotate-key", "--finish")
    assert new not in speaking(followed(liggare, folder(liggare).verifiers()[0]))
    assert folder(liggare).signing_key().verifier in speaking(followed(liggare, folder(liggare).verifiers()[0]))

"""A witness never forgets: not in a crash, not from an old copy, not with a clock that goes back."""

import json
import multiprocessing
import os
import shutil
import signal
import socket
import subprocess
import sys
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from ledger.log.cosignature import timestamp_of
from ledger.log.note import parse_note
from ledger.log.refusals import KeyRefused
from services.witness.keys import witness_keys
from services.witness.logs import LogUnknown, known_logs
from services.witness.protocol import Refusal, Submitted, check_signed, read_request
from services.witness.state import BEHIND_SECONDS_MAX, DATABASE, REFUSED_MAX, StateBroken, WitnessState
from tests.services.witness.town import NAME, NOW, ORIGIN, Log, post, witness_at

LOG = Log()


def _state(folder: Path, second: Path | None = None) -> WitnessState:
    second = second or folder
    return WitnessState(folder, second, witness_keys(second, NAME))


def _asked(log: Log, old: int, new: int) -> Submitted:
    return read_request(log.asks(old, new))


def _cosign(state: WitnessState, old: int, new: int, log: Log = LOG, now: int = NOW) -> int:
    submitted = _asked(log, old, new)
    try:
        lines = state.cosign(submitted, check_signed(submitted, LOG.trusted), now)
    except Refusal as refusal:
        return refusal.status
    return timestamp_of(lines[0])


def test_what_was_cosigned_is_known_after_a_restart(tmp_path: Path) -> None:
    assert _cosign(_state(tmp_path), 0, 5) == NOW
    state = _state(tmp_path)
    latest = state.latest(ORIGIN)
    assert latest is not None
    assert (latest.checkpoint, latest.cosigned_at) == (LOG.head(5), NOW)
    assert state.known() == [latest]
    assert _cosign(state, 0, 5, LOG.forked(1)) == 409


def test_a_time_never_goes_back(tmp_path: Path) -> None:
    state = _state(tmp_path)
    assert _cosign(state, 0, 5, now=NOW) == NOW
    assert _cosign(state, 5, 6, now=NOW - BEHIND_SECONDS_MAX) == NOW
    assert _cosign(state, 6, 7, now=NOW - BEHIND_SECONDS_MAX - 1) == 503
    assert _cosign(_state(tmp_path), 6, 7, now=NOW + 1) == NOW + 1


def test_an_old_copy_of_the_database_goes_on_from_the_second_place(tmp_path: Path) -> None:
    folder, second = tmp_path / "state", tmp_path / "elsewhere"
    _cosign(_state(folder, second), 0, 5)
    shutil.copy(folder / DATABASE, tmp_path / "copy")
    _cosign(_state(folder, second), 5, 9)
    shutil.copy(tmp_path / "copy", folder / DATABASE)
    state = _state(folder, second)
    assert _cosign(state, 5, 8, LOG.forked(6)) == 409
    assert _cosign(state, 9, 9, LOG.forked(6)) == 422
    (folder / DATABASE).unlink()
    assert _cosign(_state(folder, second), 9, 10) == NOW


def test_two_places_that_contradict_each_other_stop_the_witness(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    _cosign(_state(one, two), 0, 5)
    shutil.rmtree(two / "seen")
    shutil.copytree(two, tmp_path / "three")
    _cosign(_state(tmp_path / "other", tmp_path / "three"), 0, 5, LOG.forked(1))
    with pytest.raises(StateBroken, match="two roots"):
        _state(one, tmp_path / "three")


@pytest.mark.parametrize("damage", [b"", b"x", LOG.note(5)])
def test_a_damaged_second_place_stops_the_witness(tmp_path: Path, damage: bytes) -> None:
    _cosign(_state(tmp_path), 0, 5)
    (kept,) = (tmp_path / "seen").iterdir()
    kept.write_bytes(damage)
    with pytest.raises(StateBroken):
        _state(tmp_path)


def test_what_was_refused_is_kept_as_evidence_within_bounds(tmp_path: Path) -> None:
    state = _state(tmp_path)
    _cosign(state, 0, 9)
    for at in range(9):
        for new in range(9, 30):
            assert _cosign(state, 9, new, LOG.forked(at)) == 422
    found = state.refused(ORIGIN)
    assert len(found) == REFUSED_MAX
    note, reason = found[0]
    assert parse_note(note).text.startswith(ORIGIN)
    assert "9" in reason


def test_a_state_that_cannot_be_written_gives_no_cosignature(tmp_path: Path) -> None:
    witness = witness_at(tmp_path, LOG)
    shutil.rmtree(tmp_path / "seen")
    (tmp_path / "seen").write_text("in the way")
    answer = witness.add_checkpoint(LOG.asks(0, 5))
    assert answer.status == 503
    (tmp_path / "seen").unlink()
    assert witness_at(tmp_path, LOG).add_checkpoint(LOG.asks(0, 5)).status == 200


# --- Keys and logs --------------------------------------------------------------------------------
def test_keys_are_made_once_and_never_in_place_of_others(tmp_path: Path) -> None:
    keys = witness_keys(tmp_path, NAME)
    assert witness_keys(tmp_path, NAME) == keys
    assert (tmp_path / "witness.mldsa.key").stat().st_mode & 0o077 == 0
    with pytest.raises(KeyRefused, match="not of other"):
        witness_keys(tmp_path, "other.example/w")
    (tmp_path / "witness.key").unlink()
    with pytest.raises(KeyRefused, match="missing"):
        witness_keys(tmp_path, NAME)


def test_what_names_no_log_is_refused(tmp_path: Path) -> None:
    cosigner = witness_keys(tmp_path, NAME)[0].verifier.format()
    (tmp_path / "empty").touch()
    (tmp_path / "policy").write_text("log x\n")
    for named in [cosigner, "a+b+c", str(tmp_path / "empty"), str(tmp_path / "witness.vkey")]:
        with pytest.raises(LogUnknown):
            known_logs([named])
    for policies in [[], [tmp_path / "policy"]]:
        with pytest.raises(LogUnknown):
            known_logs([], policies)


# --- Processes ------------------------------------------------------------------------------------
def _die_while_cosigning(folder: Path, at: str, told: Connection) -> None:
    """Cosign, and be killed between writing to disk and answering, or just before writing."""
    state = _state(folder)

    def killed(*_: object) -> None:
        told.send("dying")
        os.kill(os.getpid(), signal.SIGKILL)

    if at == "before the commit":
        keep = state._keep_second

        def kept(origin: str, note: bytes) -> None:
            keep(origin, note)
            killed()

        state._keep_second = kept  # type: ignore[method-assign]
    _cosign(state, 5, 9)
    killed()


@pytest.mark.parametrize("at", ["before the commit", "before the answer"])
def test_killed_at_any_moment_it_never_cosigns_a_second_history(tmp_path: Path, at: str) -> None:
    _cosign(_state(tmp_path), 0, 5)
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=_die_while_cosigning, args=(tmp_path, at, theirs))
    process.start()
    process.join()
    assert (ours.recv(), process.exitcode) == ("dying", -signal.SIGKILL)
    state = _state(tmp_path)
    assert _cosign(state, 5, 9, LOG.forked(7)) == 409
    assert _cosign(state, 9, 9, LOG.forked(7)) == 422
    assert _cosign(state, 9, 9) == NOW


def test_the_command_serves_a_witness_until_it_is_told_to_end(tmp_path: Path) -> None:
    arguments = ["--name", NAME, "--state", str(tmp_path / "w"), "--log", LOG.key.verifier.format()]
    command = [sys.executable, "-m", "services.cli.main", "witness", *arguments, "--address", "127.0.0.1:0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        port = int(said["address"].rpartition(":")[2])
        assert post(port, LOG.asks(0, 5)).status == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=1)
    assert said["logs"] == [ORIGIN]
    assert said["keys"] == [(tmp_path / "w" / f"witness{kind}.vkey").read_text().strip() for kind in ("", ".mldsa")]

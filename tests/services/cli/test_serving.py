"""`liggare serve` with its parts in processes of their own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from tests.fix_liggare import Liggare
from tests.services.cli.test_show import OPENING, received, record

FREE = ("--address", "127.0.0.1:0", "--web", "127.0.0.1:0", "--json")


def _fetched(address: str) -> Any:
    with urlopen(address, timeout=10) as answer:
        return json.loads(answer.read())


def _until(what: Any, seconds: float = 60) -> Any:
    """Return what a function returns once that is something, taking any failure to connect for nothing."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            if found := what():
                return found
        except OSError:
            pass
        assert time.monotonic() < deadline
        time.sleep(0.1)


def _is_gone(pid: int) -> bool:
    try:
        return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True


def _started_again(liggare: Liggare) -> Any:
    """Return where the parts stand, once worker and web run for the second time."""
    found = liggare("status", "--json").json["serving"]
    again = [found[name] for name in ("worker", "web")]
    return found if all(each["restarts"] == 1 and each["state"] == "running" for each in again) else None


def test_parts_are_processes_that_are_survived_and_end_with_their_command(liggare: Liggare, tmp_path: Path) -> None:
    record(liggare, *OPENING)
    with (tmp_path / "err").open("wb") as err, liggare.spawn("serve", *FREE, stderr=err) as process:
        assert process.stdout is not None
        at = json.loads(process.stdout.readline())
        checkpoint = at["web"] + "/checkpoint"
        parts = liggare("status", "--json").json["serving"]
        assert parts.keys() == {"grpc", "worker", "web"}
        assert {each["state"] for each in parts.values()} == {"running"}
        assert len({each["pid"] for each in parts.values()} | {process.pid}) == 4

        # What one process records, another shows and signs.
        record(liggare, received("i1", "En cykelbana"))
        head = liggare("status", "--json").json["head"]
        _until(lambda: int(urlopen(checkpoint, timeout=10).read().split()[1]) >= head)

        for name in ("web", "worker"):
            os.kill(parts[name]["pid"], signal.SIGKILL)
        again = _until(lambda: _started_again(liggare))
        assert again["grpc"] == parts["grpc"] and process.poll() is None
        record(liggare, received("i2", "Ett träd"))
        head = liggare("status", "--json").json["head"]
        _until(lambda: int(urlopen(checkpoint, timeout=10).read().split()[1]) >= head)
        assert "[worker] ended with -9" in (tmp_path / "err").read_text()

        process.kill()
        _until(lambda: all(_is_gone(each["pid"]) for each in again.values()), 10)
    assert liggare("status", "--json").json["serving"] == {}


def test_ctrl_c_once_ends_all(liggare: Liggare, tmp_path: Path) -> None:
    with (tmp_path / "err").open("wb") as err:
        process = liggare.spawn("serve", "--parts", "worker,web", *FREE, stderr=err, start_new_session=True)
    with process:
        assert process.stdout is not None
        at = json.loads(process.stdout.readline())
        assert at["address"] is None and urlopen(at["web"] + "/log.vkey", timeout=10).read()
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(60) == 0
    said = (tmp_path / "err").read_text()
    assert "Traceback" not in said and "ended with" not in said


@pytest.mark.parametrize("part", ["worker", "web"])
def test_one_part_alone_is_the_process_itself(part: str, liggare: Liggare) -> None:
    free = ("serve", "--parts", part, *FREE)
    with liggare.spawn(*free, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None and json.loads(process.stdout.readline())
        assert liggare("status", "--json").json["serving"] == {}
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--parts", "grpc,cache"), "names no parts"),
        (("--parts", ""), "names no parts"),
        (("--parts", "web", "--no-web"), "leaves nothing to serve"),
        (("--trusted-proxy", "proxy.example"), "write an address or a network"),
    ],
)
def test_what_is_asked_wrongly_is_said_at_once(options: tuple[str, ...], sentence: str, liggare: Liggare) -> None:
    assert sentence in liggare("serve", *options, code=2).err

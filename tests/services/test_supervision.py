"""The supervisor with parts that are small programs: they come up, die, come again and end in their order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fix_liggare import ROOT

PROGRAM = """
import os, signal, sys, time
from pathlib import Path
from services.board import Board
from services.settings import settings
from services.supervision import Part, Supervisor, FIRST_PAUSE_SECONDS

folder = Path(sys.argv[1])
(folder / "keys").mkdir(exist_ok=True)

def part(name):
    def run(tell, before):
        signal.signal(signal.SIGTERM, lambda *_: (print(name, "ends", flush=True), sys.exit(0)))
        if (folder / f"{name}.refuses").exists():
            print("this cannot be", flush=True)
            return 4
        print(name, "is", os.getpid(), "port", before.get("port"), flush=True)
        tell({"ready": {"port": before.get("port") or os.getpid()}})
        tell({"problems": {"search": "lost"} if name == "b" else {}})
        while True:
            time.sleep(0.05)
    return Part(name, run)

where = settings(f"sqlite:///{folder}/l.db", "test/l", str(folder / "keys"), environment={})
code = Supervisor([part("a"), part("b")], Board(where)).run(lambda told: print("ready", sorted(told), flush=True))
sys.exit(code)
"""


class Program:
    """The program at work, and what it says."""

    def __init__(self, folder: Path) -> None:
        environment = os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'generated'}"}
        self.said = (folder / "said").open("w+b")
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(folder)],
            env=environment,
            stdout=self.said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.folder = folder

    @property
    def text(self) -> str:
        return (self.folder / "said").read_text()

    def until(self, text: str, times: int = 1) -> str:
        """Return what was said once it holds a text so often."""
        deadline = time.monotonic() + 30
        while self.text.count(text) < times:
            assert time.monotonic() < deadline, self.text
            time.sleep(0.02)
        return self.text

    def pid(self, name: str) -> int:
        """Return the process of a part that was started last."""
        return int(self.text.rpartition(f"[{name}] {name} is ")[2].split()[0])


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    found = Program(tmp_path)
    yield found
    found.process.kill()
    found.process.wait(30)
    found.said.close()


def gone(pid: int) -> bool:
    """Tell whether a process ends within a moment."""
    for _ in range(500):
        try:
            if "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text():
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.02)
    return False


def told_to_end(pid: int) -> bool:
    """Tell whether SIGTERM awaits a process that is stopped."""
    status = Path(f"/proc/{pid}/status").read_text()
    return bool(int(status.rpartition("ShdPnd:")[2].split()[0], 16) & 1 << signal.SIGTERM - 1)


def stopped(pid: int) -> bool:
    return "\nState:\tT" in Path(f"/proc/{pid}/status").read_text()


def comes_true(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_part_that_dies_comes_again_with_what_it_told_and_the_end_goes_in_order(program: Program) -> None:
    program.until("ready ['a', 'b']")
    first, other = program.pid("b"), program.pid("a")
    os.kill(first, signal.SIGKILL)
    said = program.until("[b] b is ", times=2)
    assert "[b] ended with -9; started again in 0.5 s" in said
    assert f"port {first}\n" in said.rpartition("[b] b is ")[2]
    assert program.pid("a") == other and said.count("ready") == 1
    # Ctrl-C reaches all of a terminal's processes; the supervisor alone acts on it.
    os.killpg(program.process.pid, signal.SIGINT)
    assert program.process.wait(30) == 0
    assert program.text.index("[a] a ends") < program.text.index("[b] b ends")
    assert not (program.folder / "keys" / "serving.json").exists()


def test_parts_do_not_outlive_the_supervisor(program: Program) -> None:
    program.until("ready ['a', 'b']")
    parts = [program.pid("a"), program.pid("b")]
    program.process.kill()
    assert all(gone(pid) for pid in parts)


def test_a_part_that_never_comes_up_ends_all_with_its_code(tmp_path: Path) -> None:
    (tmp_path / "b.refuses").touch()
    found = Program(tmp_path)
    assert found.process.wait(30) == 4
    assert "[b] this cannot be" in found.text and "[a] a ends" in found.text and "ready" not in found.text
    found.said.close()


def test_the_second_signal_does_not_wait(tmp_path: Path) -> None:
    found = Program(tmp_path)
    found.until("ready")
    os.kill(found.pid("a"), signal.SIGSTOP)
    # A signal that comes before it has stopped is taken first, and awaits nobody.
    comes_true(lambda: stopped(found.pid("a")))
    found.process.terminate()
    comes_true(lambda: told_to_end(found.pid("a")))
    assert found.process.poll() is None
    found.process.terminate()
    assert found.process.wait(30) == 0
    found.said.close()

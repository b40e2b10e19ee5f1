"""`liggare` for guides that call it more than a hundred times: each call is a process of its own that is forked, not started.

What is spared is reading the product's modules from the disk each time, which takes longer than most of the commands; the
process has the caller's folder, environment and streams, and ends as a Python program ends. The guides of the auditor and
of the record's format, and the tests of the commands, start theirs as everybody does.
"""

from __future__ import annotations

import gc
import importlib
import marshal
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

READ_BEFORE = ("services.cli.looking", "services.cli.doing", "services.cli.showing")
"""Modules of most commands. None of them starts a thread, which a fork would lose."""

CALL = f"""#!{sys.executable} -IS
import marshal, os, socket, sys
with socket.socket(socket.AF_UNIX) as asked:
    asked.connect(os.path.join(os.path.dirname(os.path.abspath(__file__)), "liggare.socket"))
    socket.send_fds(asked, [b"."], [0, 1, 2])
    asked.sendall(marshal.dumps((os.getcwd(), sys.argv[1:], dict(os.environ))))
    asked.shutdown(socket.SHUT_WR)
    code = asked.recv(1)
sys.exit(code[0] if code else 70)
"""


@contextmanager
def forking(programs: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """Have a program `liggare` in a folder until the block ends."""
    program, place = programs / "liggare", programs / "liggare.socket"
    program.write_text(CALL)
    program.chmod(0o755)
    command = [sys.executable, "-P", __file__, str(place)]
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None and process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield
        process.stdin.close()  # which ends it
        assert process.wait(60) == 0


def serve(place: str) -> None:
    """Fork whenever somebody calls, until whoever started this has gone."""
    for name in ("services.cli.main", *READ_BEFORE):
        importlib.import_module(name)
    assert len(list(Path("/proc/self/task").iterdir())) == 1
    gc.freeze()  # no child has to copy what its collector would otherwise touch
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those that wait
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(place)
        listening.listen()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while listening.fileno() in select.select([listening.fileno(), 0], [], [])[0]:
            caller, _ = listening.accept()
            if os.fork() == 0:
                listening.close()
                _answer(caller)
            caller.close()


def _answer(caller: socket.socket) -> None:
    """Be the command in a child, and tell the caller how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _, streams, _, _ = socket.recv_fds(caller, 1, 3)
    told = b"".join(iter(lambda: caller.recv(1 << 16), b""))
    child = os.fork()
    if child == 0:
        caller.close()
        _be(streams, *marshal.loads(told))
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    caller.sendall(bytes([code if code >= 0 else 128 - code]))
    os._exit(0)


def _be(streams: list[int], folder: str, arguments: list[str], environment: dict[str, str]) -> None:
    from services.cli import main  # noqa: PLC0415  read before the fork

    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = [main.__file__, *arguments]
    main.main()


if __name__ == "__main__":
    serve(sys.argv[1])

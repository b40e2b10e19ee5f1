"""Several processes from one command: each part of a running ledger in one of its own, for as long as all should run.

    supervisor ─┬─ grpc     takes what is submitted, answers views
                ├─ worker   read models, checkpoints, witnesses, words to search
                └─ web      pages and the log over HTTP

The supervisor does nothing else: it has one thread and opens no store, so that it can fork at any time and has nothing
to die of. A part that dies is started again, after ever longer pauses; the parts die with the supervisor, at once and
however it ends. Told to end, it ends them one after the other in their order. What a part writes goes on with its name.
"""

from __future__ import annotations

import ctypes
import os
import selectors
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple, NoReturn

from pydantic_core import from_json, to_json

from services.board import Board, Post

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 30.0
WELL_AFTER_SECONDS = 60.0
"""A part that lived for so long begins with the first pause again."""

GRACE_SECONDS = 30.0
_PR_SET_PDEATHSIG = 1
_LINE_BYTES_MAX = 64 << 10

Told = Mapping[str, Any]
Tell = Callable[[Told], None]
"""How a part tells the supervisor something: `ready` with what others should know, or `problems` by name."""


class Part(NamedTuple):
    """A part: its name and what it does until SIGTERM, given how to tell things and what it told when it was ready before.

    Returns the exit code.
    """

    name: str
    run: Callable[[Tell, Told], int]


@dataclass(slots=True)
class _Child:
    part: Part
    pid: int = 0
    since: float = 0.0
    starts: int = 0
    pause: float = FIRST_PAUSE_SECONDS
    again_at: float | None = None
    code: int | None = None
    told: dict[str, Any] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    ready: bool = False

    @property
    def post(self) -> Post:
        state = "running" if self.pid and self.ready else "starting" if self.pid else "stopped"
        return Post(state, self.pid, max(0, self.starts - 1), self.code, dict(self.problems))


class _Pipe:
    """Lines that come from a child."""

    def __init__(self, take: Callable[[bytes], None]) -> None:
        self._take, self._rest = take, b""

    def read(self, descriptor: int) -> bool:
        """Take what there is; False at the end."""
        chunk = os.read(descriptor, _LINE_BYTES_MAX)
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        if len(self._rest) > _LINE_BYTES_MAX or (not chunk and self._rest):
            lines, self._rest = [*lines, self._rest], b""
        for line in lines:
            self._take(line)
        return bool(chunk)


class Supervisor:
    """Runs parts until told to end. `parts` come in the order in which they end."""

    def __init__(self, parts: Sequence[Part], board: Board) -> None:
        self._children = [_Child(part) for part in parts]
        self._board = board
        self._selector = selectors.DefaultSelector()
        self._signals = 0
        self._ends_by: float | None = None
        self._code = 0
        self._was_ready = False

    def run(self, ready: Callable[[dict[str, Told]], None]) -> int:
        """Run until SIGTERM, SIGINT, or a part that does not come up at first; return the exit code.

        `ready` is called once with what each part told.
        """
        with self._listening(), self._board.kept():
            for child in self._children:
                self._start(child)
            while any(child.pid for child in self._children) or not self._is_ending:
                self._look()
                self._reap()
                self._go_on()
                if not self._was_ready and all(child.ready for child in self._children):
                    self._was_ready = True
                    ready({child.part.name: child.told for child in self._children})
            while any(isinstance(key.data, _Pipe) for key in self._selector.get_map().values()):
                self._look()
        return self._code

    # --- Starting -----------------------------------------------------------------------------
    def _start(self, child: _Child) -> None:
        told, tell = os.pipe()
        said, say = os.pipe()
        parent = os.getpid()
        sys.stdout.flush()
        sys.stderr.flush()
        child.pid = os.fork()
        if child.pid == 0:
            self._be(child.part, parent, tell, say, child.told)
        os.close(tell)
        os.close(say)
        self._selector.register(told, selectors.EVENT_READ, _Pipe(lambda line: self._tell(child, line)))
        self._selector.register(said, selectors.EVENT_READ, _Pipe(lambda line: self._say(child, line)))
        child.since, child.starts, child.again_at, child.ready = time.monotonic(), child.starts + 1, None, False
        child.problems = {}
        self._show()

    def _be(self, part: Part, parent: int, tell: int, say: int, before: Told) -> NoReturn:
        """Be the part, in the new process, and end with it."""
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            # Ctrl-C reaches every process of a terminal; the supervisor says when it is whose turn.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            _die_with(parent)
            os.dup2(say, 1)
            os.dup2(say, 2)
            for descriptor in [key.fd for key in self._selector.get_map().values()]:
                os.close(descriptor)
            self._selector.close()
            code = part.run(lambda told: _write(tell, to_json(dict(told)) + b"\n"), before)
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            with suppress(OSError):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)

    # --- Looking ------------------------------------------------------------------------------
    def _look(self) -> None:
        """Wait for something to happen, and take what the parts say."""
        due = [child.again_at for child in self._children if child.again_at is not None]
        due += [self._ends_by] if self._ends_by is not None else []
        timeout = max(0.0, min(due) - time.monotonic()) if due else None
        for key, _ in self._selector.select(timeout):
            if isinstance(key.data, _Pipe):
                if not key.data.read(key.fd):
                    self._selector.unregister(key.fd)
                    os.close(key.fd)
            else:
                os.read(key.fd, 512)

    def _tell(self, child: _Child, line: bytes) -> None:
        told = from_json(line) if line else {}
        if "ready" in told:
            child.told, child.ready = told["ready"], True
        child.problems = told.get("problems", child.problems)
        self._show()

    def _say(self, child: _Child, line: bytes) -> None:
        if line:
            _write(2, b"[%b] %b\n" % (child.part.name.encode(), line))

    def _reap(self) -> None:
        for child in self._children:
            if not child.pid:
                continue
            pid, status = os.waitpid(child.pid, os.WNOHANG)
            if pid:
                self._ended(child, os.waitstatus_to_exitcode(status))

    def _ended(self, child: _Child, code: int) -> None:
        child.pid, child.code, child.ready = 0, code, False
        if self._is_ending:
            self._ends_by = None
            self._code = self._code or max(code, 0)
        elif not self._was_ready:
            # It never came up: its own sentence says why, and its code is ours.
            self._code = code if code > 0 else 1
            self._signals = self._signals or 1
        else:
            if time.monotonic() - child.since >= WELL_AFTER_SECONDS:
                child.pause = FIRST_PAUSE_SECONDS
            child.again_at = time.monotonic() + child.pause
            self._say(child, b"ended with %d; started again in %.1f s" % (code, child.pause))
            child.pause = min(2 * child.pause, LONGEST_PAUSE_SECONDS)
        self._show()

    def _go_on(self) -> None:
        """Start what is due again; while ending, end the next."""
        now = time.monotonic()
        if not self._is_ending:
            for child in self._children:
                if child.again_at is not None and child.again_at <= now:
                    self._start(child)
            return
        for child in self._children:
            child.again_at = None
        leaving = next((child for child in self._children if child.pid), None)
        if leaving is None:
            return
        if self._signals > 1 or (self._ends_by is not None and self._ends_by <= now):
            os.kill(leaving.pid, signal.SIGKILL)
            self._ends_by = now + GRACE_SECONDS
        elif self._ends_by is None:
            os.kill(leaving.pid, signal.SIGTERM)
            self._ends_by = now + GRACE_SECONDS

    def _show(self) -> None:
        self._board.write({child.part.name: child.post for child in self._children})

    # --- Signals ------------------------------------------------------------------------------
    @property
    def _is_ending(self) -> bool:
        return self._signals > 0

    @contextmanager
    def _listening(self) -> Iterator[None]:
        waking, wake = os.pipe()
        os.set_blocking(wake, False)
        os.set_blocking(waking, False)
        self._selector.register(waking, selectors.EVENT_READ)
        before = signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        handlers = {each: signal.signal(each, self._end) for each in (signal.SIGTERM, signal.SIGINT)}
        handlers[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
        try:
            yield
        finally:
            for each, handler in handlers.items():
                signal.signal(each, handler)
            signal.set_wakeup_fd(before)
            os.close(waking)
            os.close(wake)

    def _end(self, *_: object) -> None:
        self._signals += 1


def _die_with(parent: int) -> None:
    """Have the kernel end this process when its parent ends (Linux; elsewhere SIGTERM to the parent is the way)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _write(descriptor: int, content: bytes) -> None:
    """Write all of it; where nobody reads any more, nothing is lost that anybody wanted."""
    with suppress(OSError):
        while content:
            content = content[os.write(descriptor, content) :]

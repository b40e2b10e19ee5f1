"""Child processes that wait for a common start: servers, clients and producers of a case.

A child is a module run with one JSON argument. It says "ready" with what the parent must know,
begins at "go", and ends with a line of results when it is done, or, a server, when its input ends.
A child whose parent dies sees the end of its input too, so nothing is left behind.
"""

from __future__ import annotations

import cProfile
import gc
import json
import os
import pstats
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.benchmarks.measure import ROOT, processor_seconds

PROFILE_LINES = 45
END_SECONDS = 60.0


class Child:
    """One child process; within `with` it is ready."""

    def __init__(self, module: str, **argument: Any) -> None:
        surroundings = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "generated")])}
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"tests.benchmarks.{module}", json.dumps(argument)],
            cwd=ROOT,
            env=surroundings,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # Ctrl-C is the parent's: its children end when it lets go of them.
            start_new_session=True,
        )
        self.ready: dict[str, Any] = {}

    def __enter__(self) -> Self:
        try:
            self.ready = self._answer("ready")
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._process.kill()
        self._end()

    def processor_seconds(self) -> float:
        return processor_seconds(self._process.pid)

    def go(self) -> None:
        """Let it begin."""
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()

    def result(self) -> dict[str, Any]:
        """Wait until it is done and return what it measured."""
        return self._answer("done")

    def _answer(self, word: str) -> dict[str, Any]:
        assert self._process.stdout is not None
        for text in self._process.stdout:
            said, _, rest = text.partition(" ")
            if said == word:
                answer: dict[str, Any] = json.loads(rest)
                return answer
        raise RuntimeError(f"a child process ended with {self._process.wait()} before it was {word}")

    def _end(self) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise
        finally:
            self._process.stdout.close()


def race(children: Sequence[Child]) -> tuple[float, list[dict[str, Any]]]:
    """Let all begin at once; return the seconds from the first start to the last end, and their results."""
    for child in children:
        child.go()
    results = [child.result() for child in children]
    # The monotonic clock of Linux is one for all processes.
    seconds = max(result["ended"] for result in results) - min(result["started"] for result in results)
    return seconds, results


# --- Inside a child ---------------------------------------------------------------------------
def argument() -> dict[str, Any]:
    """Return what the parent asked for."""
    asked: dict[str, Any] = json.loads(sys.argv[1])
    return asked


def say(word: str, **answer: Any) -> None:
    """Tell the parent."""
    sys.stdout.write(f"{word} {json.dumps(answer)}\n")
    sys.stdout.flush()


def wait_for_go() -> None:
    """Wait for the parent; raise SystemExit when it is gone."""
    if not sys.stdin.readline():
        raise SystemExit


@contextmanager
def profiled(path: str | None) -> Iterator[None]:
    """Profile the main thread into a file, with a readable list of the dearest functions beside it.

    The collector of cycles does not show in a profile (its time falls on whoever makes an object just then), so
    it is timed apart. The times of a profiled run are no figures: profiling slows Python down severalfold.
    """
    if path is None:
        yield
        return
    profile, collector = cProfile.Profile(), Collector()
    gc.callbacks.append(collector)
    profile.enable()
    try:
        yield
    finally:
        profile.disable()
        gc.callbacks.remove(collector)
        profile.dump_stats(path)
        with Path(f"{path}.txt").open("w", encoding="utf-8") as text:
            text.write(f"{collector}\n\n")
            stats = pstats.Stats(profile, stream=text)
            stats.sort_stats("tottime").print_stats(PROFILE_LINES)
            stats.sort_stats("cumulative").print_stats(PROFILE_LINES)


class Collector:
    """Times the collector of cycles, by generation."""

    def __init__(self) -> None:
        self._began = 0.0
        self._runs, self._seconds = [0, 0, 0], [0.0, 0.0, 0.0]

    def __call__(self, phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            self._began = time.perf_counter()
            return
        self._runs[info["generation"]] += 1
        self._seconds[info["generation"]] += time.perf_counter() - self._began

    def __str__(self) -> str:
        return "collector of cycles: " + ", ".join(
            f"{runs} runs of generation {generation} in {seconds:.3f} s"
            for generation, (runs, seconds) in enumerate(zip(self._runs, self._seconds, strict=True))
        )


def run(work: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Do a child's work and tell the result."""
    say("done", **work(argument()))

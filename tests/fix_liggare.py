"""Run `liggare` inside this process, or as one of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pydantic_core import from_json

from services.cli.main import main

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Ran:
    """What a run of `liggare` left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return from_json(self.out)

    @property
    def lines(self) -> list[Any]:
        return [from_json(line) for line in self.out.splitlines()]


class Liggare:
    """`liggare` with the options of one ledger; call it with the other arguments."""

    def __init__(self, store: str, keys: Path, capture: pytest.CaptureFixture[bytes], ledger: str = "test/l") -> None:
        self.store, self.keys, self.ledger, self._capture = store, keys, ledger, capture

    @property
    def options(self) -> list[str]:
        return ["--store", self.store, "--keys", str(self.keys), "--ledger", self.ledger]

    def __call__(self, *arguments: str, code: int | None = 0) -> Ran:
        """Run in this process; `code` is what it must exit with, None for any."""
        self._capture.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([*self.options, *arguments])
        out, err = self._capture.readouterr()
        ran = Ran(int(ended.value.code or 0), out.decode(), err.decode())
        assert "Traceback" not in ran.err
        assert code is None or ran.code == code, ran
        return ran

    def spawn(self, *arguments: str, **how: Any) -> subprocess.Popen[bytes]:
        """Start a process of its own."""
        return spawn([*self.options, *arguments], **how)


def spawn(arguments: Sequence[str], **how: Any) -> subprocess.Popen[bytes]:
    """Start `liggare` as a process of its own, with the environment a user would have."""
    path = os.pathsep.join([str(ROOT), str(ROOT / "generated")])
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LIGGARE_")}
    how.setdefault("stdout", subprocess.PIPE)
    how.setdefault("stderr", subprocess.PIPE)
    return subprocess.Popen(
        [sys.executable, "-m", "services.cli.main", *arguments], env=environment | {"PYTHONPATH": path}, **how
    )

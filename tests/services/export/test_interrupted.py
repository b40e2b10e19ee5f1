"""An export that is stopped, at whatever write, leaves nothing that claims to be whole, and goes on when it is run again."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from services.cli.exits import Exit, explained
from services.engines import engine
from services.export import folder as folders
from services.export.bundle import export
from services.export.folder import BundleFolder, claimed
from services.export.refusals import ExportBusy, ExportRefused, NothingToExport, OutputUnfit, SizeNotKept
from services.keys import make_keys
from services.settings import settings
from tests.fix_liggare import ROOT
from tests.services.audit.town import Town, copy_of
from tests.services.export.bundles import checked, files_of


class Stopped(BaseException):
    """The process is gone; nothing is tidied up after it."""


@contextmanager
def failing(monkeypatch: pytest.MonkeyPatch, at: int, error: BaseException) -> Iterator[list[str]]:
    """Let the `at`-th call that changes a file fail; yields the calls there were."""
    calls: list[str] = []

    def guarded(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **named: Any) -> Any:
            calls.append(name)
            if len(calls) == at:
                raise error
            return call(*arguments, **named)

        return counted

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", guarded("fsync", os.fsync))
        patch.setattr(os, "fchmod", guarded("open", os.fchmod))
        patch.setattr(Path, "replace", guarded("replace", Path.replace))
        patch.setattr(Path, "unlink", guarded("unlink", Path.unlink))
        yield calls


def writes_of(town: Town, out: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    with failing(monkeypatch, 0, Stopped()) as calls:
        export(town.settings, out)
    return len(calls)


def test_whatever_write_fails_the_next_run_ends_with_the_same_bytes(
    untouched: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = tmp_path / "older"
    export(untouched.settings, older, at=340)
    shutil.copytree(older, tmp_path / "right")
    total = writes_of(untouched, tmp_path / "right", monkeypatch)
    right = files_of(tmp_path / "right")
    assert total > 40
    for at in range(1, total + 1):
        out = tmp_path / f"out-{at}"
        shutil.copytree(older, out)
        error = OSError(errno.ENOSPC, "No space left on device") if at % 2 else Stopped()
        with failing(monkeypatch, at, error), pytest.raises((OSError, Stopped)):
            export(untouched.settings, out)
        if (out / "manifest.json").exists():
            checked(out)
        export(untouched.settings, out)
        assert files_of(out) == right, at


def test_a_zip_that_is_stopped_is_not_there_and_the_next_one_is_the_same(
    untouched: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(untouched.settings, tmp_path / "right.zip")
    right = (tmp_path / "right.zip").read_bytes()
    total = writes_of(untouched, tmp_path / "counted.zip", monkeypatch)
    for at in range(1, total + 1, 7):
        out = tmp_path / f"out-{at}.zip"
        with failing(monkeypatch, at, OSError(errno.ENOSPC, "No space left on device")), pytest.raises(OSError):
            export(untouched.settings, out)
        assert not out.exists() or out.read_bytes() == right
        export(untouched.settings, out)
        assert out.read_bytes() == right
        assert sorted(path.name for path in tmp_path.glob(f"out-{at}.*")) == [out.name]


def test_an_export_that_is_killed_goes_on(untouched: Town, tmp_path: Path) -> None:
    (tmp_path / "town").mkdir()
    town = copy_of(untouched, tmp_path / "town")
    export(town.settings, tmp_path / "right")
    out = tmp_path / "out"
    chosen = town.settings
    program = (
        "import sys, time; from pathlib import Path; from services.export import bundle; from services.settings import settings\n"
        "drafted = bundle.BundleFolder.drafted\n"
        "def slowly(self, name):\n"
        "    time.sleep(0.03)\n"
        "    return drafted(self, name)\n"
        "bundle.BundleFolder.drafted = slowly\n"
        f"bundle.export(settings({chosen.store!r}, {chosen.ledger!r}, {str(chosen.keys)!r}, {{}}), Path({str(out)!r}))\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "generated")])}
    kills = 0
    for _ in range(6):
        child = subprocess.Popen([sys.executable, "-c", program], env=environment)
        seen = len(list(out.rglob("*")))
        while child.poll() is None and len(list(out.rglob("*"))) < seen + 3:
            time.sleep(0.005)
        if child.poll() is None:
            child.send_signal(signal.SIGKILL)
            kills += 1
        child.wait()
        if (out / "manifest.json").exists():
            checked(out)
    assert kills
    export(town.settings, out)
    assert files_of(out) == files_of(tmp_path / "right")


# --- Plain errors -----------------------------------------------------------------------------
def test_two_exports_to_one_place_do_not_meet(untouched: Town, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    held = os.open(tmp_path / "out", os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(ExportBusy) as refused:
            export(untouched.settings, tmp_path / "out")
        failure = explained(refused.value)
        assert failure is not None and failure.code is Exit.BUSY
    finally:
        os.close(held)
    export(untouched.settings, tmp_path / "out")


def test_refusals_have_their_exit_codes(untouched: Town, tmp_path: Path) -> None:
    for refusal, code in (
        (NothingToExport("l"), Exit.NOT_FOUND),
        (SizeNotKept(3, 2, 4), Exit.NOT_FOUND),
        (OutputUnfit(tmp_path, "it is a file"), Exit.COULD_NOT_RUN),
    ):
        assert isinstance(refusal, ExportRefused)
        failure = explained(refusal)
        assert failure is not None and failure.code is code


def test_without_a_checkpoint_there_is_nothing_to_export(tmp_path: Path) -> None:
    chosen = settings(f"sqlite:///{tmp_path}/l.db", "test/l", str(tmp_path / "keys"), environment={})
    engine(chosen).prepare()
    make_keys(chosen)
    with pytest.raises(NothingToExport, match="no published checkpoint yet"):
        export(chosen, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_folder_that_may_not_be_written_is_named(untouched: Town, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError) as refused:
        export(untouched.settings, tmp_path / "file" / "out")
    failure = explained(refused.value)
    assert failure is not None and str(tmp_path / "file") in str(failure)


def test_a_full_disk_is_told_with_the_file(tmp_path: Path) -> None:
    with claimed(tmp_path / "out") as folder:
        with pytest.raises(OSError, match="No space left") as refused, folder.drafted("a/b"):
            raise OSError(errno.ENOSPC, "No space left on device")
        failure = explained(refused.value)
        assert failure is not None and failure.code is Exit.COULD_NOT_RUN
        assert str(tmp_path / "out/a/b") in str(failure)
        assert list(folder.names()) == []


def test_many_files_are_brought_to_the_disk_in_portions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "UNSETTLED_MAX", 3)
    flushed: list[Path] = []
    flush = folders._flush

    def seen(place: Path, flags: int) -> None:
        flushed.append(place)
        flush(place, flags)

    monkeypatch.setattr(folders, "_flush", seen)
    with claimed(tmp_path / "out") as folder:
        assert isinstance(folder, BundleFolder)
        for number in range(4):
            folder.put(f"a/{number}", b"x")
        assert {tmp_path / "out" / "a" / str(number) for number in range(3)} <= set(flushed)
        assert tmp_path / "out" / "a" / "3" not in flushed
        folder.settle()
        assert tmp_path / "out" / "a" / "3" in flushed
        assert not folder.put("a/3", b"x")
    with closing(open(tmp_path / "out" / "a" / "3", "rb")) as file:  # noqa: PTH123
        assert file.read() == b"x"

"""A folder of files serves the same log: any web server on an exported bundle says what ours says, byte for byte."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ledger.log.tiles import bundles_of, tiles_of
from services.export.bundle import export
from services.settings import Settings
from tests.ledger.log.published import ORIGIN, Published
from tests.ledger.store.conftest import sqlite_engine
from tests.services.web.site import SIZES, Site, grow, served, witness

BESIDE = ("checkpoint", "checkpoints.jsonl", "log.vkey", "log.vkeys", "policy")


@contextmanager
def plainly(folder: Path) -> Iterator[Site]:
    """Serve a folder with the web server that comes with Python."""
    command = [sys.executable, "-u", "-m", "http.server", "--bind", "127.0.0.1", "--directory", str(folder), "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        try:
            yield Site(int(process.stdout.readline().split(" port ")[1].split()[0]))
        finally:
            process.terminate()


def test_a_bundle_on_any_web_server_is_the_same_log(tmp_path: Path) -> None:
    engine = sqlite_engine(tmp_path / "l.sqlite").ready()
    published = grow(Published(engine, tmp_path / "keys"))
    witness(published)
    export(Settings(f"sqlite:///{tmp_path}/l.sqlite", ORIGIN, published.keys), tmp_path / "bundle")
    paths = [*BESIDE, *(tile.path() for tile in (*tiles_of(SIZES[-1]), *bundles_of(SIZES[-1])))]
    with served(published) as ours, plainly(tmp_path / "bundle") as plain:
        for path in paths:
            one, other = ours(f"/{path}"), plain(f"/{path}")
            assert (one.status, other.status) == (200, 200), path
            assert one.body == other.body, path
        for note in (ours("/checkpoint").body, ours("/receipts/3").body):
            assert [note.count(f"\n— {name}.example/w ".encode()) for name in "ab"] == [1, 1]
        for path in ("tile/0/002", "tile/0/003.p/1", "tile/1/000", "tile/0/x000/000"):
            assert ours(f"/{path}").status in {400, 404} and plain(f"/{path}").status == 404
    engine.close()

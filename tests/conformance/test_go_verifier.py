"""Go's own packages for its checksum database accept our logs, refuse changed ones, and write one that we accept."""

from __future__ import annotations

import json
import random
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from ledger.log.checkpoint import Checkpoint
from ledger.log.merkle import leaf_hashes, root_of
from ledger.log.note import VerifierKey
from ledger.log.tiles import bundles_of, split_bundle, tiles_of
from ledger.log.verify import verify_checkpoint
from services.audit.offline.bundle import Wanted, verify_bundle
from services.audit.offline.sources import Folder
from tests.conformance.conftest import Ours, Tool
from tests.services.web.site import Site

EDGES = (1, 2, 3, 255, 256, 257, 511, 512, 513)
LARGE = (65_535, 65_536, 65_537, 70_000)
FLIPS = 60


def test_go_accepts_what_we_serve_and_export_at_every_size(tlogverify: Tool, ours: Ours, site: Site) -> None:
    for size in EDGES:
        ours.grow(size)
        live = tlogverify("log", ours.vkey, site.url)
        assert live.startswith(f"ok {size} entries give the signed root; "), live
        assert "receipts verified" in live
    for size in EDGES:
        bundle = ours.exported(size)
        static = tlogverify("log", bundle / "log.vkey", bundle)
        assert f"ok {EDGES.index(size) + 1} kept checkpoints verified, " in static


@pytest.mark.slow
def test_go_accepts_trees_of_three_levels(tlogverify: Tool, ours: Ours, site: Site) -> None:
    for size in LARGE:
        ours.grow(size)
        assert tlogverify("log", ours.vkey, site.url).startswith(f"ok {size} entries")
        bundle = ours.exported(size)
        assert tlogverify("log", bundle / "log.vkey", bundle).startswith(f"ok {size} entries")


def test_go_accepts_receipts_as_files(tlogverify: Tool, ours: Ours, site: Site, tmp_path: Path) -> None:
    files = []
    for position in (1, 2, 255, 256, 257, 513):
        files.append(tmp_path / f"{position}.tlog-proof")
        files[-1].write_bytes(site(f"/receipts/{position}").body)
    said = tlogverify("proof", ours.vkey, *files)
    assert said.count("ok ") == len(files)
    files[0].write_bytes(files[1].read_bytes().replace(b"index 1\n", b"index 0\n"))
    assert tlogverify.run("proof", ours.vkey, files[0]).returncode == 1


def test_go_refuses_every_changed_bit(tlogverify: Tool, ours: Ours, tmp_path: Path) -> None:
    bundle = ours.exported(513)
    names = ["checkpoint", *(tile.path() for tile in (*tiles_of(513), *bundles_of(513)))]
    chance = random.Random(513)
    for _ in range(FLIPS):
        name = chance.choice(names)
        copy = tmp_path / "copy"
        shutil.copytree(bundle, copy)
        octets = bytearray((copy / name).read_bytes())
        at, bit = chance.randrange(_looked_at(name, octets)), chance.randrange(8)
        octets[at] ^= 1 << bit
        (copy / name).write_bytes(octets)
        ran = tlogverify.run("log", bundle / "log.vkey", copy)
        # The last character of a line's base64 has bits that mean nothing, which Go does not look at, and we do.
        spare = name == "checkpoint" and chr(octets[at + 1]) in "=\n"
        assert ran.returncode == 1 or spare, (name, at, bit, ran.stdout)
        shutil.rmtree(copy)


def _looked_at(name: str, octets: bytearray) -> int:
    """Return how much of a file Go looks at: of a checkpoint not the ML-DSA line, whose kind of key it does not know."""
    lines = octets.splitlines(keepends=True)
    return sum(map(len, lines[:5])) if name == "checkpoint" else len(octets)


def test_go_refuses_another_history_signed_with_the_true_key(tlogverify: Tool, ours: Ours, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle"
    shutil.copytree(ours.exported(513), bundle)
    lines = (bundle / "checkpoints.jsonl").read_bytes().splitlines(keepends=True)
    swapped = lines[3].replace(b'"size":255', b'"size":254')
    (bundle / "checkpoints.jsonl").write_bytes(b"".join([*lines[:3], swapped, *lines[4:]]))
    assert "another root" in tlogverify.run("log", bundle / "log.vkey", bundle).stdout


@pytest.mark.parametrize("sizes", [(1,), (2, 255, 256, 257), (300, 600, 1_000)])
def test_we_accept_a_log_that_go_writes(tlogverify: Tool, tmp_path: Path, sizes: tuple[int, ...]) -> None:
    tlogverify("write", tmp_path, "go.example/log", *map(str, sizes))
    tlogverify("log", tmp_path / "log.vkey", tmp_path)
    key = VerifierKey.parse((tmp_path / "log.vkey").read_text().strip())
    signed = verify_checkpoint((tmp_path / "checkpoint").read_bytes(), "go.example/log", [key])
    bundles = [split_bundle((tmp_path / tile.path()).read_bytes(), tile.width) for tile in bundles_of(sizes[-1])]
    leaves = leaf_hashes([entry for bundle in bundles for entry in bundle])
    assert signed == Checkpoint("go.example/log", sizes[-1], root_of(leaves))
    for size in sizes:
        for tile in tiles_of(size):
            span = 256**tile.level if tile.level else 1
            rows = (
                leaves[at * span : (at + 1) * span] for at in range(tile.number * 256, tile.number * 256 + tile.width)
            )
            assert (tmp_path / tile.path()).read_bytes() == b"".join(map(root_of, rows))


def test_our_offline_verifier_accepts_a_log_that_go_writes(tlogverify: Tool, tmp_path: Path) -> None:
    sizes = (1, 2, 255, 256, 257, 511, 513, 1_000)
    tlogverify("write", tmp_path, "go.example/log", *map(str, sizes))
    older = (tmp_path / "checkpoints.jsonl").read_bytes().splitlines()[3]
    since = [("the checkpoint of size 256", str(json.loads(older)["note"]).encode())]
    with closing(Folder(tmp_path)) as source:
        report = verify_bundle(source, Wanted(since=since))
    assert (report.findings, report.size) == ([], 1_000)
    changed = bytearray((tmp_path / "tile/entries/002").read_bytes())
    changed[100] ^= 1
    (tmp_path / "tile/entries/002").write_bytes(changed)
    with closing(Folder(tmp_path)) as source:
        (found,) = verify_bundle(source, Wanted(since=since)).findings
    assert found.position in {513, 514, 515, 516}

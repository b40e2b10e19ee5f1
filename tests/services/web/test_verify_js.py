"""`verify.js` says of every vector what Python says of it: in node, and in Chromium."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from ledger.log.tiles import Tile
from tests.services.web.vectors import Log, Vector, entries, vectors

SCRIPT = files("services.web").joinpath("static/verify.js").read_bytes()
SIZE_MAX = 5_000
NODE = shutil.which("node")
node = pytest.mark.skipif(NODE is None, reason="node is not installed, and runs the script here")
VECTORS = list(vectors())
STEPS = ("leaf", "path", "head")

RUN = """
import { readFileSync } from 'node:fs';
import { check, decoded, Unreachable, tilePath, roots } from './verify.mjs';
const { vectors, paths, grown = [] } = JSON.parse(readFileSync(0, 'utf8'));
const said = [];
for (const each of vectors) {
  const kept = each.kept && { size: each.kept.size, root: decoded(each.kept.root) };
  const tile = async path => { if (!(path in each.tiles)) throw new Unreachable(path); return decoded(each.tiles[path]); };
  const { leaf, path, head, growth } = await check({ ...each, kept, tile });
  said.push({ leaf, path, head, growth });
}
const hex = bytes => Buffer.from(bytes).toString('hex'), found = [];
for (const { old, size, tiles } of grown) found.push((await roots(old, size, async path => decoded(tiles[path]))).map(hex));
console.log(JSON.stringify({ said, found, paths: paths.map(([level, at, size]) => tilePath(level, at, size)) }));
"""


def run(folder: Path, **given: Any) -> Any:
    """Run the script's functions in node."""
    folder.joinpath("verify.mjs").write_bytes(SCRIPT)
    folder.joinpath("run.mjs").write_text(RUN)
    command = [str(NODE), "run.mjs"]
    done = subprocess.run(
        command, check=False, cwd=folder, input=json.dumps(given), capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What the script said of each vector."""
    answers = run(tmp_path_factory.mktemp("node"), vectors=[each.plain() for each in VECTORS], paths=[])["said"]
    return {vector.name: answer for vector, answer in zip(VECTORS, answers, strict=True)}


def test_the_script_is_small_and_loads_nothing() -> None:
    assert len(gzip.compress(SCRIPT)) <= SIZE_MAX
    assert b"import " not in SCRIPT
    assert b"://" not in SCRIPT
    assert b"innerHTML" not in SCRIPT
    assert b"eval(" not in SCRIPT


@pytest.mark.parametrize("vector", VECTORS, ids=lambda each: each.name)
def test_python_says_what_the_vector_says(vector: Vector) -> None:
    if vector.name not in ("tiles changed", "tiles kept back"):  # Python is given proofs, not tiles
        assert vector.holds(Log(entries())) is not bool(vector.fails)


@node
@pytest.mark.parametrize("vector", VECTORS, ids=lambda each: each.name)
def test_the_script_says_which_step_fails(vector: Vector, said: dict[str, dict[str, Any]]) -> None:
    found = said[vector.name]
    failed = [step for step in STEPS if not found[step]]
    if vector.fails in STEPS:
        assert vector.fails in failed
    else:
        assert not failed
        assert found["growth"] == vector.growth


@node
def test_only_what_was_changed_turns_red(said: dict[str, dict[str, Any]]) -> None:
    event = said["event changed, fingerprint shown"]
    assert (event["leaf"], event["path"], event["head"]) == (False, False, True)
    signature = said["signature changed"]
    assert (signature["leaf"], signature["path"], signature["head"]) == (True, True, False)
    assert said["path changed"]["head"] is True
    assert said["signature changed"]["growth"] is None  # nothing unsigned is compared, or remembered


@node
def test_tiles_have_the_paths_of_tlog_tiles(tmp_path: Path) -> None:
    asked = [
        (0, 0, 600),
        (0, 2, 600),
        (1, 0, 70_000),
        (0, 1234, 1234 * 256 + 5),
        (2, 0, 1 << 24),
        (0, 1_234_067, 1 << 40),
    ]
    expected = [f"/{Tile(level, at, min(256, (size >> 8 * level) - at * 256)).path()}" for level, at, size in asked]
    assert run(tmp_path, vectors=[], paths=asked)["paths"] == expected


SIZES = (*range(1, 18), 255, 256, 257, 511, 512, 513, 600)


@node
def test_roots_computed_from_tiles_are_those_of_both_trees(tmp_path: Path) -> None:
    log = Log(entries())
    tiles = {size: log.tiles(size) for size in SIZES}
    pairs = [(old, new) for old in SIZES for new in SIZES if old <= new]
    asked = [{"old": old, "size": new, "tiles": tiles[new]} for old, new in pairs]
    expected = [[log.head(old).root.hex(), log.head(new).root.hex()] for old, new in pairs]
    assert run(tmp_path, vectors=[], paths=[], grown=asked)["found"] == expected

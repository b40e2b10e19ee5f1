"""Whatever note we accept, Go's own package accepts for the same text; it accepts a little more, for reasons we know."""

from __future__ import annotations

import os
import shutil
import subprocess
from base64 import b64decode, b64encode
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from ledger.log.checkpoint import Checkpoint
from ledger.log.cosignature import Ed25519CosigningKey, MlDsaSigningKey
from ledger.log.errors import ProofError
from ledger.log.note import Note, SigningKey, parse_note, sign_note, verify_note
from tests.ledger.log.mutators import spoil

FOLDER = Path(__file__).parent
GOPATH = Path("/usr/share/gocode")
ROUNDS = 3000

LOG = SigningKey("kommun.example/ledger", bytes(32))
OTHER = SigningKey("vittne.example/ä", bytes([1]) * 32)
STRANGER = SigningKey("elsewhere.example", bytes([9]) * 32)
HEAD = Checkpoint(LOG.name, 7, bytes(range(32)))
CHECKPOINT = Note(
    HEAD.text(),
    (
        LOG.sign(HEAD.text()),
        MlDsaSigningKey(LOG.name, bytes(32)).sign(HEAD.text()),
        Ed25519CosigningKey(OTHER.name, bytes([2]) * 32).cosign(HEAD, 1_763_718_000),
        OTHER.sign(HEAD.text()),
    ),
).to_bytes()
PLAIN = sign_note("liggare\n\nfri text\n", STRANGER, LOG).to_bytes()
STRAYS = [line.encode() for line in (STRANGER.sign(HEAD.text()).line(), LOG.sign("another\n").line(), "\n", "7\n")]


@pytest.fixture(scope="module")
def noteopen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Go program of this folder, built on Debian's packages."""
    if shutil.which("go") is None or not (GOPATH / "src/golang.org/x/mod/sumdb/note").is_dir():
        pytest.skip("Go is not here; on Debian: apt install golang-go golang-golang-x-mod-dev")
    folder = tmp_path_factory.mktemp("go")
    environment = os.environ | {"GO111MODULE": "off", "GOPATH": str(GOPATH), "GOCACHE": str(folder / "cache")}
    program = folder / "noteopen"
    subprocess.run(
        ["go", "build", "-o", str(program), "."], cwd=FOLDER / "noteopen", env=environment, check=True, timeout=240
    )
    return program


def opened_by_go(noteopen: Path, notes: Sequence[bytes]) -> list[bytes | None]:
    """The text of each note that Go accepts, else None."""
    given = "".join(f"{b64encode(raw).decode()}\n" for raw in notes)
    keys = [LOG.verifier.format(), OTHER.verifier.format()]
    ran = subprocess.run([noteopen, *keys], input=given, capture_output=True, text=True, timeout=240, check=True)
    said = [line.split(" ") for line in ran.stdout.splitlines()]
    assert len(said) == len(notes)
    return [b64decode(line[1]) if line[0] == "ok" else None for line in said]


def opened_by_us(raw: bytes) -> bytes | None:
    try:
        note = parse_note(raw)
        verify_note(note, [LOG.verifier, OTHER.verifier])
    except ProofError:
        return None
    return note.text.encode()


def is_stricter(raw: bytes) -> bool:
    """Whether we refuse for a reason of our own: base64 spelt otherwise, or a later line of a key that does not fit."""
    lines = raw.rpartition(b"\n\n")[2].decode().splitlines()
    payloads = [line.rpartition(" ")[2] for line in lines]
    respelt = any(b64encode(b64decode(payload)).decode() != payload for payload in payloads)
    keys = [(line.split(" ")[1], b64decode(line.rpartition(" ")[2])[:4]) for line in lines]
    return respelt or len(set(keys)) < len(keys)


def test_go_opens_our_notes_and_passes_over_what_it_does_not_know(noteopen: Path) -> None:
    assert opened_by_go(noteopen, [CHECKPOINT, PLAIN]) == [HEAD.text().encode(), b"liggare\n\nfri text\n"]
    assert opened_by_us(CHECKPOINT) == HEAD.text().encode()


def test_of_spoiled_notes_we_accept_none_that_go_refuses(noteopen: Path) -> None:
    rng = Random("spoiled notes")
    notes = [spoil(rng, rng.choice([CHECKPOINT, PLAIN]), STRAYS) for _ in range(ROUNDS)]
    accepted = 0
    for raw, theirs in zip(notes, opened_by_go(noteopen, notes), strict=True):
        ours = opened_by_us(raw)
        accepted += ours is not None
        assert ours == theirs or (ours is None and is_stricter(raw)), raw
    assert accepted > ROUNDS // 20

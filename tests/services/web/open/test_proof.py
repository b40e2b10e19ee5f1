"""A page with its proof: a stranger checks every event in the zip with the key that lies beside it."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from pydantic_core import from_json

from ledger.log.verify import verify_receipt
from ledger.log.vkeys import parse_vkey
from services.export.verifier import verifier
from services.web.open import proof
from tests.services.web.open.town import ORIGIN
from tests.services.web.site import Site


def unpacked(site: Site, path: str) -> dict[str, bytes]:
    said = site(path)
    assert said.status == 200, said.text
    assert said.headers["content-type"] == "application/zip"
    with ZipFile(io.BytesIO(said.body)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


@pytest.mark.parametrize(
    "path",
    ["/beslut/park-1.zip", "/forslag/nf-1.zip", "/arende/bankar.zip", "/omrostningar/stangd.zip", "/enkater/enkat.zip"],
)
def test_every_event_in_it_proves_itself(site: Site, path: str) -> None:
    files = unpacked(site, path)
    key = parse_vkey(files["log.vkey"].decode().strip())
    proofs = [name for name in files if name.endswith(".tlog-proof")]
    assert proofs
    for name in proofs:
        found = verify_receipt(files[name], ORIGIN, [key])
        assert files[name.replace(".tlog-proof", ".json")] in files[name] or found
    assert files["README.txt"].decode().count(f"{len(proofs)} ") >= 1
    assert files["checkpoint"].startswith(ORIGIN.encode())


def test_it_holds_what_the_page_shows(site: Site) -> None:
    files = unpacked(site, "/beslut/park-1.zip")
    position = from_json(files["side.json"])["position"]
    there = from_json(site(f"/beslut/park-1.json?at={position}").body)
    ours = from_json(files["side.json"])
    assert ours["decision"] == there["decision"]
    assert ours["profile"] == there["profile"]
    assert files["side.csv"] == site(f"/beslut/park-1.csv?at={position}").body


def test_the_same_position_gives_the_same_bytes(site: Site) -> None:
    now = site("/beslut/park-1.zip")
    assert site("/beslut/park-1.zip").body == now.body
    with ZipFile(io.BytesIO(now.body)) as packed:
        assert packed.namelist() == sorted(packed.namelist())
        assert {info.date_time for info in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    early = unpacked(site, "/forslag/nf-1.zip?at=5")
    assert [name for name in early if name.endswith(".json") and "/" in name] == ["handelser/4.json"]


def test_the_command_in_the_readme_works(site: Site, tmp_path: Path) -> None:
    files = unpacked(site, "/beslut/park-1.zip")
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    command = next(line.split() for line in files["README.txt"].decode().splitlines() if "liggare verify" in line)
    ran = subprocess.run(
        [sys.executable, "-m", "services.cli.main", *command[1:]],
        cwd=tmp_path,
        env={"PYTHONPATH": ":".join(sys.path), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    (tmp_path / "verify.py").write_bytes(verifier())
    command = next(line.split() for line in files["README.txt"].decode().splitlines() if "verify.py receipt" in line)
    ran = subprocess.run(
        [sys.executable, "-I", *command[1:]], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_it_is_bounded_and_says_so(chosen_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "EVENTS_MAX", 2)
    files = unpacked(chosen_site, "/beslut/park-1.zip")
    assert len([name for name in files if name.endswith(".tlog-proof")]) == 2
    assert "2 of the 4 events" in " ".join(files["README.txt"].decode().split())


def test_nothing_signed_is_no_zip(empty: Site) -> None:
    assert empty("/beslut/x.zip").status == 404

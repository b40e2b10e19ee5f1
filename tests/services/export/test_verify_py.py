"""`verify.py` as its user meets it: from the shell, from the web, interrupted, with a closed pipe, misused."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random

import pytest

from ledger.log.checkpoint import read_unverified
from ledger.log.merkle import hashes_of, inclusion_proof, leaf_hashes
from ledger.log.receipt import Receipt
from services.export.bundle import export
from tests.services.audit.town import Town
from tests.services.export.bundles import entries_of


@pytest.fixture(scope="module")
def bundle(untouched: Town, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("verify") / "bundle"
    export(untouched.settings, folder)
    return folder


def verify(bundle: Path, *arguments: str, **more: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", str(bundle / "verify.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, cwd=bundle, **more)  # type: ignore[call-overload,no-any-return]


def test_in_its_own_folder_it_needs_no_argument(bundle: Path) -> None:
    done = verify(bundle)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].startswith("VERIFIED kommun.example/liggare: 680 events")
    assert "Not checked:" in lines
    assert json.loads(verify(bundle, "--json").stdout)["verdict"] == lines[0]
    assert not list(bundle.rglob("__pycache__"))


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--nonsense"], 2, "unrecognized arguments"),
        (["--subset", "0/3"], 2, "such as 2/5"),
        (["--subset", "4/3"], 2, "such as 2/5"),
        (["--vkey", "nonsense"], 2, "it is not name, eight hexadecimal digits and base64"),
        (["--vkey", "README.md"], 2, "line 1 of --vkey README.md"),
        (["--policy", "README.md"], 2, "--policy README.md"),
        (["--since", "README.md"], 2, "checkpoint in README.md: it is none"),
        (["--since", "nowhere"], 1, "nowhere"),
        (["nowhere"], 1, "there is no such folder or file"),
        (["README.md"], 1, "does not end as a zip file"),
        (["http://"], 1, "it is no address"),
        (["http://127.0.0.1:9/"], 1, "no answer"),
        (["receipt"], 2, "required"),
        (["receipt", "README.md"], 2, "name the log's key with --vkey"),
        (["receipt", "nowhere", "--vkey", "log.vkey"], 1, "nowhere"),
        (["receipt", "README.md", "--vkey", "log.vkey"], 3, "INTEGRITY FAILURE in receipt README.md"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(bundle: Path, arguments: list[str], code: int, said: str) -> None:
    done = verify(bundle, *arguments)
    assert done.returncode == code, done
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_a_receipt_is_verified(bundle: Path, tmp_path: Path) -> None:
    entries, signed = entries_of(bundle), (bundle / "checkpoint").read_bytes()
    size = read_unverified(signed).size
    proof = inclusion_proof(17, size, hashes_of(leaf_hashes(entries)))
    path = tmp_path / "mine.tlog-proof"
    path.write_bytes(Receipt(17, proof, signed, entries[17]).to_bytes())
    done = verify(bundle, "receipt", str(path), "--vkey", "log.vkeys")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("VERIFIED position 18 of kommun.example/liggare: 680 events")
    assert entries[17].decode() in done.stdout
    (tmp_path / "entry").write_bytes(entries[17])
    path.write_bytes(Receipt(17, proof, signed).to_bytes())
    assert (
        verify(bundle, "receipt", str(path), "--vkey", "log.vkey", "--entry", str(tmp_path / "entry")).returncode == 0
    )
    assert verify(bundle, "receipt", str(path), "--vkey", "log.vkey", "--entry", "README.md").returncode == 3


@pytest.fixture
def address(bundle: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(bundle)))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


def test_the_same_bundle_is_verified_over_the_web(bundle: Path, address: str) -> None:
    done = verify(bundle, address, "--json")
    assert done.returncode == 0, done.stderr
    of_web, of_folder = json.loads(done.stdout), json.loads(verify(bundle, "--json").stdout)
    assert of_web == of_folder


def test_a_closed_pipe_and_closed_streams_are_no_trouble(bundle: Path) -> None:
    program = f"{sys.executable} -I {bundle / 'verify.py'} {bundle}"
    for command in (
        f"{program} | true",
        f"{program} >&-",
        f"{program} 2>&-",
        f"{program} >&- 2>&- <&-",
        f"{program} >/dev/full",
    ):
        done = subprocess.run(
            ["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True, check=False
        )
        assert done.returncode in {0, 1}, (command, done)
        assert "Traceback" not in done.stderr, command
        assert "Exception" not in done.stderr, command


def test_an_interruption_ends_in_a_sentence(bundle: Path, tmp_path: Path) -> None:
    started = threading.Event()

    class Slow(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            started.set()
            time.sleep(5)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    place = f"http://127.0.0.1:{server.server_address[1]}/"
    command = [sys.executable, "-I", str(bundle / "verify.py"), place]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert started.wait(30)
        child.send_signal(signal.SIGINT)
        out, said = child.communicate(timeout=30)
    server.shutdown()
    server.server_close()
    assert (child.returncode, out) == (1, "")
    assert said == "verify.py: stopped before the end; nothing is verified.\n"


def test_archives_with_flipped_bits_are_refused_or_read_as_they_were(untouched: Town, tmp_path: Path) -> None:
    from services.audit.offline.main import main  # noqa: PLC0415

    path = tmp_path / "bundle.zip"
    export(untouched.settings, path)
    raw, chance = path.read_bytes(), Random(5)
    stdout = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        codes = []
        for _ in range(60):
            octets = bytearray(raw)
            # Half of them in the directory at the end, which says what there is.
            at = chance.randrange(len(raw)) if chance.random() < 0.5 else len(raw) - 1 - chance.randrange(2_000)
            octets[at] ^= 1 << chance.randrange(8)
            path.write_bytes(octets)
            codes.append(main([str(path)]))
    finally:
        os.dup2(stdout, 1)
        os.close(stdout)
        os.close(nowhere)
    assert set(codes) <= {0, 1, 3, 6}
    assert sum(code != 0 for code in codes) > 30, "times and modes of members mean nothing"

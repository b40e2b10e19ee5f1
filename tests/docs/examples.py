"""The fenced blocks of a document as one script: what a reader would type, from top to bottom.

Blocks marked `sh` and `python` are run as they stand, but for the ports and the database address, which a test
must choose; blocks without a mark are for reading.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from contextlib import nullcontext
from itertools import groupby
from pathlib import Path

from tests.docs.forked import forking

ROOT = Path(__file__).resolve().parents[2]
PORTS = ("50051", "8080")
DATABASE = "postgresql://liggare@localhost/liggare"
TIMEOUT_SECONDS = 540

_BLOCK = re.compile(r"(?ms)^```(sh|python)\n(.*?)^```$")


def blocks(document: Path) -> list[tuple[str, str]]:
    """Return the language and text of every block that is run."""
    return [(language, text) for language, text in _BLOCK.findall(document.read_text(encoding="utf-8"))]


def script(document: Path) -> str:
    """Return the blocks as one shell script that stops at the first failure.

    Python that is interrupted by prose alone goes on where it was; after a shell block it begins anew.
    """
    parts = ["set -euo pipefail", "trap 'kill $(jobs -p) 2>/dev/null || true' EXIT"]
    for language, run_of in groupby(blocks(document), key=lambda block: block[0]):
        text = "\n".join(text for _, text in run_of)
        parts.append(text if language == "sh" else f"python - <<'END OF PYTHON'\n{text}END OF PYTHON\n")
    return "\n".join(parts)


def free_port() -> int:
    """Return a port of this machine that nobody uses at the moment."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def run(document: Path, folder: Path, database: str = DATABASE, *, often: bool = False) -> str:
    """Run a document's blocks in a fresh folder and return their output; fails with it where one fails.

    `often`: it calls `liggare` so often that its processes are forked, see `forked`.
    """
    programs = folder / "bin"
    programs.mkdir()
    for name, arguments in (("liggare", "-m services.cli.main"), ("python", "")):
        program = programs / name
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments} "$@"\n')
        program.chmod(0o755)
    text = script(document).replace(DATABASE, database)
    for port in PORTS:
        text = text.replace(port, str(free_port()))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LIGGARE_")}
    environment |= {
        "PATH": f"{programs}{os.pathsep}{environment['PATH']}",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "generated")]),
    }
    with forking(programs, environment) if often else nullcontext():
        ran = subprocess.run(
            ["bash", "-c", text],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    output = ran.stdout.decode()
    assert ran.returncode == 0, f"exit code {ran.returncode}\n{output}"
    assert "Traceback" not in output, output
    return output

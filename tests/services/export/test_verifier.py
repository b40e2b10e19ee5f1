"""The single-file verifier is our own modules in one file, and runs where there is nothing but `cryptography`."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from services.export.bundle import export
from services.export.verifier import SECTIONS, NotAssembled, assembled, check_names, section_of, verifier
from tests.services.audit.town import Town

ALONE = """
import sys
sys.path[:] = [each for each in sys.path if "site-packages" not in each]
class Only:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top in sys.stdlib_module_names or top in {"cryptography", "cffi", "_cffi_backend", "__main__"}:
            return None
        raise ModuleNotFoundError(f"{name} is not in a plain environment")
sys.meta_path.insert(0, Only())
import importlib.util
sys.path.append(PACKAGES)
"""
"""Leaves a program the standard library and `cryptography`, as a fresh virtual environment would."""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("program") / "verify.py"
    path.write_bytes(verifier())
    return path


def run_alone(program: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    import cryptography  # noqa: PLC0415

    packages = str(Path(cryptography.__file__).parent.parent)
    start = ALONE.replace("PACKAGES", repr(packages))
    code = f"{start}\nimport runpy\nsys.argv = {[str(program), *arguments]!r}\nrunpy.run_path({str(program)!r}, run_name='__main__')"
    return subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=False, timeout=60)


def test_it_is_the_same_bytes_every_time_and_reads_well(program: Path) -> None:
    text = program.read_text()
    sections = [section_of(name, Path(*name.split(".")).with_suffix(".py").read_text()) for name in SECTIONS]
    assert assembled(sections) == program.read_bytes()
    for name in SECTIONS:
        assert f"\n# {name}\n" in text
    assert "from ledger" not in text
    assert "from services" not in text
    assert max(map(len, text.splitlines())) <= 400


def test_it_uses_no_name_that_it_does_not_have(program: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "ruff",
            "check",
            "--isolated",
            "--select",
            "F,E9",
            "--target-version",
            "py311",
            str(program),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_it_verifies_a_bundle_with_nothing_but_cryptography(untouched: Town, program: Path, tmp_path: Path) -> None:
    export(untouched.settings, tmp_path / "bundle")
    done = run_alone(program, str(tmp_path / "bundle"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("VERIFIED kommun.example/liggare: 680 events")
    assert not done.stderr


def test_without_cryptography_it_says_so(program: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(program)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 1
    assert done.stderr == "verify.py: the package `cryptography` is needed: python3 -m pip install cryptography\n"


def test_an_older_python_is_told_by_the_first_line_it_cannot_read(program: Path) -> None:
    text = program.read_text()
    first = next(node for node in ast.parse(text).body if not isinstance(node, ast.Expr | ast.ImportFrom))
    lines = text.splitlines()
    assert "needs Python 3.11 or newer" in lines[first.lineno - 1]
    ast.parse("\n".join(lines[: first.lineno - 1]), feature_version=(3, 7))
    assert first.end_lineno is not None
    with pytest.raises(SyntaxError):
        ast.parse("\n".join(lines[: first.end_lineno]), feature_version=(3, 9))


def test_two_meanings_of_one_name_are_refused() -> None:
    one, two = section_of("one", "def fold() -> None: ..."), section_of("two", "fold = 1")
    with pytest.raises(NotAssembled, match="fold belongs to one and to two"):
        check_names([one, two])
    with pytest.raises(NotAssembled, match="open belongs to Python itself"):
        check_names([section_of("one", "def open() -> None: ...")])
    with pytest.raises(NotAssembled, match="field belongs to"):
        check_names([section_of("one", "from dataclasses import field"), section_of("two", "field: int = 1")])


@pytest.mark.parametrize(
    "line",
    ["import ledger.log.note", "from ledger.log.note import Note as N", "from services.web import x", "import os.path"],
)
def test_an_import_that_would_not_stand_in_one_file_is_refused(line: str) -> None:
    with pytest.raises(NotAssembled):
        section_of("ledger.log.merkle", line)

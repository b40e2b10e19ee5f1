"""What no linter sees: names across subjects, completeness of files and documents, what an audit loads, what is in the tree.

That every command has its rpc with the same fields, and the other way round, is shown in
tests/services/rpc/test_declarations.py.
"""

from __future__ import annotations

import ast
import importlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ledger.entries import type_of
from ledger.messages import Event
from projections.catalogue import NOT_PROJECTED, PROJECTIONS
from services.bootstrap import SLICES
from services.cli.exits import Exit
from tests.docs.contract import rpcs
from tests.docs.machine import verbs
from tests.docs.pages import all_commands, rejections, unusable_reasons

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "docs" / "reference"
SUBJECTS = {each.name for each in SLICES}
EVENTS = [kind for each in SLICES for kind in each.events]
LINES_MAX = 400


# --- Names across subjects ------------------------------------------------------------------------
def sources_of(subject: str) -> list[Path]:
    """Return the files of a slice: one, or those of its package."""
    file = ROOT / "ledger" / f"{subject}.py"
    return [file] if file.exists() else sorted((ROOT / "ledger" / subject).glob("*.py"))


def imported(source: Path) -> Iterator[tuple[str, str, Any]]:
    """Yield (module, name, value) of everything a file takes from a slice by name; `*` is the slice itself."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                if subject_of(node.module):
                    yield node.module, alias.name, getattr(importlib.import_module(node.module), alias.name)
                elif subject_of(whole):
                    yield whole, "*", importlib.import_module(whole)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if subject_of(alias.name):
                    yield alias.name, "*", importlib.import_module(alias.name)


def subject_of(module: str) -> str | None:
    """Return the slice that a module belongs to."""
    parts = module.split(".")
    return parts[1] if parts[0] == "ledger" and len(parts) > 1 and parts[1] in SUBJECTS else None


def is_event(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, Event)


def is_vocabulary(value: Any) -> bool:
    """Tell whether a value is the set of words an event's field may hold."""
    return isinstance(value, type) and issubclass(value, Enum)


@pytest.mark.parametrize("subject", sorted(SUBJECTS))
def test_a_slice_takes_only_events_from_other_slices(subject: str) -> None:
    foreign = [
        f"{source.relative_to(ROOT)}: {module}.{name}"
        for source in sources_of(subject)
        for module, name, value in imported(source)
        if subject_of(module) != subject and not is_event(value)
    ]
    assert not foreign


PURE_PROJECTIONS = [
    path
    for path in sorted([*(ROOT / "projections").glob("*.py"), *(ROOT / "projections" / "views").rglob("*.py")])
    if path.stem not in {"advance", "runner", "rebuild"}
]

PURE_MODULES = {
    *("ledger.messages", "ledger.canonical", "ledger.edtf", "ledger.fields", "ledger.swedish", "ledger.tally"),
    *("ledger.log.errors", "ledger.log.note", "ledger.log.rotation", "ledger.log.vkeys"),
}


@pytest.mark.parametrize("source", PURE_PROJECTIONS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_projection_takes_only_events_and_their_words_from_slices(source: Path) -> None:
    foreign = [
        f"{module}.{name}"
        for module, name, value in imported(source)
        if not is_event(value) and not is_vocabulary(value)
    ]
    assert not foreign
    others = {
        node.module
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module is not None
        if node.module.startswith(("ledger", "services")) and not subject_of(node.module)
    }
    assert others - {"ledger"} <= PURE_MODULES


def test_what_is_not_an_event_would_be_noticed(tmp_path: Path) -> None:
    source = tmp_path / "odd.py"
    source.write_text("from ledger.bodies import BodyRegistered, RegisterBody, SLICE\nfrom ledger import matters\n")
    assert [(name, is_event(value)) for _, name, value in imported(source)] == [
        ("BodyRegistered", True),
        ("RegisterBody", False),
        ("SLICE", False),
        ("*", False),
    ]


# --- Every event ----------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", EVENTS, ids=type_of)
def test_every_event_has_a_golden_file_and_a_read_model_or_a_reason(kind: type[Event]) -> None:
    assert (ROOT / "tests" / "golden" / f"{type_of(kind)}.json").exists(), "run `make golden`"
    is_shown = any(kind in projection.types for projection in PROJECTIONS)
    assert is_shown != bool(NOT_PROJECTED.get(kind)), "a read model shows it, or NOT_PROJECTED says why none does"


def test_only_events_of_a_slice_are_projected() -> None:
    assert {kind for projection in PROJECTIONS for kind in projection.types} <= set(EVENTS)
    assert set(NOT_PROJECTED) <= set(EVENTS)


# --- Every document -------------------------------------------------------------------------------
@cache
def reference(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


def test_every_command_is_described() -> None:
    assert [
        kind.__name__ for kind in all_commands() if f"\n### {kind.__name__}\n" not in reference("commands.md")
    ] == []


def test_every_event_is_described() -> None:
    assert [type_of(kind) for kind in EVENTS if f"\n### {type_of(kind)}\n" not in reference("events.md")] == []


def test_every_rpc_is_described_in_a_sentence() -> None:
    text = reference("rpcs.md")
    assert [rpc.name for rpc in rpcs() if not rpc.meaning or f"\n| `{rpc.name}` | " not in text] == []


def test_every_reason_is_described() -> None:
    text = reference("errors.md")
    reasons = {kind.reason for kind in rejections()} | set(unusable_reasons())
    assert sorted(reason for reason in reasons if f"`{reason}`" not in text) == []


def test_every_setting_is_described() -> None:
    read = {
        name
        for path in tracked()
        if path.suffix in {".py", ".sql"} or path.name == "Makefile"
        for name in re.findall(r"\bLIGGARE_[A-Z_]*[A-Z]\b", path.read_text(encoding="utf-8"))
        if "tests" not in path.parts or name in {"LIGGARE_SHARED", "LIGGARE_SOAK_SECONDS"}
    }
    assert read >= {"LIGGARE_STORE", "LIGGARE_LEDGER", "LIGGARE_KEYS", "LIGGARE_MODE"}
    assert sorted(name for name in read if f"`{name}`" not in reference("settings.md")) == []


def test_every_verb_and_exit_code_is_described() -> None:
    text = reference("command-line.md")
    assert [name for name, command in verbs() if not command.help or f"\n## {name}\n" not in text] == []
    assert [code for code in Exit if f"\n| {int(code)} | " not in text] == []


# --- What an audit loads --------------------------------------------------------------------------
FRAMEWORKS = (
    "psycopg",
    "grpc",
    "google",
    "eventsourcing",
    "typer",
    "rich",
    "starlette",
    "participation",
    "protovalidate",
    "numpy",
    "scipy",
)

REPLAY = """
import sys
import ledger.entries, ledger.messages, projections.catalogue, projections.rows.memory
{slices}
print(" ".join(sorted({{name.partition(".")[0] for name in sys.modules}})))
"""


def test_a_replay_loads_no_framework() -> None:
    slices = "\n".join(f"import ledger.{subject}" for subject in sorted(SUBJECTS))
    path = f"import sys; sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / 'generated')!r}]\n"
    ran = subprocess.run(
        [sys.executable, "-c", path + REPLAY.format(slices=slices)], capture_output=True, text=True, check=True
    )
    loaded = set(ran.stdout.split())
    assert loaded >= {"ledger", "projections", "pydantic"}
    assert loaded.isdisjoint(FRAMEWORKS)


# --- What is in the tree --------------------------------------------------------------------------
LONGER = {
    "protos/participation/ledger/v1/dispositions.proto": "comments on every field are its reference documentation",
    "protos/participation/ledger/v1/inputs.proto": "comments on every field are its reference documentation",
    "protos/participation/ledger/v1/ledger_service.proto": "a message of Submit holds one of all commands: one oneof",
    "tests/ledger/test_dispositions.py": "one test for each rule of the subject with most of them",
    "tests/ledger/test_processes.py": "one history in which each rule of the subject is kept and broken",
}
"""Files over 400 lines, each with its reason."""


@cache
def tracked() -> tuple[Path, ...]:
    """Return every file of the repository, and those that are about to join it."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("this is no checkout, or there is no git to ask")
    ran = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return tuple(path for name in ran.stdout.split("\0") if name and (path := ROOT / name).is_file())


def test_no_file_is_long_without_a_reason() -> None:
    long = {}
    for path in tracked():
        if path.suffix in {".py", ".sql", ".proto"}:
            lines = len(path.read_text(encoding="utf-8").splitlines())
            if lines > LINES_MAX:
                long[path.relative_to(ROOT).as_posix()] = lines
    for name in sorted(long.keys() & LONGER.keys()):
        print(f"{name}: {long[name]} lines, for {LONGER[name]}")
    assert long.keys() <= LONGER.keys()


FORBIDDEN = {
    "the address of a package registry": re.compile(
        r"(?i)(--(extra-)?index-url|index_url\s*=|https?://[^\s/]*(pypi|artifactory|nexus|registry|mirror|proxy)[^\s/]*/)"
    ),
    "a path of somebody's machine": re.compile(r"(?<![\w.])/(root|home/\w+|Users/\w+|work|mnt)/\w+"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\bPRIVATE\+KEY\+[^\s+\"'{<]+\+[0-9a-f]{8}\+"),
    "a key-encryption key": re.compile(r"liggare-kek\+[a-z0-9-]+\+[A-Za-z0-9_-]{43}"),
    "a token": re.compile(r"\b(gh[pousr]_[A-Za-z0-9]{30,}|AKIA[0-9A-Z]{16}|xox[abp]-[A-Za-z0-9-]{10,})\b"),
}

ALLOWED = {
    "tests/ledger/log/test_note.py": "the example key that the documentation of golang.org/x/mod/sumdb/note publishes",
}
"""Files that may hold what looks like one of these, each with its reason."""


def test_no_file_holds_a_registry_address_a_machine_path_or_a_secret() -> None:
    found = []
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        if name in ALLOWED or path == Path(__file__).resolve():
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for what, pattern in FORBIDDEN.items():
            found += [f"{name}:{text.count(chr(10), 0, match.start()) + 1}: {what}" for match in pattern.finditer(text)]
    assert not found


@pytest.mark.parametrize(
    "text",
    [
        "--extra-index-url https://some.where/simple",
        "url = https://pypi" + ".some.where/simple/x",
        "/home/somebody/liggare",
        "-----BEGIN PRIVATE KEY-----",
        "PRIVATE+KEY+log.example+0f1e2d3c+AQ",
        "liggare-kek+2026-11+" + "A" * 43,
        "ghp_" + "a" * 36,
    ],
)
def test_what_must_not_be_there_would_be_found(text: str) -> None:
    assert any(pattern.search(text) for pattern in FORBIDDEN.values())

"""The guides are true: what they show is run, and what they must name is named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from services.cli.doing import kebab
from services.rpc.errors import MEANINGS
from tests.docs.examples import ROOT, run
from tests.docs.pages import all_commands, rejections
from tests.fix_liggare import Liggare
from tests.services.cli.test_show import record

DOCS = ROOT / "docs"
NOTES = sorted((DOCS / "design-notes").glob("*.md"))


def text_of(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.mark.timeout(600)
def test_the_user_guide_can_be_followed(tmp_path: Path) -> None:
    told = run(DOCS / "user-guide.md", tmp_path, often=True)
    assert "VERIFIED kommun.example/guide: " in told
    assert "BALLOT_IS_CLOSED" in told


def test_the_user_guide_shows_every_command() -> None:
    text = text_of("user-guide.md")
    assert [kind.__name__ for kind in all_commands() if f'{{"command": "{kebab(kind.__name__)}"' not in text] == []


@pytest.mark.timeout(600)
def test_the_auditor_guide_can_be_followed(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    if shutil.which("ssh-keygen") is None:
        pytest.skip("the statement is signed with ssh-keygen, which is not installed")
    operator = tmp_path / "operator"
    operator.mkdir()
    liggare = Liggare(f"sqlite:///{operator}/l.db", operator / "keys", capfdbinary, "kommun.example/guide")
    liggare("init")
    ballot = {"command": "open-ballot", "ballot": "bilfri", "question": "Bilfri?", "rule": "yes_no_abstain"}
    record(liggare, ballot, {"command": "cast-vote", "ballot": "bilfri", "voter": "v1", "choice": "yes"})
    shutil.copy(operator / "keys" / "log.checkpoint", tmp_path / "kept.checkpoint")
    shutil.copy(operator / "keys" / "log.vkey", tmp_path / "log.vkey")
    record(liggare, {"command": "cast-vote", "ballot": "bilfri", "voter": "v2", "choice": "no"})
    liggare("export", "--out", str(tmp_path / "bundle"))
    told = run(DOCS / "auditor-guide.md", tmp_path)
    assert "VERIFIED kommun.example/guide" in told
    assert "counted: [('no', 1), ('yes', 1)]" in told
    assert 'Good "audit-statement" signature for auditor' in told


def test_the_record_format_holds(tmp_path: Path) -> None:
    assert "all of this page holds" in run(ROOT / "docs" / "record-format.md", tmp_path)
    golden = (ROOT / "tests" / "golden" / "body-dissolved.v1.json").read_text(encoding="utf-8")
    assert f"entry = b'{golden}'" in text_of("record-format.md")


def test_the_grpc_page_explains_every_code() -> None:
    text = text_of("grpc.md")
    codes = {each.code.name for each in MEANINGS.values()} | {kind.status.value for kind in rejections()}
    assert sorted(code for code in codes if f"`{code}`" not in text) == []


@pytest.mark.parametrize("note", NOTES, ids=lambda path: path.stem)
def test_a_design_note_says_what_was_given_up_and_what_would_show_it_wrong(note: Path) -> None:
    text = note.read_text(encoding="utf-8")
    assert "**What we gave up.**" in text
    assert "**How we would notice we were wrong.**" in text
    assert f"design-notes/{note.name}" in text_of("index.md")
    assert len(text.splitlines()) <= 60, "one page"


def test_every_page_is_reached_from_the_index() -> None:
    index = text_of("index.md")
    pages = [path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md") if path.name != "index.md"]
    assert [page for page in pages if f"]({page})" not in index] == []

"""A newcomer can follow the README from top to bottom."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from projections.catalogue import PROJECTIONS
from tests.docs.examples import DATABASE, ROOT, blocks, run

README = ROOT / "README.md"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, postgres_module_url: str) -> str:
    """What the README's examples say when they are run."""
    return run(README, tmp_path_factory.mktemp("tour"), postgres_module_url)


def test_the_tour_ends_verified(told: str) -> None:
    assert re.search(r"VERIFIED kommun\.example/tour: 9 events, signed up to 9,", told)
    assert f"{len(PROJECTIONS)} read models are what a replay of the record gives." in told


def test_a_changed_vote_counts_once_and_was_cast_twice(told: str) -> None:
    assert "choice,cast,current\nyes,2,2\nno,1,0\nabstain,0,0\n" in told
    assert "choice,cast,current\nyes,1,1\nno,1,1\nabstain,0,0\n" in told


def test_the_clients_say_what_was_recorded_and_what_was_refused(told: str) -> None:
    assert "recorded at position 8 with the leaf hash " in told
    assert "CHOICE_DOES_NOT_FIT · " in told
    assert "\n8 p9Xc2 no\n" in told
    assert "4 votes stand at position 9" in told


def test_a_ledger_is_made_in_postgresql(told: str) -> None:
    assert "The ledger kommun.example/tour is ready in postgres" in told
    assert re.search(r"(fine     durability: what is acknowledged is on disk|warning  durability: )", told)


def test_the_readme_shows_shell_python_and_both_stores() -> None:
    languages = [language for language, _ in blocks(README)]
    assert languages.count("python") == 2
    assert any(DATABASE in text for _, text in blocks(README))


def test_the_verbs_the_readme_names_are_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", README.read_text(encoding="utf-8"), re.MULTILINE))
    assert named >= {"demo", "test", "setup"}
    assert all(re.search(rf"(?m)^{verb}:", makefile) for verb in named)


def test_links_in_the_documents_lead_somewhere() -> None:
    documents: list[Path] = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    broken = [
        f"{document.relative_to(ROOT)}: {target}"
        for document in documents
        for target in re.findall(r"\]\(([^)\s#]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
        if "://" not in target and not (document.parent / target).exists()
    ]
    assert not broken

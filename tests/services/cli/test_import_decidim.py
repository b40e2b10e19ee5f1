"""`liggare import decidim`: what is recorded, told and listed; again, newer, and with the files of a real city."""

from __future__ import annotations

import gzip
import time
from pathlib import Path
from typing import Any

import pytest
from pydantic_core import from_json

from tests.fix_liggare import Liggare

PROPOSALS = """id,title,body,state,created_at,author,votes,district,colour
1,Bänkar,Mot söder,accepted,2025-03-03,11,48,Centrum,red
2,Ramp,Bakom,rejected,2025-03-05,12,131,Centrum,blue
"""
COMMENTS = "id,body,alignment,proposal_id,created_at\n1,Ja,1,1,2025-03-04\n"
PAM = "barcelona-pam-2016"


def export(folder: Path, proposals: str = PROPOSALS, comments: str = COMMENTS) -> str:
    folder.mkdir(exist_ok=True)
    (folder / "proposals.csv").write_text(proposals)
    (folder / "comments.csv").write_text(comments)
    return str(folder)


def test_it_is_recorded_once_and_says_what_it_did_not_use(liggare: Liggare, tmp_path: Path) -> None:
    ran = liggare("import", "decidim", export(tmp_path / "torg"), "--json")
    found = ran.json
    assert {name: found[name] for name in ("proposals", "comments", "outcomes", "supports", "refused")} == {
        "proposals": 2,
        "comments": 1,
        "outcomes": 2,
        "supports": 179,
        "refused": 0,
    }
    assert found["not_used"]["proposals.csv"] == ["colour"]
    assert "proposals.csv has columns that are not used: colour." in ran.err
    assert liggare("import", "decidim", export(tmp_path / "torg"), "--json").json == found
    line = liggare("show", "trace", found["decision"], "--json").json["lines"][0]
    assert (line["input"], line["code"]) == ("torg-1", "adopted")
    (count,) = liggare("show", "input", "torg-2", "--json").json["signing"]["days"]
    assert count["count"] == 131


def test_a_newer_export_adds_what_is_new_and_an_outcome_that_differs_is_refused(
    liggare: Liggare, tmp_path: Path
) -> None:
    first = liggare("import", "decidim", export(tmp_path / "torg"), "--json").json
    more = PROPOSALS + "3,Träd,Fler,evaluating,2025-03-05,13,2,Norr,green\n"
    newer = liggare("import", "decidim", export(tmp_path / "torg", more), "--json").json
    assert (newer["proposals"], newer["outcomes"], newer["refused"]) == (3, 2, 0)
    assert newer["position"] > first["position"]
    turned = more.replace("Bakom,rejected", "Bakom,accepted")
    ran = liggare("import", "decidim", export(tmp_path / "torg", turned), code=6)
    assert "proposals.csv, line 3: " in ran.err and "1 row was refused" in ran.err


def test_what_does_not_fit_is_listed_and_nothing_of_it_is_recorded(liggare: Liggare, tmp_path: Path) -> None:
    broken = export(tmp_path / "torg", PROPOSALS + "Anna,x,y,,,,,,\n", COMMENTS + "2,Nej,,9,\n")
    ran = liggare("import", "decidim", broken, "--json", code=6)
    assert ran.json["refused"] == 2 and ran.json["proposals"] == 2
    assert "proposals.csv, line 4: id is 'Anna'" in ran.err
    assert "comments.csv, line 3: comments on the proposal 9" in ran.err


def test_what_cannot_be_asked_says_so(liggare: Liggare, tmp_path: Path) -> None:
    folder = export(tmp_path / "torg")
    assert "--counted 'now' is no instant" in liggare("import", "decidim", folder, "--counted", "now", code=2).err
    (tmp_path / "torg" / "proposals.csv").write_bytes(PROPOSALS.encode("latin-1"))
    assert "is not UTF-8" in liggare("import", "decidim", folder, code=2).err


def test_an_erased_author_is_told_apart_from_none(liggare: Liggare, tmp_path: Path) -> None:
    rows = (
        "id,title,body,author,author_erased,created_in_meeting\n"
        "1,Bänk,Här,11,false,false\n2,Ramp,Där,12,true,false\n3,Träd,Fler,13,true,true\n"
        "4,Gräs,Mer,,false,true\n5,Sten,Nya,,false,true\n6,Sand,Ny,,false,false\n"
    )
    found = liggare("import", "decidim", export(tmp_path / "torg", rows, "id,body\n"), "--json").json
    assert (found["proposals"], found["refused"]) == (6, 0)
    assert (found["erased_authors"], found["without_author"]) == (2, {"in_meeting": 2, "other": 1})


# --- A real city ------------------------------------------------------------------------------
def told(shared: Path, name: str) -> list[dict[str, Any]]:
    packed = (shared / "data" / PAM / f"{name}.jsonl.gz").read_bytes()
    return [from_json(line) for line in gzip.decompress(packed).splitlines()]


def test_a_slice_of_barcelona_comes_in_with_its_figures(liggare: Liggare, shared: Path, tmp_path: Path) -> None:
    proposals = told(shared, "proposals")[::60]
    ids = {each["id"] for each in proposals}
    comments = [each for each in told(shared, "comments") if each["proposal_id"] in ids]
    folder = tmp_path / PAM
    folder.mkdir()
    for name in ("proposals", "comments"):
        lines = gzip.decompress((shared / "data" / PAM / f"{name}.jsonl.gz").read_bytes()).splitlines()
        kept = [line for line in lines if from_json(line)["proposal_id" if name == "comments" else "id"] in ids]
        (folder / f"{name}.jsonl").write_bytes(b"\n".join(kept))
    found = liggare("import", "decidim", str(folder), "--language", "ca", "--json").json
    assert (found["proposals"], found["comments"], found["refused"]) == (len(proposals), len(comments), 0)
    assert found["supports"] == sum(each["votes"] for each in proposals)
    assert found["erased_authors"] == sum(each["author_erased"] is True for each in proposals)
    assert found["without_author"] == {"in_meeting": sum(each["source"] == "meeting" for each in proposals), "other": 0}
    shown = liggare("show", "decision", found["decision"], "--json").json
    assert {each["author_kind"]: each["denominator"] for each in shown["coverage"]} == {
        "official": sum(each["official"] for each in proposals),
        "organisation": sum(each["source"] == "organization" for each in proposals),
        "resident": sum(each["source"] in {"citizen", "meeting"} for each in proposals),
    }


@pytest.mark.slow
def test_the_whole_of_barcelona_comes_in_within_minutes(liggare: Liggare, shared: Path) -> None:
    started = time.monotonic()
    found = liggare("import", "decidim", str(shared / "data" / PAM), "--language", "ca", "--json").json
    overview = liggare("show", "overview", "--json").json
    assert time.monotonic() - started < 300
    assert (found["proposals"], found["comments"], found["outcomes"]) == (10_860, 18_192, 10_860)
    assert (found["supports"], found["refused"]) == (165_127, 0)
    assert (found["erased_authors"], found["without_author"]) == (8, {"in_meeting": 4_498, "other": 0})
    assert overview["inputs"]["value"] == 10_860 + 18_192
    proposals = [each for each in overview["inputs_by"] if each["kind"] == "proposal"]
    by = {each["author_kind"]: each["count"] for each in proposals}
    assert by == {"official": 1_300, "organisation": 1_617, "resident": 3_445 + 4_498}
    assert overview["languages"][0] == {"language": "ca", "inputs": 29_052, "matters": 1}

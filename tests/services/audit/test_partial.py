"""Audits with less at hand: without a key, without words that were erased, without read models."""

import asyncio
from pathlib import Path
from uuid import uuid4

from ledger.messages import Receipt, Submission
from ledger.participants import DecideErasure, ErasureBasis, ErasureOutcome, RequestErasure
from ledger.participants.keys import holder
from services.audit.report import Kind, Report
from services.bootstrap import prepared, running
from services.erasing import erase
from tests.services.audit.test_database import worst
from tests.services.audit.town import Town, copy_of


def test_without_the_public_key_signatures_are_incomplete(untouched: Town, tmp_path: Path) -> None:
    town = copy_of(untouched, tmp_path)
    (town.settings.keys / "log.vkey").unlink()
    assert worst(town.verify())[::2] == (6, "signatures: log.vkey is not in the folder of keys; name it with --keys")


def test_without_the_key_store_presence_is_checked_and_nothing_is_made(untouched: Town, tmp_path: Path) -> None:
    town = copy_of(untouched, tmp_path)
    for path in town.settings.keys.glob("*"):
        if not path.name.startswith("log."):
            path.unlink()
    report = town.verify()
    assert report.exit_code == 0
    assert "what sealed fields hold: the key store is not at hand" in report.not_checked
    assert not (town.settings.keys / "kek").exists()
    town.tamper("DELETE FROM sealed WHERE position = 301")
    assert worst(town.verify())[:2] == (6, 301)


def test_an_erased_person_leaves_the_record_verified(town: Town) -> None:
    key = town.one("SELECT key FROM sealed WHERE position = 301")
    before = town.one(f"SELECT count(*) FROM sealed WHERE key <> '{key}'")
    grant = {"outcome": ErasureOutcome.GRANTED, "basis": ErasureBasis.STATUTE, "keys": (key,)}

    async def erased() -> None:
        async with running(town.settings, background=False) as ledger:
            for command in (
                RequestErasure(request="e", participant="p", scope=("public_words",), authors=(holder(key),)),
                DecideErasure.model_validate({"request": "e", "by_role": "archivist"} | grant),
            ):
                (outcome,) = await ledger.submit([Submission(command, uuid4(), "role:archivist")])
                assert isinstance(outcome, Receipt), outcome
            assert (await erase(ledger, "e", "operator")).keys == (key,)

    asyncio.run(erased())
    report = town.verify()
    assert report.exit_code == 0, report.lines()
    assert report.counts["erased fields"] > 1
    assert town.one(f"SELECT count(*) FROM sealed WHERE key = '{key}'") == 0
    assert town.one("SELECT count(*) FROM sealed") == before


def test_words_that_are_gone_without_a_receipt_are_withheld(untouched: Town, tmp_path: Path) -> None:
    town = copy_of(untouched, tmp_path)
    key = town.one("SELECT key FROM sealed WHERE position = 301")
    with prepared(town.settings) as parts:
        parts.vault.destroy([key])
    assert town.verify().exit_code == 6
    town.tamper(f"DELETE FROM sealed WHERE key = '{key}'")
    report = town.verify()
    assert report.exit_code == 6
    assert "erased fields" not in report.counts


def test_read_models_that_were_never_built_are_not_checked(untouched: Town, tmp_path: Path) -> None:
    town = copy_of(untouched, tmp_path)
    for table in ("view_row", "view_figure", "projection"):
        town.tamper(f"DELETE FROM {table}")
    report = town.verify()
    assert report.exit_code == 0
    assert any(line.startswith("read models: none") for line in report.not_checked)


def test_findings_are_kept_up_to_a_number() -> None:
    report = Report("x")
    for position in range(250):
        report.add(Kind.INCOMPLETE, f"position {position}", "odd", position)
    report.add(Kind.INTEGRITY, "position 7", "worse", 7)
    assert len(report.findings) <= 101 and report.further > 100
    assert report.exit_code == 3

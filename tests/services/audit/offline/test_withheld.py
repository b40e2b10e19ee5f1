"""Words that are not shown are accounted for by the event that says so, in every way the product has."""

from __future__ import annotations

import asyncio
import json
from random import Random
from typing import Any
from uuid import uuid4

import pytest

from ledger.corrections import CorrectEvent
from ledger.documents.commands import MarkSecret, QuotePassage, RegisterDocument, Unpublish
from ledger.inputs import ModerateInput, WithdrawInput
from ledger.messages import Command, Receipt, Submission
from ledger.participants import DecideErasure, ErasureBasis, ErasureOutcome, RequestErasure
from services.audit.offline.bundle import Wanted
from services.audit.offline.tree import Part
from services.bootstrap import running
from services.erasing import erase
from services.export.bundle import export
from tests.services.audit.offline.forging import Files, with_lines
from tests.services.audit.offline.memory import files_in, verified
from tests.services.audit.town import Town, copy_of


def covered() -> list[Command]:
    """Commands after which words of each kind are withheld; position 302 is of input-1, 303 of input-2 and so on."""
    return [
        WithdrawInput(input="input-1", author="author-1", reason="Jag ångrade mig"),
        ModerateInput.model_validate(
            {"input": "input-2", "verdict": "rejected", "reason_code": "insult", "by_role": "moderator"}
        ),
        Unpublish(position=304, reason_code="misdirected", by_role="registrar"),
        CorrectEvent(
            correction="c1",
            tag="input:input-1",
            position=302,
            topic="input-received",
            pointer="/text",
            text="Fler bänkar vid ån",
            reason="Felhört",
            by_role="registrar",
        ),
        RegisterDocument.model_validate(
            {"document": "d1", "title": "Brev", "kind": "incoming", "status": "received", "sender": "Anna Andersson"}
        ),
        QuotePassage(quote="q1", document="d1", from_anchor="lines 1-2", text="Jag begär att få tala"),
        MarkSecret.model_validate(
            {"mark": "m1", "document": "d1", "part": "parties", "provision": "OSL 21:1", "by_role": "registrar"}
        ),
        RegisterDocument.model_validate(
            {"document": "d2", "title": "Brev", "kind": "incoming", "status": "received", "sender": "Bo Berg"}
        ),
        Unpublish(document="d2", reason_code="misdirected", by_role="registrar"),
        RequestErasure(request="e", participant="p", scope=("public_words",), authors=("author-6",)),
        DecideErasure(
            request="e",
            by_role="archivist",
            outcome=ErasureOutcome.GRANTED,
            basis=ErasureBasis.STATUTE,
            keys=("author:author-6|P",),
        ),
    ]


async def record(town: Town) -> None:
    async with running(town.settings, background=False) as ledger:
        for command in covered():
            (outcome,) = await ledger.submit([Submission(command, uuid4(), "role:registrar")])
            assert isinstance(outcome, Receipt), (command, outcome)
        await erase(ledger, "e", "operator")


@pytest.fixture(scope="module")
def files(untouched: Town, tmp_path_factory: pytest.TempPathFactory) -> Files:
    folder = tmp_path_factory.mktemp("covered")
    town = copy_of(untouched, folder)
    asyncio.run(record(town))
    town.publish()
    export(town.settings, folder / "bundle")
    town.database.close()
    return files_in(folder / "bundle")


def lines(files: Files) -> list[dict[str, Any]]:
    return [json.loads(line) for line in files["opened/000000.jsonl"].splitlines()]


def test_what_the_product_withholds_the_verifier_accounts_for(files: Files) -> None:
    report = verified(files)
    assert report.findings == []
    told = [each for each in lines(files) if "withheld" in each]
    assert {each["withheld"] for each in told} == {"erased", "hidden", "unpublished", "secret"}
    for why in ("erased", "hidden", "unpublished", "secret"):
        assert report.counts[f"withheld: {why}"] == sum(each["withheld"] == why for each in told)


def test_no_other_event_would_do(files: Files) -> None:
    told = [number for number, each in enumerate(lines(files)) if "withheld" in each]
    others = {each["by"] for each in lines(files) if "withheld" in each} | {1, 301, 681}
    for number in told:
        line = lines(files)[number]
        for by in Random(number).sample(sorted(others - {line["by"]}), 3):
            report = verified(_changed(files, number, line | {"by": by}))
            assert report.exit_code == 6, (line, by)
            assert f"the event at position {by} does not say so" in str(report.worst)


def test_no_other_reason_would_do(files: Files) -> None:
    for number, line in enumerate(lines(files)):
        if "withheld" in line:
            for why in {"erased", "hidden", "unpublished", "secret"} - {line["withheld"]}:
                assert verified(_changed(files, number, line | {"withheld": why})).exit_code == 6, (line, why)


def test_words_may_not_be_withheld_for_somebody_elses_reason(files: Files) -> None:
    for number, line in enumerate(lines(files)):
        for other in lines(files)[number + 1 :]:
            if "withheld" in line and "value" in other and other["position"] < 308:
                taken = {"position": other["position"], "pointer": other["pointer"], "withheld": line["withheld"]}
                changed = _changed(files, lines(files).index(other), {**taken, "by": line["by"]})
                assert verified(changed).exit_code == 6, (line, other)


def test_a_part_takes_the_word_of_events_it_does_not_read(files: Files) -> None:
    report = verified(files, Wanted(part=Part(2, 3)))
    assert report.findings == []
    assert report.counts["withheld by events outside of this part"] > 0


def _changed(files: Files, number: int, line: dict[str, Any]) -> Files:
    raw = json.dumps(line, ensure_ascii=False).encode()
    return with_lines(files, lambda lines: [*lines[:number], raw, *lines[number + 1 :]])

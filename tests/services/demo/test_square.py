"""The made-up matter of the square: what residents said there, and everything that can become of it."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ledger.entries import decode
from ledger.messages import RecordedEvent
from projections.catalogue import PROJECTIONS
from projections.projection import Rows
from projections.rows.memory import MemoryRows
from projections.views.answer import Page
from projections.views.commitments import commitments
from projections.views.decisions import decision, trace
from projections.views.inputs import inputs, proposal
from projections.views.overview import overview
from projections.views.responses import answer_times
from services.bootstrap import running
from services.demo.telling import tell
from services.engines import engine
from services.keys import make_keys
from services.settings import settings

DECISION, PROCESS = "illustrativt-torgbeslut", "process:illustrativ-torgdialog"
DAY = "2021-12-31"
WHOLE = Page(1000)


async def _told(folder: Path) -> list[RecordedEvent]:
    chosen = settings(f"sqlite:///{folder}/story.db", "nacka.se/inflytande", str(folder / "keys"), {})
    engine(chosen).prepare()
    make_keys(chosen)
    async with running(chosen, background=False) as ledger:
        await tell(ledger, illustrative=True)
        with closing(ledger.reader()) as reader:
            return [decode(each.position, each.entry) for each in reader.entries(0, 10_000)]


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> list[RecordedEvent]:
    return asyncio.run(_told(tmp_path_factory.mktemp("square")))


@pytest.fixture(scope="module")
def rows(record: list[RecordedEvent]) -> Rows:
    return MemoryRows(PROJECTIONS, record)


def said(rows: Rows) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = inputs(rows, WHOLE, PROCESS)["inputs"]
    return found


def test_everything_about_it_is_labelled_made_up(record: list[RecordedEvent], rows: Rows) -> None:
    about = [each for each in record if any("torg" in tag for tag in each.event.tags())]
    assert len(about) > 200
    assert {each.event.source.basis for each in about if each.event.source is not None} == {"illustrative"}
    assert all(each.event.source is not None for each in about)
    made_up = sum(each.event.source is not None and each.event.source.basis == "illustrative" for each in record)
    assert overview(rows)["illustrative"]["events"] == made_up


def test_it_was_said_by_many_channels_about_several_themes_and_places(rows: Rows) -> None:
    found = said(rows)
    assert len(found) == 48
    channels = Counter(each["channel"] for each in found)
    assert set(channels) == {"e_proposal", "web", "dialogue", "panel", "survey", "paper", "telephone"}
    assert len({each["theme"] for each in found}) == 5
    assert len({each["district"] for each in found}) == 3
    assert Counter(each["author_kind"] for each in found) == {"resident": 45, "official": 2, "organisation": 1}


def test_every_one_is_answered_for_and_every_kind_of_outcome_is_there(rows: Rows) -> None:
    shown: Any = decision(rows, DECISION, on=DAY)
    assert [(each["author_kind"], each["numerator"], each["denominator"]) for each in shown["coverage"]] == [
        ("resident", 44, 44),
        ("organisation", 1, 1),
        ("official", 2, 2),
    ]
    lines: Any = trace(rows, DECISION, WHOLE)
    assert {line["code"] for line in lines["lines"]} == {
        *("adopted", "adopted_partly", "already_planned", "considered_not_adopted", "forwarded"),
        *("deferred", "solved_otherwise", "out_of_scope", "withdrawn", "moderated"),
    }
    assert Counter(each["status"] for each in said(rows))["merged"] == 1


def test_what_was_adopted_names_what_it_changed(rows: Rows) -> None:
    for each in said(rows):
        shown: Any = proposal(rows, each["input"], on=DAY)
        (line,) = (line for line in shown["dispositions"] if line["decision"] == DECISION)
        if line["code"].startswith("adopted"):
            assert line["of_input"] or line["revisions"][-1]["changed"]


def test_one_contest_changed_the_outcome_and_one_did_not(rows: Rows) -> None:
    def outcomes(number: str) -> list[str]:
        shown: Any = proposal(rows, f"illustrativt-torg-{number}", on=DAY)
        return [contest["answer"]["outcome"] for line in shown["dispositions"] for contest in line["contests"]]

    assert outcomes("43") == ["revised"]
    assert outcomes("05") == ["upheld"]


def test_answers_came_in_time_late_and_not_at_all(rows: Rows) -> None:
    times = answer_times(rows, on=DAY)
    assert (times["on_time"], times["late"], times["overdue"]) == (13, 4, 2)


def test_promises_were_kept_kept_late_and_not_kept(rows: Rows) -> None:
    found = commitments(rows, WHOLE, on=DAY)["commitments"]
    made = {each["commitment"]: each["status"] for each in found if each["decision"] == DECISION}
    assert len(set(made.values())) == 3 and set(made) == {
        "illustrativt-ljus",
        "illustrativt-trad",
        "illustrativ-toalett",
    }

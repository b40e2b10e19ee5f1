"""Promises: commitments and assignments in one list, those whose day has passed first."""

from __future__ import annotations

import pytest

from ledger.commitments import CommitmentDropped, CommitmentMade
from ledger.messages import Event
from services.web.page import Shown
from services.web.pages import promises
from services.web.wrong import Wrong
from tests.projections.seeds import ASSIGNED, REPORTED, SEEDS
from tests.projections.test_commitments import delivered
from tests.projections.town import SEALED, TOWN
from tests.services.web.pages.seen import drawn, shown


def made(commitment: str, due: str | None) -> CommitmentMade:
    return CommitmentMade(commitment=commitment, owner="ks", text=SEALED, due=due, occurred="2016-01-01")


PROMISED = (*TOWN, made("kept", "2016-03-01"), delivered("2016-02-01", "d", commitment="kept"), made("late", "2016-03-01"),
            delivered("2016-04-01", commitment="late"), made("broken", "2016-05-01"), made("due", "2016-07-01"), made("open", None))  # fmt: skip


def seen(*events: Event, **query: str) -> Shown:
    data = shown(promises.PAGE, events, None, **query)
    assert data is not None
    return data


def test_those_whose_day_has_passed_come_first() -> None:
    data = seen(*PROMISED)
    assert [each["status"] for each in data["promises"]] == ["broken", "due", "open", "late", "kept"]
    read = drawn(promises.PAGE, data)
    assert read.lead == "5 promises are in the ledger. 1 has passed its day undone. 2 are stated as done."
    assert "/en/loften.ics" in read.links
    assert "31 days late" in read.text
    assert "without evidence" in read.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"lage": "broken"}, ["broken"]),
        ({"lage": "dropped"}, []),
        ({"organ": "au"}, []),
        ({"organ": "ks", "lage": "kept"}, ["kept"]),
    ],
)
def test_one_state_or_one_body_alone(query: dict[str, str], found: list[str]) -> None:
    data = seen(*PROMISED, **query)
    assert [each["id"] for each in data["promises"]] == found
    assert [row[0] for row in promises.table(data).rows] == found
    drawn(promises.PAGE, data, "sv")


@pytest.mark.parametrize(
    ("name", "value"), [("lage", "nope"), ("lage", "<script>"), ("organ", "nobody"), ("organ", "\u202e")]
)
def test_a_state_or_a_body_that_nothing_has_is_refused(name: str, value: str) -> None:
    with pytest.raises(Wrong) as refused:
        seen(*PROMISED, **{name: value})
    assert refused.value.parameter == name


def test_what_was_dropped_says_so() -> None:
    dropped = CommitmentDropped(commitment="due", reason=SEALED, occurred="2016-05-20")
    assert [each["status"] for each in seen(*PROMISED, dropped)["promises"]][-1] == "dropped"


def test_assignments_stand_among_them() -> None:
    before = seen(*SEEDS, ASSIGNED)["promises"]
    assert [(each["kind"], each["status"]) for each in before if each["kind"] == "assignment"] == [
        ("assignment", "overdue")
    ]
    after = seen(*SEEDS, ASSIGNED, REPORTED)["promises"]
    assert [each["status"] for each in after if each["kind"] == "assignment"] == ["reported_late"]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_an_empty_ledger(language: str) -> None:
    assert drawn(promises.PAGE, seen(), language).lead in {
        "No promise is in the ledger.",
        "Det finns inget löfte i liggaren.",
    }

"""A process's page: promised against delivered with the test that failed, who was heard, and how it went."""

from __future__ import annotations

from ledger.processes import ParticipationLevel, ProcessClosed
from services.web.page import Shown
from services.web.pages import process, processes
from tests.projections.test_processes import promise
from tests.projections.town import NETWORK, NETWORK_STARTED, TOWN, received
from tests.services.web.pages.seen import drawn, shown

HELD = (*TOWN, NETWORK, promise(ParticipationLevel.INVOLVE, "route", process="network"), NETWORK_STARTED)


def seen(*more: object) -> Shown:
    data = shown(process.PAGE, (*HELD, *more), {"process": "network"})  # type: ignore[arg-type]
    assert data is not None
    return data


def test_the_promised_level_stands_beside_the_tests_that_are_not_passed() -> None:
    data = seen(received("i1", process="network", matter=None))
    outcomes = {each["test"]: each["outcome"] for each in data["level"]["findings"]}
    assert outcomes["decision_recorded"] != "passed"
    text = drawn(process.PAGE, data).text
    assert "Promised level involve" in text
    assert "What cannot be shown counts as not delivered." in text
    assert "A decision that answers for the process is in the ledger." in text
    assert "got no answer" in drawn(process.PAGE, data).lead


def test_a_group_that_was_named_and_never_heard_is_told() -> None:
    data = seen()
    rows = {row[0]: row[1:4] for row in process.table(data).rows}
    assert rows["residents"] == ["true", "true", 1]
    assert rows["older_residents"] == ["true", "false", 0]
    assert "named, not heard" in drawn(process.PAGE, data).text


def test_what_happened_stands_in_order() -> None:
    text = drawn(process.PAGE, seen(ProcessClosed(process="network", occurred="2019-04-10"))).text
    course = text[text.index("What happened, in order") :]
    assert course.index("Began") < course.index("Session") < course.index("10 April 2019")
    assert "Views are not taken in now: it is closed." in text


def test_the_list_says_what_is_open_now() -> None:
    data = shown(processes.PAGE, HELD)
    assert data is not None
    assert [row[0] for row in processes.table(data).rows] == ["network", "p1"]
    assert drawn(processes.PAGE, data).lead == "No process takes in views on 1 June 2016."

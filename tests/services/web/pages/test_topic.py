"""Topics: themes of inputs and goals of programmes, with what became of the inputs."""

from __future__ import annotations

from ledger.programmes.events import Element, ElementKind, ProgrammeLinked
from services.web.page import Shown
from services.web.pages import topic, topics
from tests.projections.test_programmes import adopted
from tests.projections.town import TOWN, decided, disposed, received
from tests.services.web.pages.seen import drawn, shown

GOAL = Element(element="near", kind=ElementKind.GOAL, title="Nära samspel")
SORTED = (
    *TOWN,
    received("i1", theme="Trafik & gator", district="Norr"),
    received("i2", theme="Trafik & gator", process=None, matter=None),
    received("i3", matter="m1", process=None),
    *(decided("d1"), disposed("d1", "i1", "adopted")),
    adopted("v1", 0, "2015/2017", elements=(GOAL,)),
    ProgrammeLinked(programme="v1", element="near", matter="m1"),
)


def seen(name: str) -> Shown | None:
    return shown(topic.PAGE, SORTED, {"topic": name})


def test_a_theme_shows_its_inputs_and_what_became_of_them() -> None:
    data = seen("Trafik & gator")
    assert data is not None
    assert [each["input"] for each in data["inputs"]] == ["i1", "i2"]
    assert data["influence"]["outcomes"] == {"changed": 1, "weighed": 0, "declined": 0, "unanswered": 1}
    assert topic.table(data).rows[0] == ("i1", "proposal", "resident", "received", "Norr", None, "the words")
    assert drawn(topic.PAGE, data).headings[0] == (1, "Trafik & gator")


def test_a_goal_shows_what_serves_it_and_the_inputs_there() -> None:
    data = seen("near")
    assert data is not None
    assert {each["input"] for each in data["inputs"]} == {"i1", "i3"}
    read = drawn(topic.PAGE, data)
    assert read.headings[0] == (1, "Nära samspel")
    assert "/en/arende/m1" in read.links


def test_what_is_neither_is_nothing_and_all_are_listed() -> None:
    assert seen("nope") is None
    data = shown(topics.PAGE, SORTED)
    assert data is not None
    assert topics.table(data).rows == [("theme", "Trafik & gator", None, 2), ("goal", "near", "Nära samspel", None)]
    assert "/en/amne/Trafik%20%26%20gator" in drawn(topics.PAGE, data).links

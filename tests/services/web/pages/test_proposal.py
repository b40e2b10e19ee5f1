"""My proposal: the verdict, five steps, the answer and what happens now; found by reference, never its author."""

from __future__ import annotations

import pytest

from ledger.dispositions.events import Change
from ledger.inputs.events import InputModerated, InputWithdrawn, Verdict
from ledger.messages import Event
from ledger.responses import ResponseDue, ResponseGiven
from projections.rows.memory import MemoryRows
from services.web.page import Shown
from services.web.pages import proposal, proposals
from services.web.wrong import NotThere, Wrong
from tests.projections.history import rows_of
from tests.projections.town import SEALED, TOWN, decided, disposed, received
from tests.services.web.pages.seen import HOSTILE, drawn, shown
from tests.services.web.pages.story64 import OUTCOMES, REFERENCE, STORY


@pytest.fixture(scope="module")
def rows() -> MemoryRows:
    return rows_of(*STORY)


@pytest.fixture(scope="module")
def found(rows: MemoryRows) -> Shown:
    answer = shown(proposal.PAGE, rows, {"input": REFERENCE})
    assert answer is not None
    return answer


def states(found: Shown) -> list[tuple[str, str]]:
    return [(each["what"], each["state"]) for each in found["steps"]]


def test_it_is_found_by_its_reference_in_any_form(rows: MemoryRows, found: Shown) -> None:
    assert found["input"]["input"] == "i001"
    again = shown(proposal.PAGE, rows, {"input": "nf-3902"})
    assert again is not None and again["input"]["input"] == "i001"


def test_the_steps_tell_how_far_it_came(found: Shown) -> None:
    assert states(found) == [
        ("received", "done"),
        ("acknowledged", "done"),
        ("answered", "late"),
        ("accounted", "done"),
        ("delivered", "done"),
    ]
    acknowledged, answered, _, delivered = found["steps"][1:]
    assert acknowledged["days"] == 1
    assert (answered["by"], answered["days"]) == ("2015-03-05", 454)
    assert (delivered["date"], delivered["by"], delivered["days"]) == ("2016-05-16", "2015-12-14", 154)


def test_the_verdict_says_what_the_municipality_states(found: Shown) -> None:
    assert found["verdict"]["outcome"] == "changed"
    page = drawn(proposal.PAGE, found, "sv")
    assert page.lead == "Det ändrade beslutet. Kommunen uppger att § 64 blev annorlunda på grund av det."
    assert "Stöds av 41 personer" in page.text and "Du skrev" in page.text


def test_its_author_is_never_shown(found: Shown) -> None:
    page = drawn(proposal.PAGE, found)
    assert "secret-author" not in str(found) and "secret-author" not in page.html


HISTORIES: dict[str, tuple[tuple[Event, ...], str, str]] = {
    "unheard": ((), "unheard", "It has got no answer. No decision in the ledger answers for it yet."),
    "withdrawn": (
        (InputWithdrawn(input="i1", author="author-of-i1", process="p1", matter="m1"),),
        "withdrawn",
        "Its author took it back.",
    ),
    "moderated": (
        (
            InputModerated(
                input="i1",
                author="author-of-i1",
                process="p1",
                matter="m1",
                verdict=Verdict.REJECTED,
                reason_code="x",
                by_role="y",
            ),
        ),
        "moderated",
        "A moderator rejected it.",
    ),
    "unanswered": (
        (decided("d1"),),
        "unanswered",
        "It has got no answer. § 64 has no disposition of it in the ledger.",
    ),
    "declined": (
        (decided("d1"), disposed("d1", "i1", reason_codes=("cost",))),
        "declined",
        "It was declined. The reasons stand in the answer to § 64.",
    ),
    "weighed": (
        (decided("d1"), disposed("d1", "i1", "forwarded", recipient="ks")),
        "weighed",
        "It was weighed in. The answer in § 64: passed on.",
    ),
    "changed": (
        (decided("d1"), disposed("d1", "i1", "adopted", changed=(Change(passage="med invånare"),))),
        "changed",
        "It changed the decision. The municipality states that the words “med invånare” were written into § 64.",
    ),
    "answered": (
        (ResponseGiven(response="r", input="i1", kind="answer", text=SEALED, by_office="au"),),
        "answered",
        "It was answered. No decision in the ledger answers for it.",
    ),
}


@pytest.mark.parametrize("name", HISTORIES)
def test_every_end_has_its_sentence(name: str) -> None:
    events, outcome, sentence = HISTORIES[name]
    data = shown(proposal.PAGE, (*TOWN, received("i1"), *events), {"input": "i1"})
    assert data is not None and data["verdict"]["outcome"] == outcome
    assert drawn(proposal.PAGE, data).lead == sentence
    assert drawn(proposal.PAGE, data, "sv").lead != sentence


def test_a_day_that_has_not_come_is_not_late() -> None:
    due = ResponseDue(input="i1", by="2016-06-01", rule="30 days")
    data = shown(proposal.PAGE, (*TOWN, received("i1"), due), {"input": "i1"})
    assert data is not None and states(data)[2] == ("answered", "todo")
    assert "Promised for 1 June 2016." in drawn(proposal.PAGE, data).text


def test_what_is_not_there_is_none() -> None:
    assert shown(proposal.PAGE, TOWN, {"input": HOSTILE}) is None
    assert shown(proposal.PAGE, (), {"input": "i1"}) is None


def test_the_table_has_the_five_steps(found: Shown) -> None:
    table = proposal.table(found)
    assert len(table.rows) == 5 and table.rows[3][0] == "accounted"


# --- The list -----------------------------------------------------------------------------------
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_the_list_behind_a_number_has_that_many(rows: MemoryRows, outcome: str) -> None:
    data = shown(proposals.PAGE, rows, beslut="d64", utfall=outcome)
    assert data is not None and data["found"] == OUTCOMES[outcome]


def test_facets_count_what_they_lead_to(rows: MemoryRows) -> None:
    data = shown(proposals.PAGE, rows, kanal="web")
    assert data is not None
    for facet in data["facets"]:
        for value in facet["values"]:
            chosen = {"kanal": "web", facet["name"]: value["value"]}
            narrowed = shown(proposals.PAGE, rows, **chosen)
            assert narrowed is not None and narrowed["found"] == value["count"], (facet["name"], value)


def test_pages_hold_every_input_once(rows: MemoryRows) -> None:
    names: list[str] = []
    for number in range(1, 9):
        data = shown(proposals.PAGE, rows, sida=str(number))
        assert data is not None
        assert (data["pages"], data["total"]["value"]) == (8, 185)
        names += [each["input"] for each in data["inputs"]]
    assert len(names) == len(set(names)) == 185


@pytest.mark.parametrize("page", ["0", "-1", "9" * 30, "²", "x", " 1", "1e0", HOSTILE])
def test_what_is_no_page_of_the_list_is_refused(rows: MemoryRows, page: str) -> None:
    with pytest.raises(Wrong) as refused:
        shown(proposals.PAGE, rows, sida=page)
    assert refused.value.parameter == "sida"


def test_a_page_after_the_last_one_is_not_there(rows: MemoryRows) -> None:
    with pytest.raises(NotThere):
        shown(proposals.PAGE, rows, sida="9")


def test_a_reference_finds_its_input(rows: MemoryRows) -> None:
    data = shown(proposals.PAGE, rows, ref="nf-3902")
    assert data is not None and [each["input"] for each in data["inputs"]] == ["i001"]
    assert "1 of 185 inputs matches." in drawn(proposals.PAGE, data, ref="nf-3902").text


def test_the_list_is_drawn_in_both_languages(rows: MemoryRows) -> None:
    data = shown(proposals.PAGE, rows, tema="Begripligt språk")
    assert data is not None and data["found"] == 33
    assert "33 av 185 synpunkter stämmer." in drawn(proposals.PAGE, data, "sv", tema="Begripligt språk").lead
    assert "secret-author" not in str(data)


def test_a_list_of_nothing_says_so() -> None:
    data = shown(proposals.PAGE, ())
    assert data is not None and data["found"] == 0
    assert "Ingen synpunkt finns i liggaren än." in drawn(proposals.PAGE, data, "sv").text
    assert shown(proposals.PAGE, TOWN, beslut="nothing") is None


def test_the_table_is_the_list(rows: MemoryRows) -> None:
    data = shown(proposals.PAGE, rows, beslut="d64", utfall="declined")
    assert data is not None
    table = proposals.table(data)
    assert len(table.rows) == len(data["inputs"]) == 25
    assert all(len(row) == len(table.header) for row in table.rows)

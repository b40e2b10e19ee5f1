"""*My proposal*: everything that became of an input, by reference."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.decisions.events import ScopeItem
from ledger.dispositions.events import ContestAnswered, DispositionContested
from ledger.inputs.events import (
    InputMerged,
    InputModerated,
    InputRestored,
    InputRevised,
    InputWithdrawn,
    Stance,
    SupportGiven,
    SupportWithdrawn,
    Verdict,
)
from ledger.messages import Source
from ledger.responses import FollowUpAsked, ResponseCorrected, ResponseDue, ResponseGiven
from projections.rows.memory import MemoryRows
from projections.views import inputs, matters
from projections.views.answer import Page, read_page_token
from tests.projections.history import rows_of
from tests.projections.town import SEALED, TOWN, decided, disposed, received


def proposal(rows: MemoryRows, input: str = "i1") -> dict[str, Any]:
    view = inputs.proposal(rows, input, on="2016-06-10")
    assert view is not None
    return view


def merged(input: str, into: str) -> InputMerged:
    return InputMerged(input=input, into=into, process="p1", matter="m1", reason_code="duplicate")


def judged(input: str, verdict: Verdict) -> InputModerated:
    return InputModerated(
        input=input,
        author="a",
        process="p1",
        matter="m1",
        verdict=verdict,
        reason_code="abuse",
        reason=SEALED,
        by_role="moderator",
    )


def test_versions_say_where_their_text_lies_and_hold_none_of_it() -> None:
    revised = InputRevised(input="i1", author="author-of-i1", input_version=2, text=SEALED)
    view = proposal(rows_of(received("i1"), revised))["input"]
    assert [(version["version"], version["text"]) for version in view["versions"]] == [
        (1, {"position": 1, "pointer": "/text"}),
        (2, {"position": 2, "pointer": "/text"}),
    ]
    assert SEALED.commit not in str(view)
    assert "author-of-i1" not in str(view)


def test_it_shows_what_it_is_about_and_how_it_stands_to_what_it_comments_on() -> None:
    about = {"district": "Centrum", "theme": "Trafik", "subtheme": "Cykel", "about": "i1", "stance": "for"}
    rows = rows_of(received("i1"), received("i2").model_copy(update=about | {"stance": Stance.FOR}))
    nothing = dict.fromkeys(about)
    shown = [proposal(rows, each)["input"] for each in ("i1", "i2")]
    listed = inputs.inputs(rows, place="process:p1")["inputs"]
    for first, second in (shown, listed):
        assert {name: first[name] for name in about} == nothing
        assert {name: second[name] for name in about} == about


def test_a_rejection_shows_reason_and_role_and_can_be_undone() -> None:
    rejected = (received("i1"), judged("i1", Verdict.REJECTED))
    view = proposal(rows_of(*rejected))["input"]
    (turn,) = view["life"]
    assert (view["status"], turn["reason_code"], turn["by_role"]) == ("rejected", "abuse", "moderator")
    assert turn["reason"] == {"position": 2, "pointer": "/reason"}
    back = InputRestored(
        input="i1", author="a", process="p1", matter="m1", reason_code="appeal_upheld", by_role="moderator"
    )
    assert proposal(rows_of(*rejected, back))["input"]["status"] == "received"


def test_a_revision_puts_an_accepted_text_before_the_moderator_again() -> None:
    revised = InputRevised(input="i1", author="author-of-i1", input_version=2, text=SEALED)
    rows = rows_of(received("i1"), judged("i1", Verdict.ACCEPTED), revised)
    assert proposal(rows)["input"]["status"] == "received"
    assert proposal(rows.at(2))["input"]["status"] == "accepted"


def test_what_its_author_withdrew_stays_withdrawn() -> None:
    gone = InputWithdrawn(input="i1", author="author-of-i1", process="p1", matter="m1")
    rows = rows_of(received("i1"), gone, judged("i1", Verdict.ACCEPTED))
    assert proposal(rows)["input"]["status"] == "withdrawn"


def test_support_is_counted_by_the_version_that_was_supported() -> None:
    def given(supporter: str, version: int) -> SupportGiven:
        return SupportGiven(input="i1", supporter=supporter, input_version=version)

    rows = rows_of(
        received("i1"),
        given("ann", 1),
        given("bo", 1),
        given("bo", 2),
        given("cy", 2),
        SupportWithdrawn(input="i1", supporter="ann"),
    )
    support = proposal(rows)["support"]
    assert (support["given"]["value"], support["live"]["value"]) == (4, 2)
    assert support["versions"] == [{"version": 2, "live": 2}]
    assert proposal(rows.at(3))["support"]["versions"] == [{"version": 1, "live": 2}]


def test_a_merged_input_keeps_its_supporters_and_names_where_it_lives_on() -> None:
    rows = rows_of(
        received("i1"),
        received("i2"),
        received("i3"),
        SupportGiven(input="i1", supporter="ann", input_version=1),
        merged("i1", "i2"),
        merged("i2", "i3"),
    )
    assert proposal(rows, "i1")["stands_for"] == "i3"
    (taken,) = proposal(rows, "i2")["taken_in"]
    assert (taken["input"], taken["support"]["live"]["value"]) == ("i1", 1)
    assert proposal(rows, "i3")["stands_for"] is None


def test_an_undone_merge_leaves_nothing_taken_in() -> None:
    back = InputRestored(input="i1", author="a", process="p1", matter="m1", reason_code="mistake", by_role="moderator")
    rows = rows_of(received("i1"), received("i2"), merged("i1", "i2"), back)
    view = proposal(rows, "i2")
    assert (view["taken_in"], view["input"]["took_in"]) == ([], ["i1"])


def test_answers_are_shown_with_their_corrections_and_what_the_author_asked_on() -> None:
    rows = rows_of(
        received("i1"),
        ResponseDue(input="i1", by="2016-06-01", rule="service_guarantee"),
        ResponseGiven(response="r1", input="i1", kind="receipt", text=SEALED, by_office="Registrator"),
        ResponseGiven(response="r2", input="i1", kind="answer", text=SEALED, by_office="Trafik"),
        ResponseCorrected(response="r2", input="i1", text=SEALED, reason=SEALED, revision=2),
        FollowUpAsked(follow_up="f1", input="i1", author="author-of-i1", text=SEALED),
    )
    answers = proposal(rows)["responses"]
    assert answers["due"]["by"] == "2016-06-01"
    assert answers["receipt"]["response"] == "r1"
    assert (answers["answer"]["response"], answers["answer"]["day"]) == ("r2", "2016-05-16")
    assert answers["responses"][1]["revision"] == 2
    assert answers["responses"][1]["corrections"][0]["reason"] == {"position": 5, "pointer": "/reason"}
    assert answers["follow_ups"][0]["text"] == {"position": 6, "pointer": "/text"}


def test_a_decision_that_owes_an_answer_is_listed_while_it_is_pending() -> None:
    rows = rows_of(*TOWN, received("i1"), decided("d1"))
    (line,) = proposal(rows)["dispositions"]
    assert (line["decision"], line["title"], line["code"], line["basis"]) == ("d1", "§ 64", "pending", "none")


def test_a_disposition_is_shown_with_its_contest_and_the_answer() -> None:
    rows = rows_of(
        *TOWN,
        received("i1"),
        decided("d1", ScopeItem(matter="m1")),
        disposed("d1", "i1", reason_codes=("cost",)),
        DispositionContested(input="i1", decision="d1", author="author-of-i1", text=SEALED, revision=1),
        ContestAnswered(input="i1", decision="d1", outcome="upheld", text=SEALED, revision=1),
    )
    (line,) = proposal(rows)["dispositions"]
    assert (line["code"], line["basis"], line["revisions"][0]["reason_codes"]) == (
        "considered_not_adopted",
        "recorded",
        ["cost"],
    )
    assert line["contests"][0]["answer"]["outcome"] == "upheld"
    assert proposal(rows.at(rows.position - 1))["dispositions"][0]["contests"][0]["answer"] is None


@pytest.mark.parametrize(
    "place, status, expected",
    [
        (None, None, ["i1", "i2", "i3"]),
        ("process:p1", None, ["i1", "i2"]),
        ("matter:m1", "merged", ["i1"]),
        ("matter:m2", None, ["i3"]),
        (None, "received", ["i2", "i3"]),
        ("matter:m9", None, []),
    ],
)
def test_inputs_are_listed_by_place_and_status(place: str | None, status: str | None, expected: list[str]) -> None:
    elsewhere = received("i3", matter="m2", process=None)
    rows = rows_of(received("i1"), received("i2"), elsewhere, merged("i1", "i2"))
    found, page = [], Page(size=1)
    while True:
        answer = inputs.inputs(rows, page, place, status)
        found += [each["input"] for each in answer["inputs"]]
        if not answer["next_page_token"]:
            break
        page = Page(1, read_page_token(answer["next_page_token"])[1])
    assert found == expected


def test_a_matter_counts_its_inputs_by_who_speaks_and_how_they_stand() -> None:
    gone = InputWithdrawn(input="i2", author="author-of-i2", process="p1", matter="m1")
    source = Source(basis="document", anchor="lines 1-2")
    rows = rows_of(*TOWN, received("i1", source=source), received("i2"), gone)
    view = matters.matter(rows, "m1")
    assert view is not None
    assert view["inputs"] == {"value": 2, "events": {"types": ["input-received"], "tags": ["matter:m1"]}}
    assert view["inputs_by_status"] == [
        {"author_kind": "resident", "status": "live", "count": 1},
        {"author_kind": "resident", "status": "withdrawn", "count": 1},
    ]


def test_an_unknown_input_has_no_view() -> None:
    assert inputs.proposal(rows_of(received("i1")), "i9", on="2016-06-10") is None

"""Decisions as they are shown: coverage first, every input in scope with its line, no input lost."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ledger.decisions.events import DecisionRevoked, Delegation, DissentRecorded, ScopeItem
from ledger.dispositions.events import AccountClosed, Change, DispositionContested, DispositionRevised
from ledger.inputs.events import AuthorKind, InputMerged, InputWithdrawn
from ledger.messages import Event
from projections.rows.memory import MemoryRows
from projections.views import decisions
from projections.views.answer import Page, read_page_token
from tests.projections.history import rows_of
from tests.projections.town import SEALED, TOWN, decided, disposed, received


def decision(rows: MemoryRows, id: str = "d1") -> dict[str, Any]:
    view = decisions.decision(rows, id, on="2016-06-01")
    assert view is not None
    return view


def trace(rows: MemoryRows, id: str = "d1", size: int = 1000) -> list[dict[str, Any]]:
    """Return all lines, read page by page."""
    lines, page = [], Page(size)
    while True:
        answer = decisions.trace(rows, id, page)
        assert answer is not None
        lines += answer["lines"]
        if not answer["next_page_token"]:
            return lines
        page = Page(size, read_page_token(answer["next_page_token"])[1])


def coverage(rows: MemoryRows) -> dict[str, tuple[int, int]]:
    return {each["author_kind"]: (each["numerator"], each["denominator"]) for each in decision(rows)["coverage"]}


def merged(input: str, into: str) -> InputMerged:
    return InputMerged(input=input, into=into, process="p1", matter="m1", reason_code="duplicate")


def withdrawn(input: str) -> InputWithdrawn:
    return InputWithdrawn(input=input, author=f"author-of-{input}", process="p1", matter="m1")


def test_a_decision_is_shown_with_its_clauses_dissents_and_revocation() -> None:
    dissent = DissentRecorded(
        decision="d1",
        matter="m1",
        dissent="n1",
        kind="reservation",
        party="V",
        by_name=SEALED,
        stance="against",
    )
    delegated = decided(
        "d1", delegation=Delegation(order="Delegationsordning", clause="4.2"), meeting_date="2015-05-12"
    )
    rows = rows_of(
        *TOWN, delegated, dissent, decided("d2"), DecisionRevoked(decision="d1", matter="m1", by_decision="d2")
    )
    shown = decision(rows)["decision"]
    assert shown["clauses"] == [
        {"number": 1, "verb": "adopt", "text": {"position": 5, "pointer": "/clauses/0/text"}, "refs": []}
    ]
    assert shown["delegation"] == {"order": "Delegationsordning", "clause": "4.2"}
    (note,) = shown["dissents"]
    assert (note["party"], note["by_name"], note["text"]) == ("V", {"position": 6, "pointer": "/by_name"}, None)
    assert (shown["status"], shown["revoked"]["by_decision"]) == ("revoked", "d2")


def test_coverage_keeps_residents_and_officials_apart_and_pending_in_the_denominator() -> None:
    rows = rows_of(
        *TOWN,
        received("i1"),
        received("i2"),
        received("o1", AuthorKind.OFFICIAL),
        decided("d1"),
        disposed("d1", "i1", "adopted", changed=(Change(clause=1),)),
        disposed("d1", "o1", "adopted", changed=(Change(clause=1),)),
    )
    assert coverage(rows) == {"resident": (1, 2), "organisation": (0, 0), "official": (1, 1)}
    assert {"author_kind": "resident", "code": "pending", "count": 1} in decision(rows)["profile"]
    assert [line["code"] for line in trace(rows)] == ["adopted", "pending", "adopted"]


def test_a_merged_input_inherits_and_is_counted_once() -> None:
    events = (*TOWN, received("i1"), received("i2"), received("i3"), merged("i1", "i2"), merged("i2", "i3"))
    rows = rows_of(*events, decided("d1"))
    assert coverage(rows)["resident"] == (0, 1)
    assert [(line["code"], line["basis"], line["of_input"]) for line in trace(rows)] == [
        ("pending", "none", "i3"),
        ("pending", "none", "i3"),
        ("pending", "none", None),
    ]
    rows = rows_of(*events, decided("d1"), disposed("d1", "i3", "adopted", changed=(Change(clause=1),)))
    assert coverage(rows)["resident"] == (1, 1)
    assert [(line["code"], line["basis"], line["of_input"]) for line in trace(rows)] == [
        ("adopted", "inherited", "i3"),
        ("adopted", "inherited", "i3"),
        ("adopted", "recorded", None),
    ]
    assert decision(rows)["coverage"][0]["merged"] == 2


def test_a_withdrawn_input_is_accounted_for_by_its_own_record() -> None:
    rows = rows_of(*TOWN, received("i1"), withdrawn("i1"), decided("d1"))
    assert coverage(rows)["resident"] == (1, 1)
    assert [(line["code"], line["basis"]) for line in trace(rows)] == [("withdrawn", "status")]


def test_an_input_that_comes_after_the_account_was_closed_is_not_in_its_scope() -> None:
    closed = AccountClosed(decision="d1", matter="m1", inputs=1)
    rows = rows_of(*TOWN, received("i1"), decided("d1"), disposed("d1", "i1"), closed, received("i2"))
    assert coverage(rows)["resident"] == (1, 1)
    assert decision(rows)["decision"]["account_closed"]["inputs"] == 1
    assert [line["input"] for line in trace(rows)] == ["i1"]


def test_an_input_of_two_places_in_scope_has_one_line_whatever_the_page_size() -> None:
    scope = (ScopeItem(process="p1"), ScopeItem(matter="m1"))
    alone = received("i4", process=None)
    rows = rows_of(*TOWN, *(received(f"i{n}") for n in range(1, 4)), alone, decided("d1", *scope))
    for size in (1, 2, 3, 1000):
        assert [line["input"] for line in trace(rows, size=size)] == ["i1", "i2", "i3", "i4"]
    assert coverage(rows)["resident"] == (0, 4)


def test_a_reworded_disposition_keeps_its_earlier_wording() -> None:
    revised = DispositionRevised(
        input="i1",
        input_version=1,
        decision="d1",
        code="deferred",
        trigger="Ny detaljplan",
        by_role="officer",
        why=SEALED,
        revision=2,
    )
    contested = DispositionContested(input="i1", decision="d1", author="a", text=SEALED, revision=1)
    rows = rows_of(*TOWN, received("i1"), decided("d1"), disposed("d1", "i1"), contested, revised)
    (line,) = trace(rows)
    assert (line["code"], line["disposition"]["revision"], line["contests_open"]) == ("deferred", 2, 1)
    row = rows.get("dispositions", "d1|i1")
    assert row is not None
    assert [wording["code"] for wording in row.state["revisions"]] == ["considered_not_adopted", "deferred"]
    view = decision(rows)
    assert (view["contests"]["value"], view["contests_answered"]["value"]) == (1, 0)
    assert (decision(rows.at(rows.position - 1))["profile"][0]["code"]) == "considered_not_adopted"


def test_decisions_are_listed_by_matter() -> None:
    rows = rows_of(*TOWN, decided("d1"), decided("d2"))
    assert [each["decision"] for each in decisions.decisions(rows, matter="m1", on="2016-06-01")["decisions"]] == [
        "d1",
        "d2",
    ]
    assert decisions.decisions(rows, matter="m2", on="2016-06-01")["decisions"] == []


# --- Laws -------------------------------------------------------------------------------------
INPUTS = ["i1", "i2", "i3", "i4"]
STEPS = st.lists(
    st.one_of(
        st.builds(received, st.sampled_from(INPUTS), st.sampled_from(AuthorKind)),
        st.builds(merged, st.sampled_from(INPUTS), st.sampled_from(INPUTS)),
        st.builds(withdrawn, st.sampled_from(INPUTS)),
        st.builds(
            lambda source, code: disposed("d1", source, code),
            st.sampled_from(INPUTS),
            st.sampled_from(["adopted", "merged", "out_of_scope"]),
        ),
        st.just(AccountClosed(decision="d1", matter="m1", inputs=0)),
    ),
    max_size=20,
)


@given(STEPS)
def test_coverage_never_passes_the_whole_and_agrees_with_the_trace(steps: list[Event]) -> None:
    scope = (ScopeItem(process="p1"), ScopeItem(matter="m1"))
    rows = rows_of(*TOWN, decided("d1", *scope), *steps)
    lines = trace(rows, size=2)
    assert len({line["input"] for line in lines}) == len(lines)
    view = decision(rows)
    for each in view["coverage"]:
        own = [line for line in lines if line["author_kind"] == each["author_kind"]]
        unmerged = [line for line in own if line["status"] != "merged"]
        assert 0 <= each["numerator"] <= each["denominator"] == len(unmerged)
        assert each["numerator"] == sum(line["code"] != "pending" for line in unmerged)
        assert each["merged"] == len(own) - len(unmerged)
    assert sum(each["count"] for each in view["profile"]) == sum(each["denominator"] for each in view["coverage"])

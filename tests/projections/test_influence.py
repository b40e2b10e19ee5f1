"""What came of what people said: by decision, by matter, and for the one who said it."""

from __future__ import annotations

from typing import Any

from google.protobuf.json_format import ParseDict

from ledger.commitments import CommitmentDelivered, CommitmentMade
from ledger.decisions.events import ScopeItem
from ledger.dispositions.events import Change
from ledger.inputs.events import AuthorKind, InputMerged, InputRevised, Instrument
from ledger.messages import Event
from ledger.methods import ChannelRegistered
from ledger.responses import ResponseDue, ResponseGiven
from participation.transparency.v1.influence_pb2 import GetInfluenceResponse
from participation.transparency.v1.mine_pb2 import GetMineResponse
from projections.rows.memory import MemoryRows
from projections.views import influence, mine
from projections.views.answer import Page
from tests.projections.history import rows_of
from tests.projections.town import SEALED, TOWN, decided, disposed, received

ON = "2016-06-10"


def of(rows: MemoryRows, id: str) -> dict[str, Any]:
    view = influence.influence(rows, id, on=ON)
    assert view is not None
    ParseDict(view, GetInfluenceResponse())
    return view


def merged(input: str, into: str) -> InputMerged:
    return InputMerged(input=input, into=into, process="p1", matter="m1", reason_code="same")


ADOPTED = disposed("d1", "i1", "adopted", changed=(Change(clause=2), Change(passage="s. 4")))


# --- By decision and by matter ------------------------------------------------------------------
def test_s3_07_question_3_a_clause_names_the_inputs_that_changed_it_and_the_merged_with_them() -> None:
    partly = disposed("d1", "i3", "adopted_partly", changed=(Change(clause=2), Change(commitment="c1")))
    rows = rows_of(
        *TOWN, received("i1"), received("i2"), received("i3"), merged("i2", "i1"), decided("d1"), ADOPTED, partly
    )
    (own,) = of(rows, "d1")["decisions"]
    changes = [
        (each["clause"], each["passage"], each["commitment"], [by["input"] for by in each["inputs"]])
        for each in own["changes"]
    ]
    assert changes == [
        (2, None, None, ["i1", "i2", "i3"]),
        (None, None, "c1", ["i3"]),
        (None, "s. 4", None, ["i1", "i2"]),
    ]
    assert [by["basis"] for by in own["changes"][0]["inputs"]] == ["recorded", "inherited", "recorded"]
    assert own["lacking_count"] == 0
    assert own["coverage"][0]["numerator"] == own["coverage"][0]["denominator"] == 2


def test_question_16_inputs_in_scope_without_a_disposition_are_named() -> None:
    rows = rows_of(*TOWN, received("i1"), received("i2"), received("i3"), decided("d1"), ADOPTED, merged("i3", "i2"))
    (own,) = of(rows, "d1")["decisions"]
    assert (own["lacking_count"], [each["input"] for each in own["lacking"]]) == (1, ["i2"])
    before = of(rows.at(rows.position - 2), "d1")["decisions"][0]
    assert [each["input"] for each in before["lacking"]] == ["i1", "i2", "i3"]


def test_s0_33_the_choice_of_a_provider_is_no_influence_on_content() -> None:
    by_choice = received("i1").model_copy(update={"channel": "provider_choice"})
    register = ChannelRegistered(channel="provider_choice", kind="exit", name_sv="Kundval")
    history: tuple[Event, ...] = (*TOWN, by_choice, decided("d1"), ADOPTED)
    (own,) = of(rows_of(register, *history), "d1")["decisions"]
    assert (own["changes"], own["exit_inputs"]) == ([], 1)
    (unregistered,) = of(rows_of(*history), "d1")["decisions"]
    assert (len(unregistered["changes"]), unregistered["exit_inputs"]) == (2, 0)


def test_of_a_matter_every_decision_is_shown_and_what_none_of_them_answers_for() -> None:
    outside = received("i2", process=None)
    rows = rows_of(*TOWN, received("i1"), outside, decided("d1"), decided("d2", ScopeItem(process="p9")), ADOPTED)
    view = of(rows, "m1")
    assert [each["decision"] for each in view["decisions"]] == ["d1", "d2"]
    assert [each["input"] for each in view["undecided"]] == ["i2"]
    assert influence.influence(rows, "nothing", on=ON) is None


# --- Mine -------------------------------------------------------------------------------------
def owned(rows: MemoryRows, *authors: str, inputs: tuple[str, ...] = (), on: str = ON) -> list[dict[str, Any]]:
    view = mine.mine(rows, authors, inputs, on=on)
    ParseDict(view, GetMineResponse())
    found: list[dict[str, Any]] = view["inputs"]
    return found


def test_s0_35_question_1_a_person_sees_what_they_said_who_decided_and_why() -> None:
    revised = InputRevised(input="i1", author="author-of-i1", input_version=2, text=SEALED)
    rows = rows_of(*TOWN, received("i1"), revised, received("i2"), decided("d1"), ADOPTED)
    (own,) = owned(rows, "author-of-i1")
    assert [each["version"] for each in own["input"]["versions"]] == [1, 2]
    (line,) = own["dispositions"]
    assert (line["decision"], line["body"], line["code"]) == ("d1", "ks", "adopted")
    assert line["revisions"][0]["text"]["pointer"] == "/text"
    assert own["due"] == []
    assert "author-of-i1" not in str(own)
    assert [each["input"]["input"] for each in owned(rows, "author-of-i2", inputs=("i1", "i9"))] == ["i1", "i2"]
    assert owned(rows, "nobody") == [] == owned(rows)


def test_what_the_body_still_owes_is_told_with_its_day() -> None:
    initiative = received("i1", instrument=Instrument.RESIDENT_INITIATIVE)
    due = ResponseDue(input="i1", by="2016-06-01", rule="service_guarantee")
    rows = rows_of(*TOWN, initiative, due, decided("d1"))
    (own,) = owned(rows, "author-of-i1")
    assert [(each["what"], each["of"], each["due"], each["overdue"]) for each in own["due"]] == [
        ("response", None, "2016-06-01", True),
        ("disposition", "d1", None, False),
        ("decision", None, None, False),
    ]
    answered = ResponseGiven(response="r", input="i1", kind="answer", text=SEALED, by_office="Enheten")
    later = rows_of(
        *TOWN, received("i1"), due, answered, decided("d1"), disposed("d1", "i1", "deferred", due="2017-01-01")
    )
    (own,) = owned(later, "author-of-i1")
    assert [(each["what"], each["due"], each["overdue"]) for each in own["due"]] == [("deferred", "2017-01-01", False)]


def test_a_commitment_is_mine_when_my_disposition_names_it_and_due_until_it_is_delivered() -> None:
    made = CommitmentMade(commitment="c1", owner="ks", text=SEALED, due="2016-06-01")
    taken = disposed("d1", "i1", "adopted", changed=(Change(commitment="c1"),))
    rows = rows_of(*TOWN, received("i1", AuthorKind.RESIDENT), received("i2"), decided("d1"), made, taken)
    (own,) = owned(rows, "author-of-i1")
    assert [(each["commitment"], each["overdue"]) for each in own["commitments"]] == [("c1", True)]
    assert [(each["what"], each["of"], each["overdue"]) for each in own["due"]] == [("commitment", "c1", True)]
    assert owned(rows, "author-of-i1", on="2016-06-01")[0]["due"][0]["overdue"] is False
    assert owned(rows, "author-of-i2")[0]["commitments"] == []
    delivered = rows_of(
        *TOWN,
        received("i1"),
        decided("d1"),
        made,
        taken,
        CommitmentDelivered(commitment="c1", on="2016-06-05", evidence=()),
    )
    (own,) = owned(delivered, "author-of-i1")
    assert (own["due"], own["commitments"][0]["delivered"], own["commitments"][0]["overdue"]) == ([], True, False)


def test_every_decision_is_listed_with_its_coverage_page_by_page() -> None:
    rows = rows_of(*TOWN, received("i1"), decided("d1"), decided("d2"), disposed("d1", "i1"))
    first = influence.influences(rows, Page(1), on="2016-05-17")
    rest = influence.influences(rows, Page(1, "d1"), on="2016-05-17")
    assert [each["decision"] for each in (*first["influence"], *rest["influence"])] == ["d1", "d2"]
    assert (bool(first["next_page_token"]), bool(rest["next_page_token"])) == (True, False)
    for each in (*first["influence"], *rest["influence"]):
        one = influence.influence(rows, each["decision"], on="2016-05-17")
        assert one is not None and each["coverage"] == one["decisions"][0]["coverage"]
    assert first["influence"][0]["coverage"] != rest["influence"][0]["coverage"]

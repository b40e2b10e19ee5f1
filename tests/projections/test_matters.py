"""Bodies, matters and processes as they are shown: names over time, dossiers, promises."""

from __future__ import annotations

from ledger.bodies import BodyDissolved, BodyRenamed
from ledger.decisions.events import ScopeItem
from ledger.fields import ExternalNumber
from ledger.matters import (
    MatterClosed,
    MatterKind,
    MatterLinked,
    MatterNumberAdded,
    MatterOpened,
    MatterRelation,
    MatterReopened,
)
from ledger.processes import ParticipationLevel, ProcessClosed, PromiseDeclared
from projections.views import bodies, matters, processes
from projections.views.answer import Page, read_page_token
from tests.projections.history import rows_of
from tests.projections.town import COMMITTEE, MATTER, SEALED, TOWN, decided, opened


def promise(*can_change: str) -> PromiseDeclared:
    return PromiseDeclared(
        process="p1", ladder="iap2", level=ParticipationLevel.CONSULT, can_change=can_change, decided_by="ks"
    )


def test_a_body_keeps_its_former_names_and_stands_in_its_tree() -> None:
    rows = rows_of(*TOWN, BodyRenamed(body="ks", name="Stadsstyrelsen"), BodyDissolved(body="ks"))
    view = bodies.body(rows, "ks", on="2016-06-01")
    assert view is not None
    assert [name["name"] for name in view["body"]["names"]] == ["Kommunstyrelsen", "Stadsstyrelsen"]
    assert (view["body"]["name"], view["body"]["status"], view["units"]) == ("Stadsstyrelsen", "dissolved", ["au"])
    committee = bodies.body(rows, "au", on="2016-06-01")
    assert committee is not None
    assert committee["above"] == ["ks"]
    assert bodies.body(rows, "none", on="2016-06-01") is None


def test_a_body_whose_parent_the_ledger_never_met_is_itself_and_not_its_parent() -> None:
    rows = rows_of(COMMITTEE)
    view = bodies.body(rows, "au", on="2016-06-01")
    assert view is not None
    assert (view["body"]["body"], view["above"]) == ("au", ["ks"])
    assert bodies.body(rows, "ks", on="2016-06-01") is None


def test_bodies_are_listed_in_the_order_of_their_ids() -> None:
    first = bodies.bodies(rows_of(*TOWN), Page(size=1))
    assert [body["body"] for body in first["bodies"]] == ["au"]
    position, after = read_page_token(first["next_page_token"])
    second = bodies.bodies(rows_of(*TOWN), Page(1, after))
    assert ([body["body"] for body in second["bodies"]], second["next_page_token"]) == (["ks"], "")
    assert position == first["position"]


def test_a_matter_tells_its_life_in_the_order_of_the_record() -> None:
    number = ExternalNumber(scheme="dnr", value="KFKS 2016/1")
    rows = rows_of(
        *TOWN,
        MatterNumberAdded(matter="m1", number=number),
        decided("d1"),
        MatterClosed(matter="m1", decision="d1", occurred="2016-06-01"),
        MatterReopened(matter="m1", reason=SEALED),
    )
    view = matters.matter(rows, "m1")
    assert view is not None
    dossier = view["matter"]
    assert [step["type"] for step in dossier["timeline"]] == [
        "matter-opened",
        "process-opened",
        "matter-number-added",
        "decision-recorded",
        "matter-closed",
        "matter-reopened",
    ]
    assert dossier["timeline"][4]["recorded"]["occurred"] == "2016-06-01"
    assert [number["value"] for number in dossier["numbers"]] == ["KFKS 2015/174-001", "KFKS 2016/1"]
    assert (dossier["processes"], dossier["decisions"], dossier["status"]) == (["p1"], ["d1"], "open")
    assert dossier["reopened"][0]["reason"] == {"position": 8, "pointer": "/reason"}
    closed = matters.matter(rows.at(7), "m1")
    assert closed is not None
    assert closed["matter"]["closed"]["decision"] == "d1"


def test_a_link_is_seen_from_both_matters() -> None:
    other = MATTER.model_copy(update={"matter": "m2"})
    link = MatterLinked(matter="m2", other="m1", relation=MatterRelation.FOLLOWS_UP, said_date="2015-05")
    rows = rows_of(*TOWN, other, link)
    seen = {each: matters.matter(rows, each) for each in ("m1", "m2")}
    views = {each: view["matter"]["links"][0] for each, view in seen.items() if view is not None}
    assert (views["m2"]["matter"], views["m2"]["stated_by_other"]) == ("m1", False)
    assert (views["m1"]["matter"], views["m1"]["stated_by_other"], views["m1"]["said_date"]) == ("m2", True, "2015-05")


def test_a_decision_in_one_matter_may_answer_for_the_inputs_of_another() -> None:
    other = MatterOpened(matter="m2", title="Andra", language="sv", kind=MatterKind.INFORMATION, body="ks")
    rows = rows_of(*TOWN, other, decided("d1", ScopeItem(matter="m2"), ScopeItem(process="p1")))
    first, second = matters.matter(rows, "m1"), matters.matter(rows, "m2")
    assert first is not None
    assert second is not None
    assert (first["matter"]["decisions"], first["matter"]["in_scope_of"]) == (["d1"], [])
    assert (second["matter"]["decisions"], second["matter"]["in_scope_of"]) == ([], ["d1"])
    process = processes.process(rows, "p1", on="2016-05-16")
    assert process is not None
    assert process["process"]["in_scope_of"] == ["d1"]


def test_a_promise_that_shrank_is_seen_to_have_shrunk() -> None:
    rows = rows_of(
        *TOWN,
        promise("Sträckning", "Tidplan"),
        promise("Tidplan"),
        opened(process="p1"),
        ProcessClosed(process="p1", summary=SEALED),
    )
    view = processes.process(rows, "p1", on="2016-05-16")
    assert view is not None
    shown = view["process"]
    assert [each["can_change"] for each in shown["promises"]] == [["Sträckning", "Tidplan"], ["Tidplan"]]
    assert (shown["ballots"], shown["status"]) == (["b"], "closed")
    assert shown["closed"]["summary"] == {"position": 8, "pointer": "/summary"}
    assert [each["process"] for each in processes.processes(rows, matter="m1")["processes"]] == ["p1"]
    assert processes.processes(rows, matter="m2")["processes"] == []
    assert processes.process(rows, "p9", on="2016-05-16") is None


def test_matters_are_listed() -> None:
    listed = matters.matters(rows_of(*TOWN))["matters"]
    assert [(each["matter"], each["title"], each["status"]) for each in listed] == [("m1", "Medborgardialog", "open")]

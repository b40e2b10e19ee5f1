"""The influence work that § 64 lists: who owned it, what sort it was, with whom, and what was promised."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import pytest

from ledger.messages import Sealing
from ledger.processes.events import MemberSeated
from projections.projection import Rows
from projections.views import bodies, documents, groups, processes
from tests.mission.anchors import anchored, words_at
from tests.mission.conftest import Past

LISTED = {
    "extern-dialog": ("dialogue", "tekniska-enheterna"),
    "kvalitetsutveckling": ("quality_work", "utbildningsenheten"),
    "teknik-med-aldre": ("trial", "aldreenheten"),
    "advisory-board": ("panel", "arbets-och-foretagarenheten"),
    "konsten-att-skapa-stad": ("dialogue", "stadsutvecklingen"),
}


def process(rows: Rows, name: str, on: str = "2015-05-12") -> dict[str, Any]:
    found = processes.process(rows, name, on=on)
    assert found is not None
    return found


def test_s0_15_the_catalogue_says_of_each_that_it_is_ongoing_or_was_tried(on: Past, shared: Path) -> None:
    # The source does not tell which, so neither does the ledger.
    catalogue = processes.processes(on("2015-05-12"))["processes"]
    listed = {each["process"]: each for each in catalogue if each["stage"] == "ongoing_or_tried"}
    assert set(listed) == set(LISTED)
    for each in listed.values():
        anchored(each["opened"], "S0", 26)
    assert "redan bedrivs eller har testats" in words_at(shared, listed["extern-dialog"]["opened"])


@pytest.mark.parametrize(
    "name, words",
    [
        ("extern-dialog", "tekniska området som arbetat med att förbättra sin externa dialog"),
        ("kvalitetsutveckling", "Utbildningsenhetens arbete med kvalitetsutveckling"),
        ("teknik-med-aldre", "äldre enhetens teknikutveckling med de äldre"),
        ("advisory-board", "arbets- och företagarenhetens Advisory Board"),
        ("konsten-att-skapa-stad", "Konsten att skapa stad"),
    ],
)
def test_s0_17_s0_18_s0_19_s0_20_s0_22_each_activity_has_its_kind_and_the_unit_that_owns_it(
    told: Rows, shared: Path, name: str, words: str
) -> None:
    found = process(told, name)["process"]
    assert (found["kind"], found["owner"]) == LISTED[name]
    assert bodies.body(told, found["owner"], on="2015-05-12") is not None
    anchored(found["opened"], "S0", 26)
    assert words in words_at(shared, found["opened"])


def test_s0_19_older_residents_are_the_group_and_no_session_is_evidence_of_them(told: Rows) -> None:
    found = process(told, "teknik-med-aldre")
    assert found["process"]["groups"] == ["older_residents"]
    (group,) = found["course"]["groups"]
    assert (group["group"], group["named"], group["evidenced"], group["sessions"]) == (
        "older_residents",
        True,
        False,
        0,
    )
    anchored(found["process"]["opened"], "S0", 26)
    heard = groups.participation(told, "teknik-med-aldre")
    assert heard is not None
    assert [(each["group"], each["evidenced"]) for each in heard["groups"]] == [("older_residents", False)]


def test_s0_20_a_panel_seats_members_whose_names_can_be_erased_one_by_one(told: Rows, illustrated: Rows) -> None:
    documented = process(told, "advisory-board")
    anchored(documented["process"]["opened"], "S0", 26)
    assert documented["course"]["members"] == {"seated": 0, "ever": 0}
    assert (documented["course"]["sessions"], documented["course"]["sessions_held"]["value"]) == ([], 0)
    assert process(illustrated, "advisory-board")["course"]["members"] == {"seated": 1, "ever": 1}
    # Each name has a key of its own, which is destroyed to erase it.
    name = get_type_hints(MemberSeated, include_extras=True)["name"]
    assert get_origin(name) is Annotated
    (sealing,) = (each for each in get_args(name) if isinstance(each, Sealing))
    assert sealing.key == "author:{member}"


def test_s0_21_involving_is_spoken_of_and_a_promise_is_something_else(
    told: Rows, illustrated: Rows, shared: Path
) -> None:
    found = process(told, "konsten-att-skapa-stad")
    assert [each["attribute"] for each in found["terms"]["facets"]] == ["communicate", "involve"]
    anchored(found["process"]["opened"], "S0", 26)
    assert "kommunicera och involvera invånarna" in words_at(shared, found["process"]["opened"])
    # No level was promised, and so it says.
    assert (found["course"]["promises"], found["influence"]["closed_because"]) == ([], "no_promise")
    # Where one was, here in the filler, it stands with the ladder, the level and what can change.
    (promise,) = process(illustrated, "natverk-medborgardialog", "2018-07-01")["process"]["promises"]
    assert (promise["ladder"], promise["level"]) == ("iap2", "involve")
    assert promise["recorded"]["source"]["basis"] == "illustrative"


def test_s0_22_a_status_report_and_its_analysis_belong_to_one_process(told: Rows, shared: Path) -> None:
    (attached,) = process(told, "konsten-att-skapa-stad")["course"]["documents"]
    assert (attached["document"], attached["purpose"]) == ("lagesrapport-konsten-att-skapa-stad", "analysis")
    anchored(attached, "S0", 26)
    assert "analyseras mer i detalj i bilaga 2" in words_at(shared, attached)
    (report,) = documents.documents(told, process="konsten-att-skapa-stad")["documents"]
    assert (report["document"], report["kind"], report["attachment_number"]) == (
        attached["document"],
        "status_report",
        2,
    )
    anchored(report, "S0", 37)

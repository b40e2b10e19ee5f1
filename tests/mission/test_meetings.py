"""Bodies, meetings and the notice board as the four documents tell them, each fact with its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from projections.projection import Rows
from projections.views import bodies, documents, meetings, notices
from services.demo.story import SOURCES
from tests.mission.anchors import anchored, words_at
from tests.mission.conftest import Past


def body(rows: Rows, name: str, on: str = "2018-04-10") -> dict[str, Any]:
    found = bodies.body(rows, name, on=on)
    assert found is not None
    return found


def item(rows: Rows, address: str, on: str = "2016-12-20") -> dict[str, Any]:
    found = meetings.item_at(rows, address, on=on)
    assert found is not None
    return found


def anchor(fact: dict[str, Any]) -> str:
    """Return where in its source document a fact stands."""
    assert fact["recorded"]["source"]["basis"] == "document"
    place: str = fact["recorded"]["source"]["anchor"]
    return place


def test_s0_01_the_committee_met_on_the_twelfth_of_may(told: Rows, on: Past) -> None:
    found = meetings.meeting(told, "ksau-2015-05-12", on="2016-05-16")
    assert found is not None
    head = found["meeting"]
    assert (head["body"], head["date"]) == ("ksau", "2015-05-12")
    anchored(head, "S0", 3, 6)
    assert body(told, "ksau")["body"]["name"] == "Kommunstyrelsens arbetsutskott"
    assert meetings.meeting(on("2015-05-11"), "ksau-2015-05-12", on="2015-05-11") is None
    listed = meetings.meetings(told, body="ksau", on="2018-04-10")["meetings"]
    assert [each["date"] for each in listed] == ["2015-05-12", "2016-12-20"]


def test_s0_02_a_committee_belongs_to_its_board_and_the_board_to_the_council(told: Rows) -> None:
    found = body(told, "ksau")
    assert (found["body"]["kind"], found["above"]) == ("committee", ["kommunstyrelsen", "kommunfullmaktige"])
    anchored(found["body"]["names"][0]["since"], "S0", 6)
    assert "ksau" in body(told, "kommunstyrelsen")["units"]


@pytest.mark.parametrize(
    "address, matter, seed",
    [("/ksau/2015/64", "inflytande-och-innovation", "S0"), ("/ksau/2016/208", "oppenhet-och-mangfald", "S1")],
)
def test_s0_03_a_paragraph_is_found_by_its_address(told: Rows, address: str, matter: str, seed: str) -> None:
    found = item(told, address)["item"]
    assert (found["address"], found["matter"]) == (address, matter)
    anchored(found, seed, 8)
    assert [each["force"] for each in found["decisions"]] == ["preparatory"]
    # A committee that proposes has decided nothing.
    assert (found["state"], found["out_of_order"]) == ("proposed", False)


def test_s0_25_the_documents_do_not_tell_when_the_minutes_were_adjusted(
    told: Rows, illustrated: Rows, shared: Path
) -> None:
    # Places for the signatures of chair and adjuster and for the certificate of an extract, and no name in them.
    paper = documents.document(told, "protokoll-2015-05-12-64")
    assert paper is not None
    anchored(paper["document"], "S0", 43, 63)
    assert words_at(shared, paper["document"]).endswith(
        "Ordförandes signatur\tJusterandes signatur\tUtdragsbestyrkande"
    )
    assert paper["document"]["signed_by"] == []
    minutes = item(told, "/ksau/2015/64", on="2015-05-26")["minutes"]
    assert (minutes["state"], minutes["adjustment"]["status"]) == ("drafted", "waiting")
    assert minutes["adjustment"]["rule"]["citation"] == "KL 1991:900"
    filled = item(illustrated, "/ksau/2015/64", on="2015-05-26")["minutes"]
    assert filled["adjustment"]["recorded"]["source"]["basis"] == "illustrative"
    assert (filled["adjustment"]["chair"], filled["adjustment"]["adjusters"]) == ("ksau-ordforande", ["ksau-justerare"])
    assert (filled["adjustment"]["days"], filled["adjustment"]["status"]) == (7, "on_time")
    # What was adjusted is the document whose bytes have this hash.
    assert filled["adjustment"]["minutes_hash"] == paper["document"]["sha256"] == SOURCES["S0"]


def test_s0_25_the_notice_board_is_judged_by_the_law_of_its_time(illustrated: Rows) -> None:
    board = notices.notices(illustrated, body="ksau", on="2015-06-11")["notices"]
    (notice,) = board
    announcement, left_up = notice["minutes"]["announcement"], notice["minutes"]["left_up"]
    assert (announcement["on"], announcement["status"]) == ("2015-05-20", "on_time")
    # Three weeks after 20 May 2015 is Wednesday 10 June.
    assert (left_up["appeal_until"], left_up["appeal_over"], left_up["status"]) == ("2015-06-10", True, "up")
    assert left_up["rule"]["citation"] == "KL 1991:900"

"""The page of a decision: one sentence of numbers, and behind it the account, the story, promises, dissent and gaps."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.dispositions.events import DispositionRecorded
from projections.rows.memory import MemoryRows
from services.web.page import Shown
from services.web.pages import decision
from tests.projections.history import rows_of
from tests.projections.town import TOWN, decided, received
from tests.services.web.pages.seen import HOSTILE, drawn, shown, words
from tests.services.web.pages.story64 import CHANNELS, OUTCOMES, STORY, THEMES


@pytest.fixture(scope="module")
def rows() -> MemoryRows:
    return rows_of(*STORY)


@pytest.fixture(scope="module")
def found(rows: MemoryRows) -> Shown:
    answer = shown(decision.PAGE, rows, {"decision": "d64"})
    assert answer is not None
    return answer


def test_residents_and_officials_are_counted_apart(found: Shown) -> None:
    assert found["outcomes"] == OUTCOMES
    assert sum(found["official"].values()) == 0
    assert found["set_aside"] == {"withdrawn": 0, "moderated": 0}


def test_the_flow_has_every_input_once(found: Shown) -> None:
    assert sum(each["count"] for each in found["flow"]) == 184
    themes = {name: sum(each["count"] for each in found["flow"] if each["theme"] == name) for name in THEMES}
    assert themes == {name: sum(counts) for name, counts in THEMES.items()}
    assert {kind: sum(e["count"] for e in found["flow"] if e["outcome"] == kind) for kind in OUTCOMES} == OUTCOMES
    assert found["channels"] == {code: {"sv": name, "en": None} for code, name in CHANNELS}


def test_a_promise_is_told_with_how_late_it_was(found: Shown) -> None:
    (promise,) = found["promises"]
    assert (promise["due"], promise["state"], promise["days_late"]) == ("2015-12-14", "late", 154)
    assert promise["delivered"]["on"] == "2016-05-16"


def test_the_story_is_told_by_the_day_it_happened(found: Shown) -> None:
    days = [each["day"] for each in found["story"]]
    assert days == sorted(days)
    told = {each["what"]: each for each in found["story"]}
    assert told["inputs"]["count"] == 184 and told["inputs"]["date"] == "2015-02-03/2015-03-30"
    assert (told["promised"]["day"], told["promised"]["state"]) == ("2015-12-14", "late")
    assert told["delivered"]["day"] == "2016-05-16"


def test_changes_name_the_inputs_that_made_them(found: Shown) -> None:
    (change,) = found["changes"]
    assert (change["clause"], change["count"], len(change["inputs"])) == (2, 27, 27)


def test_criticism_stands_beside_the_survey_it_speaks_of(found: Shown) -> None:
    (said,) = found["criticism"]
    assert said["targets"] == [{"target_kind": "survey", "target": "s1", "in_ledger": True}]
    (card,) = found["surveys"]
    assert (card["rate"]["numerator"], card["rate"]["denominator"]) == (600, 1480)
    (share,) = card["shares"]
    assert (share["value"], share["least"], share["most"]) == ("0.4", "0.1595", "0.7608")


def test_the_sentence_links_each_number(found: Shown) -> None:
    page = drawn(decision.PAGE, found, "sv")
    assert page.lead == (
        "Invånarna lämnade 184 synpunkter. 27 ändrade beslutet, 61 vägdes in och 74 avvisades med skäl. 22 fick inget svar."
    )
    for kind in OUTCOMES:
        assert f"/forslag?beslut=d64&amp;utfall={kind}" in page.html
    assert "Föreslaget, väntar på Kommunstyrelsen." in page.text
    assert "Utfallet finns inte i liggaren." in page.text
    assert "154 dagar" in page.text


def test_in_english_it_says_the_same(found: Shown) -> None:
    page = drawn(decision.PAGE, found)
    assert page.lead == (
        "Residents left 184 inputs. 27 changed the decision, 61 were weighed in and 74 were declined with reasons. "
        "22 got no answer."
    )
    assert any("184 inputs" in each for each in page.pictures)


def test_authors_are_never_shown(found: Shown) -> None:
    assert "secret-author" not in str(found)


def test_the_table_is_the_account(found: Shown) -> None:
    table = decision.table(found)
    assert table.header == ("author_kind", "channel", "theme", "kind", "disposition", "count")
    assert sum(count for *_, count in table.rows) == 184


def test_without_inputs_it_says_so() -> None:
    data = shown(decision.PAGE, (*TOWN, decided("d1")), {"decision": "d1"})
    assert data is not None
    page = drawn(decision.PAGE, data)
    assert page.lead == "No input of residents is in the ledger for this decision. The decision has 1 clause."
    assert "No promise of this decision is in the ledger." in page.text
    assert not data["flow"]


def test_one_input_and_none_that_changed_anything() -> None:
    data = shown(decision.PAGE, (*TOWN, received("i1"), decided("d1")), {"decision": "d1"})
    assert data is not None
    page = drawn(decision.PAGE, data, "sv")
    assert page.lead == "Invånarna lämnade 1 synpunkt. Ingen ändrade beslutet. 1 fick inget svar."


def test_an_unknown_decision_is_none() -> None:
    assert shown(decision.PAGE, TOWN, {"decision": HOSTILE}) is None
    assert shown(decision.PAGE, (), {"decision": "d64"}) is None


@pytest.mark.parametrize("language", ["sv", "en"])
def test_hostile_words_stay_words(found: Shown, language: str) -> None:
    def hostile(value: Any) -> Any:
        if isinstance(value, dict):
            if {"position", "pointer"} <= value.keys():
                return value | {"text": HOSTILE}
            return {name: hostile(each) for name, each in value.items()}
        return [hostile(each) for each in value] if isinstance(value, list | tuple) else value

    data = hostile(found)
    data["decision"]["title"] = data["body"]["sv"] = HOSTILE
    page = drawn(decision.PAGE, data, language)
    assert "<script>alert" not in page.html and "alert" in page.text


def test_withheld_words_say_why(found: Shown) -> None:
    def erased(value: Any) -> Any:
        if isinstance(value, dict):
            if {"position", "pointer"} <= value.keys():
                return {"position": value["position"], "pointer": value["pointer"], "withheld": "erased"}
            return {name: erased(each) for name, each in value.items()}
        return [erased(each) for each in value] if isinstance(value, list | tuple) else value

    page = drawn(decision.PAGE, erased(found), "sv")
    assert "[raderat]" in page.text and "the words" not in page.text


def test_at_a_position_before_the_account_all_wait(rows: MemoryRows) -> None:
    first = next(
        each["recorded"]["position"] for each in [words(shown(decision.PAGE, rows, {"decision": "d64"}))["decision"]]
    )
    data = shown(decision.PAGE, rows.at(first), {"decision": "d64"})
    assert data is not None
    assert data["outcomes"] == {"changed": 0, "weighed": 0, "declined": 0, "unanswered": 184}
    assert not data["promises"]


def test_the_day_of_a_decision_is_that_of_its_meeting_else_is_said_to_be_that_of_recording() -> None:
    met = shown(decision.PAGE, (*TOWN, decided("d1", meeting_date="2015-05-12")), {"decision": "d1"})
    bare = shown(decision.PAGE, (*TOWN, decided("d1")), {"decision": "d1"})
    assert met is not None and bare is not None
    assert "Decided 12 May 2015" in drawn(decision.PAGE, met).text
    assert "(recorded)" in drawn(decision.PAGE, bare).text


def test_without_a_last_day_it_is_not_said_that_a_decision_may_be_appealed() -> None:
    bare = shown(decision.PAGE, (*TOWN, decided("d1")), {"decision": "d1"})
    assert bare is not None and bare["standing"]["state"] == "appealable"
    text = drawn(decision.PAGE, bare, "sv").text
    assert "Okänt om det kan överklagas" in text and "Kan överklagas" not in text


@pytest.mark.parametrize(("reasons", "unreasoned"), [(("not_stated",), 1), (("cost",), 0)])
def test_a_no_is_said_to_have_reasons_only_where_they_are_in_the_ledger(
    reasons: tuple[str, ...], unreasoned: int
) -> None:
    no = DispositionRecorded(
        input="i1",
        input_version=1,
        decision="d1",
        code="considered_not_adopted",
        reason_codes=reasons,
        by_role="officer",
        text=None,
    )
    data = shown(decision.PAGE, (*TOWN, received("i1"), decided("d1"), no), {"decision": "d1"})
    assert data is not None
    assert data["unreasoned"] == unreasoned
    page = drawn(decision.PAGE, data)
    assert ("with reasons" in page.lead) is not bool(unreasoned)
    assert ("1 of those that were declined has no reason in the ledger." in page.text) is bool(unreasoned)

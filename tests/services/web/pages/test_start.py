"""The start page and the list of decisions: what the whole ledger says, and honestly what it does not hold."""

from __future__ import annotations

import pytest

from projections.rows.memory import MemoryRows
from services.web.page import Shown
from services.web.pages import decisions, matter, proposals, start
from services.web.wrong import Wrong
from tests.projections.history import rows_of
from tests.projections.town import TOWN, decided, received
from tests.services.web.pages.seen import HOSTILE, drawn, shown
from tests.services.web.pages.story64 import OUTCOMES, SERIES, STORY


@pytest.fixture(scope="module")
def rows() -> MemoryRows:
    return rows_of(*STORY)


@pytest.fixture(scope="module")
def found(rows: MemoryRows) -> Shown:
    answer = shown(start.PAGE, rows)
    assert answer is not None
    return answer


def test_four_figures(found: Shown) -> None:
    assert found["inputs"]["public"]["value"] == 184 and found["inputs"]["official"] == 1
    on_time = found["measures"]["on_time_rate"]["figures"][0]
    assert found["inputs"]["changed"] == 27
    assert "adoption" not in found["measures"], "it is never the headline of a page"
    assert on_time["denominator"] == 184
    assert (found["promises"]["open"], found["promises"]["kept_late"], found["promises"]["reported_late"]) == (0, 0, 1)
    page = drawn(start.PAGE, found, "sv")
    assert "184 synpunkter från invånare och organisationer" in page.text
    assert "27 av 184 synpunkter" in page.text
    assert "1 rapporterades för sent" in page.text and "hölls för sent" in page.text


def test_each_figure_leads_to_exactly_what_it_counts(rows: MemoryRows, found: Shown) -> None:
    page = drawn(start.PAGE, found)
    assert "/en/forslag?besked=owed" in page.links and "/en/forslag?besked=owed&utfall=changed" in page.links
    owed, changed = shown(proposals.PAGE, rows, besked="owed"), shown(proposals.PAGE, rows, utfall="changed")
    assert owed is not None and changed is not None
    assert owed["found"] == owed["owed"] == found["inputs"]["public"]["value"] == 184
    assert changed["found"] == found["inputs"]["changed"] == OUTCOMES["changed"] == 27


def test_what_nobody_owes_an_answer_is_not_counted() -> None:
    rows = rows_of(*STORY, received("x1", process="another", matter=None))
    again = shown(start.PAGE, rows)
    assert again is not None
    assert (again["inputs"]["public"]["value"], again["inputs"]["other"]) == (184, 1)
    assert "1 annan räknas inte" in drawn(start.PAGE, again, "sv").text


def test_the_latest_decision_has_its_bar(found: Shown) -> None:
    (listed,) = found["decisions"]
    assert listed["outcomes"] == OUTCOMES
    assert listed["late"] == {"state": "late", "days_late": 154}
    page = drawn(start.PAGE, found)
    assert any("27 changed the decision, 61 were weighed in" in each for each in page.pictures)


def test_the_index_is_drawn_with_its_margins(found: Shown) -> None:
    assert [(each["period"], each["value"]) for each in found["index"]["points"]] == [
        (str(year), str(value)) for year, value, _ in SERIES
    ]
    page = drawn(start.PAGE, found, "sv")
    assert "Nöjd-Inflytande-Index 2010 till 2015, från 38 till 44." in page.pictures
    assert "Källa: SCB" in page.text


def test_waits_of_few_are_not_shown(found: Shown) -> None:
    assert all(
        (field["median_days"] is None) == bool(field["hidden"])
        for line in found["waits"]["bodies"]
        for field in line["months"]
    )


@pytest.mark.parametrize("language", ["sv", "en"])
def test_an_empty_ledger_says_what_is_not_there(language: str) -> None:
    data = shown(start.PAGE, ())
    assert data is not None
    page = drawn(start.PAGE, data, language)
    sentences = {
        "en": ("No decision is in the ledger yet.", "No promise in the ledger is past its day."),
        "sv": ("Inget beslut finns i liggaren än.", "Inget löfte i liggaren har passerat sitt datum."),
    }
    assert all(each in page.text for each in sentences[language])
    assert data["index"] is None and not data["decisions"]


def test_examples_are_what_one_may_search_for(found: Shown) -> None:
    assert found["examples"] == ["NF-3902", "KFKS 2015/174-001"]


def test_the_tables_hold_the_bars(found: Shown, rows: MemoryRows) -> None:
    (row,) = start.table(found).rows
    assert row[-4:] == tuple(OUTCOMES.values())
    listed = shown(decisions.PAGE, rows)
    assert listed is not None
    (row,) = decisions.table(listed).rows
    assert row[-5:] == (*OUTCOMES.values(), 0)


# --- Decisions and matters ------------------------------------------------------------------------
def test_decisions_are_listed_newest_first() -> None:
    events = (*TOWN, *(decided(f"d{month}", meeting_date=f"2015-{month:02}-01") for month in range(1, 13)))
    data = shown(decisions.PAGE, (*events, *(decided(f"e{n}", body="au") for n in range(15))))
    assert data is not None and (data["found"], data["pages"]) == (27, 2)
    days = [each["meeting_date"] for each in data["decisions"] if each["meeting_date"]]
    assert days == sorted(days, reverse=True)
    assert "The ledger has 27 decisions." in drawn(decisions.PAGE, data).lead


def test_decisions_of_one_body(rows: MemoryRows) -> None:
    data = shown(decisions.PAGE, rows, namnd="au")
    assert data is not None and data["found"] == 1
    assert "1 av 1 beslut är av Arbetsutskottet." in drawn(decisions.PAGE, data, "sv", namnd="au").lead
    with pytest.raises(Wrong) as refused:
        shown(decisions.PAGE, rows, namnd=HOSTILE)
    assert refused.value.parameter == "namnd"


def test_a_matter_tells_its_life(rows: MemoryRows) -> None:
    data = shown(matter.PAGE, rows, {"matter": "m1"})
    assert data is not None
    assert data["inputs"]["value"] == 185 and len(data["decisions"]) == 1
    assert [each["state"] for each in data["promises"]] == ["late"]
    page = drawn(matter.PAGE, data, "sv")
    assert page.lead.startswith("185 synpunkter kom in i ärendet. Det ledde till 1 beslut.")
    assert len(matter.table(data).rows) == len(data["story"])


def test_a_matter_is_found_by_its_number(rows: MemoryRows) -> None:
    data = shown(matter.PAGE, rows, {"matter": "Dnr KFKS 2015/174"})
    assert data is not None and data["matter"]["matter"] == "m1"
    assert shown(matter.PAGE, rows, {"matter": HOSTILE}) is None

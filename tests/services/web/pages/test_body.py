"""A body's page: what became of the inputs to it, its decisions, answer times and promises."""

from __future__ import annotations

from ledger.commitments import CommitmentMade
from ledger.inputs.events import AuthorKind
from services.web.page import Shown
from services.web.pages import bodies, body
from tests.projections.town import SEALED, TOWN, decided, disposed, received
from tests.services.web.pages.seen import HOSTILE, drawn, shown

ACCOUNTED = (
    *TOWN,
    *(received("i1"), received("i2"), received("i3"), received("o1", AuthorKind.OFFICIAL)),
    *(
        decided("d1", meeting_date="2016-05-01", paragraph="§ 64"),
        disposed("d1", "i1", "adopted"),
        disposed("d1", "i2"),
    ),
    CommitmentMade(commitment="c", owner="au", text=SEALED, due="2016-05-20"),
)


def seen(name: str) -> Shown:
    data = shown(body.PAGE, ACCOUNTED, {"body": name})
    assert data is not None
    return data


def test_the_page_opens_with_what_became_of_the_inputs_and_officials_apart() -> None:
    data = seen("au")
    assert data["influence"]["outcomes"] == {"changed": 1, "weighed": 0, "declined": 1, "unanswered": 1}
    read = drawn(body.PAGE, data)
    assert read.lead.startswith("Residents left 3 inputs here. 1 changed a decision,")
    assert read.lead.endswith("1 got no answer.")
    assert "1 input of officials is counted apart." in read.text
    assert "fick inget svar" in drawn(body.PAGE, data, "sv").lead


def test_its_decisions_and_promises_stand_there() -> None:
    assert [each["decision"] for each in seen("ks")["decisions"]] == ["d1"]
    assert body.table(seen("ks")).rows[0][:2] == ["d1", "§ 64"]
    promised = seen("au")["promises"]
    assert [(each["id"], each["status"], each["days_late"]) for each in promised] == [("c", "broken", 12)]
    assert "/en/namnd/au.ics" in drawn(body.PAGE, seen("au")).links


def test_units_and_those_above_are_links() -> None:
    assert "/en/namnd/ks" in drawn(body.PAGE, seen("au")).links
    assert "/en/namnd/au" in drawn(body.PAGE, seen("ks")).links
    data = shown(bodies.PAGE, ACCOUNTED)
    assert data is not None
    assert [row[0] for row in bodies.table(data).rows] == ["au", "ks"]


def test_hostile_words_are_words() -> None:
    named = TOWN[0].model_copy(update={"name": HOSTILE})
    for page in (body.PAGE, bodies.PAGE):
        data = shown(page, (named, *TOWN[1:]), {"body": "ks"})
        assert data is not None
        assert HOSTILE in drawn(page, data).text

"""Who was heard, delegated decisions, the notice board, standpoints, claims and an assignment: by value and as they read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ledger.claims.events import ClaimKind, ClaimRecorded, ReferenceAsserted, ReferredThing, SaidIn
from ledger.messages import Event
from ledger.methods import ChannelRegistered
from services.web.moments import NOW
from services.web.page import Page, Seen
from services.web.pages import assignment, claims, delegations, methods, notices, participation, positions
from tests.projections.history import rows_of
from tests.projections.seeds import BODIES, REPORTED, SEEDS
from tests.projections.seeds import TOLD as OTHER_ACCOUNT
from tests.projections.test_delegations import EARLIER, TOLD, delegated, order
from tests.projections.test_meetings import ADJUSTED, ANNOUNCED, CALLED, ITEM, RULES
from tests.projections.town import MATTER, NETWORK, NETWORK_STARTED, SEALED, TOWN, received
from tests.services.web.pages.seen import HOSTILE, ORIGIN, Read, drawn, shown, words


def made(page: Page, *events: Event, **path: str) -> dict[str, Any]:
    data = shown(page, events, path)
    assert data is not None
    table = page.table
    assert table is not None
    assert all(len(row) == len(table(data).header) for row in table(data).rows)
    return data


def both(page: Page, data: dict[str, Any]) -> tuple[Read, Read]:
    """Return the page in Swedish and in English."""
    return drawn(page, data, "sv"), drawn(page, data, "en")


# --- Who was heard ------------------------------------------------------------------------------
def test_a_group_that_nobody_met_is_named_first() -> None:
    data = made(participation.PAGE, *TOWN, NETWORK, NETWORK_STARTED, received("i1", process="network"))
    assert data["not_evidenced"] == ["older_residents"]
    swedish, english = both(participation.PAGE, data)
    assert swedish.lead == "1 synpunkt kom in, och 1 träff hölls. 1 grupp är inte belagt hörd: äldre."
    assert (
        english.lead
        == "1 input came in, and 1 session was held. 1 group is not shown to have been heard: older residents."
    )
    lines = {line[0]: line for line in participation.table(data).rows}
    assert list(lines["residents"][3:]) == [1, 12, 0, True]
    assert list(lines["older_residents"][3:]) == [0, 0, 0, False]


def test_choosing_another_provider_counts_as_no_influence_and_an_unregistered_channel_is_not_left_out() -> None:
    choice = ChannelRegistered(channel="provider_choice", kind="exit", name_sv="Kundval")
    events = (*TOWN, choice, received("i1").model_copy(update={"channel": "provider_choice"}))
    polis = received("i2").model_copy(update={"channel": "polis"})
    read = drawn(participation.PAGE, made(participation.PAGE, *events, polis), "sv")
    assert "Kundval byte av utförare räknas inte som inflytande" in read.text
    # The list of methods and channels has both, too, each with how many inputs came by it.
    listed = made(methods.PAGE, *events, polis, received("i3").model_copy(update={"channel": "polis"}))["channels"]
    assert [(each["channel"], each["inputs"]) for each in listed] == [("provider_choice", 1), ("polis", 2)]


# --- Delegated decisions ------------------------------------------------------------------------
def test_a_delegated_decision_has_its_clause_and_its_report() -> None:
    rows = (*BODIES, MATTER, order(1, "2018-01-01"), delegated(), TOLD)
    seen = Seen(ORIGIN, rows_of(*rows), None, NOW, "2018-06-01", {}, {})  # type: ignore[arg-type]
    data = words(delegations.show(seen))
    assert (data["uncovered"], data["unreported"]) == (0, 0)
    assert delegations.table(data).rows == [
        ("natverk", "ksau", "ks", "delegated", "2018-03-20", True, "ordning", "2", "2018-01-01", "2018-04-16", "")
    ]
    swedish, english = both(delegations.PAGE, data)
    assert "punkt 2 i delegationsordningen" in swedish.text and "gäller från 1 januari 2018" in swedish.text
    assert "clause 2 of the delegation order" in english.text and "in force from 1 January 2018" in english.text
    early = words(delegations.show(replace(seen, on="2018-04-01")))
    assert early["unreported"] == 1
    assert "1 är inte anmält till organet." in drawn(delegations.PAGE, early, "sv").text


def test_a_clause_that_did_not_hold_is_counted() -> None:
    seen = Seen(ORIGIN, rows_of(*BODIES, MATTER, order(1, "2018-05-01"), delegated()), None, NOW, "2018-06-01", {}, {})  # type: ignore[arg-type]
    data = words(delegations.show(seen))
    assert (data["uncovered"], data["unreported"]) == (1, 1)
    assert "no clause in force covers it" in drawn(delegations.PAGE, data, "en").text


# --- The notice board ---------------------------------------------------------------------------
def test_each_step_of_the_minutes_is_judged_by_its_rule() -> None:
    rows = rows_of(*TOWN, *RULES, CALLED, ITEM, ADJUSTED, ANNOUNCED)
    seen = Seen(ORIGIN, rows, None, NOW, "2015-06-01", {}, {})  # type: ignore[arg-type]
    data = words(notices.show(seen))
    (line,) = notices.table(data).rows
    assert line[3:] == (14, 14, "on_time", 2, 2, "on_time", 4, 21, "up")
    assert data["flagged"] == 0
    swedish, english = both(notices.PAGE, data)
    assert "26 maj 2015 i tid 14 dagar" in swedish.text and "inom 14 dagar" in swedish.text
    assert "28 May 2015 on time 2 days" in english.text and "within 2 days" in english.text
    late = words(notices.show(Seen(ORIGIN, rows_of(*TOWN, *RULES, CALLED, ITEM), None, NOW, "2015-06-01", {}, {})))  # type: ignore[arg-type]
    assert (late["flagged"], late["notices"][0]["minutes"]["adjustment"]["status"]) == (1, "overdue")
    assert "inte gjort, och dagen har passerat" in drawn(notices.PAGE, late, "sv").text


# --- Standpoints and claims ---------------------------------------------------------------------
def test_a_dissent_stands_in_the_minutes_and_an_earlier_vote_is_told_of() -> None:
    data = made(positions.PAGE, *SEEDS, EARLIER)
    assert [(each["id"], each["status"]) for each in data["positions"]] == [
        ("wasteson", "recorded"),
        ("v-2012", "unverified"),
    ]
    swedish, english = both(positions.PAGE, data)
    assert swedish.lead.startswith("1 avvikande mening står i protokollen. 1 ståndpunkt återges")
    assert "tidigare röst återgivet, inte bekräftat" in swedish.text
    assert "earlier vote told of, not verified" in english.text


def test_a_claim_without_evidence_and_a_reference_to_nothing() -> None:
    effect = ClaimRecorded(claim="c1", kind=ClaimKind.EFFECT, text=SEALED, by_body="au", beneficiary=HOSTILE)
    asserted = ReferenceAsserted(
        reference="r1", kind=ReferredThing.VOTE, what=SEALED, said_in_kind=SaidIn.CLAIM, said_in="c1"
    )
    data = made(claims.PAGE, *TOWN, effect, asserted)
    assert data["without_evidence"] == 1
    assert data["references"][0]["place"]["path"] == "/pastaenden#claim-c1"
    swedish, english = both(claims.PAGE, data)
    assert {"claim-c1", "reference-r1"} <= set(swedish.ids)
    assert "inget belägg anges Vems uppfattning det är: inte angivet" in swedish.text
    assert "Effect by Arbetsutskottet" in english.text
    assert "&lt;script&gt;" in swedish.html and "<script>alert" not in swedish.html


# --- An assignment ------------------------------------------------------------------------------
def test_every_account_of_an_assignment_is_shown_and_none_is_put_right() -> None:
    data = made(assignment.PAGE, *SEEDS, OTHER_ACCOUNT, REPORTED, assignment="metoder")
    assert data["conflicts"] == ["unit", "text", "date"]
    assert data["judged"]["days_late"] == 154
    swedish, english = both(assignment.PAGE, data)
    assert "Redovisat 154 dagar sent" in swedish.text and "Reported 154 days late" in english.text
    assert "Källorna skiljer sig åt. Alla visas, och ingen rättas." in swedish.text
    # The unit, the day and the words.
    assert swedish.html.count('<span class="tag late">skiljer sig</span>') == 3
    assert "inget i liggaren visar att de deltog" in swedish.text
    assert date.fromisoformat(data["accounts"][1]["said_date"]) < date.fromisoformat(data["accounts"][0]["said_date"])


@pytest.mark.parametrize("name", ["nope", "a|b", "\x00", "x" * 5_000])
def test_an_unknown_assignment_is_none(name: str) -> None:
    assert shown(assignment.PAGE, SEEDS, {"assignment": name}) is None


# --- With nothing in it -------------------------------------------------------------------------
@pytest.mark.parametrize("page", [participation.PAGE, delegations.PAGE, notices.PAGE, positions.PAGE, claims.PAGE])
def test_an_empty_ledger_says_that_there_is_nothing(page: Page) -> None:
    for read in both(page, made(page)):
        assert read.lead

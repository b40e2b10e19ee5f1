"""Surveys by their cards: how many answered of those who could, and what a card leaves out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ledger.surveys.events import CaseDispositionsStated, InvitationsSent, SurveyCardPublished, SurveyPlanned
from projections.measures.measure import Breakdown, Figure, Measure, Result, Stratum, count_of, missing
from projections.measures.population import Asked
from projections.surveys import SURVEY_ANSWERS, SURVEY_LINKS, SURVEY_QUESTIONS, SURVEY_RELEASES, SURVEYS
from projections.views.answer import Answer, events, states
from projections.views.survey_response import RATE
from projections.views.surveys import survey

SURVEY_CARD = Measure(
    "survey_card",
    1,
    "What every survey must show before any of its figures is: of each, the response (svarsandel: answers by the "
    "sample without those it should not have held), the design effect, item non-response by question, and how many "
    "cases came to what end, with those invited. Complete is a card on which nothing is missing; what a card misses "
    "is listed, and a survey without a card misses all of it. Where the response rate is merely stated by its "
    "source, it stands there as not on record. A survey anybody could answer has no response rate. Of a decision, "
    "the surveys are those it relies on. The least number behind its own figures is the rule survey_min_base, kept "
    "when they were released.",
    "Vad varje enkät måste visa innan någon av dess siffror visas: svarsandelen (svar av urvalet utan dem som inte "
    "skulle ha varit med), designeffekten, bortfallet per fråga, hur många som bjöds in och hur det gick. Ett kort "
    "är fullständigt när inget saknas på det; det som saknas räknas upp, och en enkät utan kort saknar allt. Där "
    "källan bara uppger en svarsandel står den här som inte registrerad. En enkät som vem som helst kunde svara på "
    "har ingen svarsandel. För ett beslut är enkäterna de som beslutet stöder sig på. Minsta antal bakom enkätens "
    "egna siffror är regeln survey_min_base, som gällde när de släpptes.",
    (SURVEYS, SURVEY_QUESTIONS, SURVEY_ANSWERS, SURVEY_RELEASES, SURVEY_LINKS),
    parts=frozenset({"body", "decision"}),
)

TYPES = (SurveyPlanned, InvitationsSent, CaseDispositionsStated, SurveyCardPublished)


def survey_card(asked: Asked) -> Result:
    """Return how many surveys have a complete card, and of each survey what its card says and leaves out."""
    found = [shown for row in states(asked.rows, SURVEYS.name) if (shown := _within(asked, row.key)) is not None]
    lacking = {each["survey"]["survey"]: _lacking(each) for each in found}
    complete = sum(not each for each in lacking.values())
    return Result(
        [count_of("complete_card", complete, len(found), [events(TYPES)])],
        strata=[Breakdown("survey", "public", [_cell(each) for each in found])],
        not_on_record=[f"{name}:{field}" for name, fields in lacking.items() for field in fields],
    )


def _within(asked: Asked, name: str) -> Answer | None:
    """Return a survey as it is shown, None where it is not of the scope."""
    shown = survey(asked.rows, name, on=asked.on)
    assert shown is not None
    body, decision = asked.scope.body, asked.scope.decision
    if body and shown["survey"]["commissioner"] != body:
        return None
    if decision and decision not in {each["decision"] for each in shown["relied_on_by"]}:
        return None
    return shown


def _lacking(shown: Answer) -> list[str]:
    return ["card"] if not shown["cards"] else list(shown["cards"][-1]["missing"])


def _cell(shown: Answer) -> Stratum:
    state = shown["survey"]
    card = shown["cards"][-1] if shown["cards"] else None
    queries = [events(TYPES, f"survey:{state['survey']}")]
    figures = [_response(shown, queries), _design_effect(card, queries), *_items(card, queries)]
    return Stratum(state["survey"], figures, _cases(shown, card))


def _response(shown: Answer, queries: Sequence[Answer]) -> Figure:
    rate = next((each for each in shown["response"]["rates"] if each["name"] == RATE), None)
    if rate is None or shown["self_selected"]:
        return missing("response")
    return count_of("response", rate["numerator"], rate["denominator"], queries)


def _design_effect(card: dict[str, Any] | None, queries: Sequence[Answer]) -> Figure:
    if card is None or card["deff"] is None:
        return missing("design_effect", "coefficient")
    return Figure("design_effect", None, card["deff"], unit="coefficient", events=queries)


def _items(card: dict[str, Any] | None, queries: Sequence[Answer]) -> list[Figure]:
    items = [] if card is None else card["item_nonresponse"]
    return [count_of(f"missing_{each['question']}", each["missing"], each["eligible"], queries) for each in items]


def _cases(shown: Answer, card: dict[str, Any] | None) -> dict[str, int]:
    """Return how many were invited first, and how many cases came to what end, as far as it is known."""
    state = shown["survey"]
    stated = card if card is not None else state["dispositions"]
    cases = (
        {}
        if stated is None
        else {name: number for name, number in stated["dispositions"].items() if number is not None}
    )
    invited = [wave["count"] for wave in state["invitations"] if wave["wave"] == 1 and wave["count"] is not None]
    size = {} if state["sample"] is None else {"sample": state["sample"]["size"]}
    return size | ({"invited": sum(invited)} if invited else {}) | cases

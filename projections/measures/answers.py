"""Answers: how many inputs got one, how many in time, and how long it took, the unanswered counted in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import partial
from typing import Any, NamedTuple

from ledger.responses import ResponseDue, ResponseGiven
from projections.measures.measure import (
    LEAST,
    Breakdown,
    Figure,
    Measure,
    Result,
    Stratum,
    count_of,
)
from projections.measures.population import READ, Asked, Voice
from projections.measures.survival import quantile_of, survival
from projections.projection import Row, Rows, once
from projections.responses import RESPONSES, standing
from projections.views.answer import Answer, states
from projections.views.deadlines import days_between

_OWED_EN = (
    "Owed an answer are the inputs of residents and organisations for which a day to answer by is stated, those "
    "merged into another or withdrawn unanswered too: the unanswered stay in the denominator. An answer is the first "
    "response of the kind answer or decision notice; a receipt or a clarification is none. Inputs of officials are "
    "counted apart. "
)
_OWED_SV = (
    "Med i räkningen är det som boende och organisationer lämnat och som har ett sista svarsdatum, även det som "
    "lagts ihop med annat eller dragits tillbaka utan svar: det som inte fått svar finns kvar i nämnaren. Ett svar "
    "är det första svaret i sak; en bekräftelse eller en fråga tillbaka är inget svar. Tjänstemäns förslag räknas "
    "för sig. "
)

ANSWER_RATE = Measure(
    "answer_rate",
    1,
    f"{_OWED_EN}The answer rate is how many of them were answered. Everybody is counted, so there is no interval.",
    f"{_OWED_SV}Svarsandelen är hur många av dem som fått svar. Alla räknas, så det finns inget osäkerhetsintervall.",
    (*READ, RESPONSES),
)
ON_TIME_RATE = Measure(
    "on_time_rate",
    1,
    f"{_OWED_EN}The on-time rate is how many of those whose last day to be answered has passed were answered on it or "
    "before. Everybody is counted, so there is no interval.",
    f"{_OWED_SV}Andelen i tid är hur många av dem vars sista svarsdatum har passerat som fick svar senast den dagen. "
    "Alla räknas, så det finns inget osäkerhetsintervall.",
    (*READ, RESPONSES),
)
TIME_TO_ANSWER = Measure(
    "time_to_answer",
    1,
    f"{_OWED_EN}Time runs in days from the Swedish day an input was received to the day it was answered, or as long "
    "as it has waited (censored), to the day of the answer asked for; what its author took back unanswered waited "
    "until then. The median is the first day by which half were answered by the estimate of Kaplan and Meier, and "
    "p90 the first by which nine in ten were. Intervals: 95 %, from log-log bands. Hidden for fewer than 20. No mean "
    "of the answered alone.",
    f"{_OWED_SV}Tiden räknas i dagar från att förslaget kom in till svaret. Det som inte fått svar räknas med så "
    "länge det har väntat, till dagen som frågan gäller; det som drogs tillbaka räknas till den dagen. Medianen är "
    "den första dag då hälften har fått svar enligt Kaplan och Meiers skattning, och p90 den första då nio av tio "
    "har det. Intervall: 95 %, log-log. Döljs för färre än 20. Inget medelvärde av bara dem som fått svar visas.",
    (*READ, RESPONSES),
    "days",
)

TYPES = (ResponseDue, ResponseGiven)


class Owed(NamedTuple):
    """An input that is owed an answer: how it stands on a day, and how many days it waited, answered or not."""

    voice: Voice
    stands: str
    due: str
    days: int
    is_answered: bool


def owed(asked: Asked, *, official: bool) -> list[Owed]:
    """Return the inputs of the scope that have a day to be answered by, merged and withdrawn ones too."""
    known = {each.input: each for each in asked.received if each.is_official is official}
    return [_owed(known[row.key], row.state, asked.on) for row in _due(asked.rows) if row.key in known]


def _due(rows: Rows) -> list[Row]:
    """Return the rows of `responses` for which a day to answer by is stated."""
    return once(rows, "due", lambda: [row for row in states(rows, RESPONSES.name) if row.state["due"] is not None])


def _owed(voice: Voice, state: dict[str, Any], on: str) -> Owed:
    stands, due = standing(state), state["due"]["by"]
    if stands == "open":
        stands = "overdue" if due < on else "waiting"
    ended = state["answer"] or state["withdrawn"]
    until = on if ended is None else ended["day"]
    # A text received after the day asked about, or dated before it came, has waited no time at all.
    return Owed(voice, stands, due, max(0, days_between(voice.day, until)), state["answer"] is not None)


# --- The two rates ----------------------------------------------------------------------------
def _rate(asked: Asked, name: str, counted: frozenset[str], *, is_judged_by_day: bool) -> Result:
    queries = asked.at_inputs(*TYPES)
    public, official = (
        [each for each in owed(asked, official=official) if not is_judged_by_day or each.due < asked.on]
        for official in (False, True)
    )
    figures = [_share(name, public, counted, queries), _share(f"{name}_official", official, counted, queries)]
    standings = dict(sorted(Counter(each.stands for each in public).items()))
    strata = [_breakdown(name, attribute, public, counted, queries) for attribute in ("kind", "channel")]
    return Result(figures, standings, strata)


def _share(name: str, found: list[Owed], counted: frozenset[str], queries: Iterable[Answer]) -> Figure:
    return count_of(name, sum(each.stands in counted for each in found), len(found), queries)


def _breakdown(
    name: str, attribute: str, found: list[Owed], counted: frozenset[str], queries: list[Answer]
) -> Breakdown:
    groups: dict[str, list[Owed]] = {}
    for each in found:
        groups.setdefault(getattr(each.voice, attribute), []).append(each)
    cells = [Stratum(key, [_share(name, groups[key], counted, queries)]) for key in sorted(groups)]
    return Breakdown(attribute, "public", cells)


answer_rate = partial(_rate, name=ANSWER_RATE.name, counted=frozenset({"on_time", "late"}), is_judged_by_day=False)
on_time_rate = partial(_rate, name=ON_TIME_RATE.name, counted=frozenset({"on_time"}), is_judged_by_day=True)


# --- The time ---------------------------------------------------------------------------------
def time_to_answer(asked: Asked) -> Result:
    """Return the median and the 90th percentile of the days to an answer, and how many were answered."""
    queries = asked.at_inputs(*TYPES)
    found = owed(asked, official=False)
    curve = survival([(each.days, each.is_answered) for each in found]) if len(found) >= LEAST else None
    answered = sum(each.is_answered for each in found)
    figures = [
        quantile_of(name, share, curve, (answered, len(found)), queries)
        for name, share in (("median_days", 0.5), ("p90_days", 0.9))
    ]
    return Result(figures, {"answered": answered, "unanswered": len(found) - answered})

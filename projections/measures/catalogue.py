"""All measures, and how to ask for one: what a page, an rpc and a command call, and the only thing they call.

    measure(rows, "coverage", Scope(decision="ks-12"), on="2026-05-01")      one, as plain JSON
    measures(rows, ("coverage", "adoption"), Scope(process="p1"), on=...)    several, the record read once for all
    MEASURES["coverage"](rows, scope, on)                                     the same as a function

An answer is a JSON object:

    position, on, scope           the moment, the ISO day judged on, and the part of the ledger that was asked
    definition                    name, version, sha256; `definitions` tells it in words, English and Swedish
    figures                       the first is the headline; the others are to be shown beside it. Each has name, unit,
                                  numerator, denominator, n, value, interval (method, level, low, high), hidden, events
    parts                         [{code, count}]: the whole distribution behind the headline
    strata                        [{by, of, cells: [{key, figures, parts}]}]: the same by one attribute
    findings                      [{level, test, subject, outcome, day, events}]: tests of a rule table
    not_on_record                 what the measure needs and the ledger does not hold
    illustrative_inputs           how many of the inputs behind it are made up: say so where it is not 0

`listed` gives all of them with their headlines, and `tables.table_of` either as rows for CSV.

`value` is a decimal text, None where `hidden` says why: show that reason and no number. `events` are the queries for
`LedgerService.Read`; the events of a figure are among those they list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from projections.inputs import INPUTS
from projections.measures.account import CONTEST_RATE, REASON_QUALITY, contest_rate, reason_quality
from projections.measures.adoption import ADOPTION, adoption
from projections.measures.answers import (
    ANSWER_RATE,
    ON_TIME_RATE,
    TIME_TO_ANSWER,
    answer_rate,
    on_time_rate,
    time_to_answer,
)
from projections.measures.concentration import CONCENTRATION, concentration
from projections.measures.coverage import COVERAGE, coverage
from projections.measures.delivery import DELIVERY_RATE, SLIPPAGE, delivery_rate, slippage
from projections.measures.levels import PROMISED_LEVEL, promised_level
from projections.measures.measure import Measure, Result
from projections.measures.population import Asked
from projections.measures.representation import REPRESENTATIVENESS, representativeness
from projections.measures.scope import WHOLE, Scope, is_known, misasked
from projections.measures.support import SUPPORT_SENSITIVITY, support_sensitivity
from projections.measures.surveys import SURVEY_CARD, survey_card
from projections.projection import Rows
from projections.views.answer import Answer
from projections.views.definitions import DEFINITIONS

_ALL: tuple[tuple[Measure, Callable[[Asked], Result]], ...] = (
    (COVERAGE, coverage),
    (ANSWER_RATE, answer_rate),
    (ON_TIME_RATE, on_time_rate),
    (TIME_TO_ANSWER, time_to_answer),
    (REASON_QUALITY, reason_quality),
    (CONTEST_RATE, contest_rate),
    (ADOPTION, adoption),
    (SUPPORT_SENSITIVITY, support_sensitivity),
    (CONCENTRATION, concentration),
    (REPRESENTATIVENESS, representativeness),
    (SURVEY_CARD, survey_card),
    (DELIVERY_RATE, delivery_rate),
    (SLIPPAGE, slippage),
    (PROMISED_LEVEL, promised_level),
)

_BY_NAME = {each.name: (each, function) for each, function in _ALL}


class Misasked(ValueError):
    """A measure cannot be asked for like this: `place` names what is wrong, the message what to do instead."""

    def __init__(self, place: str, reason: str) -> None:
        self.place = place
        super().__init__(reason)


def measure(rows: Rows, name: str, scope: Scope = WHOLE, *, on: str) -> Answer | None:
    """Return one measure of a part of the ledger, judged on an ISO day; None where there is no such part. Raises Misasked."""
    found = measures(rows, (name,), scope, on=on)
    return None if found is None else found[name]


def measures(rows: Rows, names: Iterable[str], scope: Scope = WHOLE, *, on: str) -> dict[str, Answer] | None:
    """Return several measures of one part of the ledger, by name. Raises Misasked."""
    wanted = list(names)
    for name in wanted:
        _check(name, scope)
    if not is_known(rows, scope):
        return None
    asked = Asked(rows, scope, on)
    return {name: _answered(asked, *_BY_NAME[name]) for name in wanted}


def _check(name: str, scope: Scope) -> None:
    if name not in _BY_NAME:
        raise Misasked("name", f"is no measure; it is one of: {', '.join(_BY_NAME)}")
    wrong = misasked(scope, _BY_NAME[name][0].parts)
    if wrong is not None:
        raise Misasked(*wrong)


def _answered(asked: Asked, definition: Measure, function: Callable[[Asked], Result]) -> Answer:
    return {
        "position": asked.rows.position,
        "definition": definition.stated(),
        "on": asked.on,
        "scope": asked.scope._asdict(),
        **function(asked).shown(),
        "illustrative_inputs": _illustrative(asked) if INPUTS in definition.projections else 0,
    }


def _illustrative(asked: Asked) -> int:
    """Return how many of the inputs a measure is made from are made up, to show how a ledger works."""
    return sum(each.is_illustrative for each in asked.received)


def _called(name: str, rows: Rows, scope: Scope, on: str) -> Answer | None:
    return measure(rows, name, scope, on=on)


MEASURES: Mapping[str, Callable[[Rows, Scope, str], Answer | None]] = {
    name: partial(_called, name) for name in _BY_NAME
}
"""Every measure by its name, in the order in which they are listed: `MEASURES["coverage"](rows, scope, on)`."""


# --- Lists ------------------------------------------------------------------------------------
def listed(rows: Rows, scope: Scope = WHOLE, *, on: str) -> Answer | None:
    """Return every measure that may be asked of a part of the ledger, with its unit, its parts and its headline figure.

    None where there is no such part. Raises Misasked where no measure may be asked like this.
    """
    wrong = misasked(scope, frozenset(Scope._fields))
    if wrong is not None:
        raise Misasked(*wrong)
    fitting = [each.name for each, _ in _ALL if misasked(scope, each.parts) is None]
    found = measures(rows, fitting, scope, on=on)
    if found is None:
        return None
    items = [_headline(_BY_NAME[name][0], shown) for name, shown in found.items()]
    return {"position": rows.position, "on": on, "scope": scope._asdict(), "measures": items}


def _headline(definition: Measure, shown: Answer) -> Answer:
    parts = sorted(definition.parts)
    return {"definition": definition.stated(), "unit": definition.unit, "parts": parts, "headline": shown["figures"][0]}


def definitions(rows: Rows) -> Answer:
    """Return every definition of the ledger whole: those of the views and those of the measures."""
    views = [each.whole() | {"text_sv": ""} for each in DEFINITIONS]
    return {"position": rows.position, "definitions": views + [each.whole() for each, _ in _ALL]}

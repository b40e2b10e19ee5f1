"""Delivery: how many promises were kept, and how much later than promised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

from ledger.commitments import CommitmentDelivered, CommitmentDropped, CommitmentMade, DeliveryDisputed, DisputeAnswered
from ledger.edtf import latest
from projections.commitments import COMMITMENTS
from projections.decisions import DECISIONS
from projections.matters import MATTERS
from projections.measures.measure import LEAST, Figure, Measure, Result, count_of
from projections.measures.population import QUERIES_MAX, Asked
from projections.measures.survival import quantile_of, survival
from projections.processes import PROCESSES
from projections.views.answer import Answer, events, states
from projections.views.commitments import judged
from projections.views.deadlines import days_between

_DUE_EN = (
    "Due are the commitments whose promised day has passed on the day of the answer asked for, also those that were "
    "dropped. Commitments without a promised day are never due, and are told among the parts as open. Periods are "
    "those in which the promised day lies. "
)
_DUE_SV = (
    "Med i räkningen är de löften vars utlovade dag har passerat den dag som frågan gäller, även de som lagts ned. "
    "Löften utan utlovad dag blir aldrig sena och räknas upp för sig. Perioden är den då den utlovade dagen ligger. "
)

DELIVERY_RATE = Measure(
    "delivery_rate",
    1,
    f"{_DUE_EN}The delivery rate is how many of them the owner calls delivered, with nobody's dispute unanswered and "
    "none upheld. delivered_on_time are those delivered by the promised day, and delivered_with_evidence those of "
    "which the owner named what shows it. Everybody is counted, so there is no interval.",
    f"{_DUE_SV}Andelen är de som den ansvariga uppger är levererade, och där ingen invändning är obesvarad eller har "
    "fått rätt. delivered_on_time är de som kom senast den utlovade dagen, delivered_with_evidence de där den "
    "ansvariga har angett vad som visar det. Alla räknas, så det finns inget osäkerhetsintervall.",
    (COMMITMENTS, DECISIONS, PROCESSES, MATTERS),
    parts=frozenset({"body", "matter", "process", "decision", "since", "until"}),
)
SLIPPAGE = Measure(
    "slippage",
    1,
    f"{_DUE_EN}Slippage runs in days from the promised day to the day of delivery, 0 where it came by then; what is "
    "not delivered has slipped as far as the day of the answer (censored). Where the day of delivery is known "
    "roughly, its latest meaning counts. The median is the first number of days by which half were delivered by the "
    "estimate of Kaplan and Meier, and p90 nine in ten. Intervals: 95 %, log-log bands. Hidden for fewer than 20.",
    f"{_DUE_SV}Förseningen räknas i dagar från den utlovade dagen till leveransen, 0 om den kom i tid. Det som inte "
    "är levererat räknas som försenat så länge det har dröjt, till dagen som frågan gäller. Där leveransdagen bara "
    "är ungefär känd räknas den senaste möjliga. Medianen är det första antal dagar då hälften var levererade enligt "
    "Kaplan och Meiers skattning, och p90 nio av tio. Intervall: 95 %, log-log. Döljs för färre än 20.",
    (COMMITMENTS, DECISIONS, PROCESSES, MATTERS),
    "days",
    frozenset({"body", "matter", "process", "decision", "since", "until"}),
)

DELIVERED = frozenset({"kept", "late", "unclear"})
TYPES = (CommitmentMade, CommitmentDelivered, DeliveryDisputed, DisputeAnswered, CommitmentDropped)


class Promise(NamedTuple):
    """A commitment whose promised day has passed: how it stands, whether it is evidenced, how many days it slipped."""

    commitment: str
    status: str
    is_evidenced: bool
    days: int

    @property
    def is_delivered(self) -> bool:
        """Whether it is called delivered and nobody's dispute stands against it."""
        return self.status in DELIVERED


def _of_scope(asked: Asked) -> dict[str, dict[str, Any]]:
    """Return the commitments that were made in the scope, by id, whether or not a day was promised."""
    matters = {row.key: row.state["matter"] for row in states(asked.rows, DECISIONS.name)}
    matters_of_processes = {row.key: row.state["matter"] for row in states(asked.rows, PROCESSES.name)}

    def is_within(state: dict[str, Any]) -> bool:
        match asked.scope.place:
            case ("body", name):
                return bool(state["owner"] == name)
            case ("matter", name):
                named = {matters.get(state["decision"]), matters_of_processes.get(state["process"])}
                return name in named
            case (kind, name):
                return bool(state[kind] == name)
        return True

    made = (row for row in states(asked.rows, COMMITMENTS.name) if row.state["made"] is not None)
    return {
        row.key: row.state
        for row in made
        if is_within(row.state) and asked.scope.holds(row.state["due"] or asked.scope.since)
    }


def _due(asked: Asked, made: dict[str, dict[str, Any]]) -> list[Promise]:
    return [
        _promise(name, state, asked.on)
        for name, state in made.items()
        if state["due"] is not None and state["due"] < asked.on
    ]


def _promise(name: str, state: dict[str, Any], on: str) -> Promise:
    stands = judged(state, on)
    last = None if stands["delivered_on"] is None else latest(stands["delivered_on"])
    is_delivered = stands["status"] in DELIVERED and last is not None
    until = last.isoformat() if is_delivered and last is not None else on
    return Promise(name, stands["status"], stands["evidenced"], max(0, days_between(state["due"], until)))


def _queries(asked: Asked, made: dict[str, dict[str, Any]]) -> list[Answer]:
    if len(made) > QUERIES_MAX:
        return [events(TYPES)]
    return asked.among(TYPES, (f"commitment:{each}" for each in sorted(made)))


def delivery_rate(asked: Asked) -> Result:
    """Return how many due commitments were delivered, in time, and with evidence; and how all of the scope stand."""
    made = _of_scope(asked)
    due, queries = _due(asked, made), _queries(asked, made)
    share = partial(_share, due=due, queries=queries)
    figures = [
        share("delivery_rate", [each for each in due if each.is_delivered]),
        share("delivered_on_time", [each for each in due if each.status == "kept"]),
        share("delivered_with_evidence", [each for each in due if each.is_delivered and each.is_evidenced]),
    ]
    statuses = Counter(judged(state, asked.on)["status"] for state in made.values())
    return Result(figures, dict(sorted(statuses.items())))


def _share(name: str, counted: Sequence[Promise], due: Sequence[Promise], queries: Sequence[Answer]) -> Figure:
    return count_of(name, len(counted), len(due), queries)


def slippage(asked: Asked) -> Result:
    """Return the median and the 90th percentile of the days that due commitments slipped."""
    made = _of_scope(asked)
    due, queries = _due(asked, made), _queries(asked, made)
    curve = survival([(each.days, each.is_delivered) for each in due]) if len(due) >= LEAST else None
    delivered = sum(each.is_delivered for each in due)
    figures = [
        quantile_of(name, share, curve, (delivered, len(due)), queries)
        for name, share in (("median_days", 0.5), ("p90_days", 0.9))
    ]
    return Result(figures, {"delivered": delivered, "not_delivered": len(due) - delivered})

"""Commitments as they are shown: what was promised, by when, and whether it was kept on a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from ledger.commitments import CommitmentMade
from ledger.edtf import earliest, latest
from projections.commitments import COMMITMENTS
from projections.projection import Row, Rows
from projections.views.answer import FIRST_PAGE, Answer, Definition, Page, answer, figure, one_page, state_of, states
from projections.views.deadlines import days_between

DEFINITION = Definition(
    "commitments",
    1,
    "What bodies committed themselves to, judged on the day the answer holds for. Kept: delivered by the promised day, or "
    "delivered where no day was promised. Late: delivered after it. Unclear: the day of delivery is known too roughly to "
    "tell. Broken: the promised day has passed and nothing is delivered. Due: it has not passed. Open: no day was promised "
    "and nothing is delivered. Disputed: called delivered, and somebody says it is not, without an answer yet. Dropped: "
    "the owner said that it will not be done. Not made: a disposition names it, but no such commitment was ever made. "
    "A delivery that an answered dispute took back does not count. Years are those in which a commitment was made.",
    (COMMITMENTS,),
)


# --- Kept or not ------------------------------------------------------------------------------
def judged(state: dict[str, Any], on: str) -> Answer:
    """Return the status of a commitment on an ISO day, days late (None where it is not), and whether it is evidenced."""
    delivery = next((each for each in reversed(state["deliveries"]) if not each["withdrawn"]), None)
    status, late = _status(state, delivery, on)
    return {
        "status": status,
        "days_late": late,
        "delivered_on": None if delivery is None else delivery["on"],
        "evidenced": delivery is not None and bool(delivery["evidence"]),
    }


def _status(state: dict[str, Any], delivery: dict[str, Any] | None, on: str) -> tuple[str, int | None]:
    if state["made"] is None:
        return "not_made", None
    if state["dropped"] is not None:
        return "dropped", None
    if delivery is None:
        return _pending(state["due"], on)
    if state["disputes"] and state["disputes"][-1]["answer"] is None:
        return "disputed", None
    return _delivered(state["due"], delivery["on"])


def _pending(due: str | None, on: str) -> tuple[str, int | None]:
    if due is None:
        return "open", None
    days = days_between(due, on)
    return ("broken", days) if days > 0 else ("due", None)


def _delivered(due: str | None, delivered: str) -> tuple[str, int | None]:
    """Return kept or late only where every day the delivery may mean says so."""
    if due is None:
        return "kept", None
    last_day, first, last = date.fromisoformat(due), earliest(delivered), latest(delivered)
    if last is not None and last <= last_day:
        return "kept", None
    if first is not None and first > last_day:
        return "late", (first - last_day).days
    return "unclear", None


def promised(rows: Rows) -> Iterator[Row]:
    """Yield the commitments that were made or that a disposition names.

    By a day, something may be said of one that was not made yet: a delivery may be dated before the promise.
    """
    return (row for row in states(rows, COMMITMENTS.name) if row.state["made"] or row.state["dispositions"])


# --- The views --------------------------------------------------------------------------------
def commitment(rows: Rows, commitment: str, *, on: str) -> Answer | None:
    """Return a commitment with all that was said of it."""
    state = state_of(rows, COMMITMENTS.name, commitment)
    return None if state is None else answer(rows, DEFINITION, on=on, commitment=shown(commitment, state, on))


def shown(commitment: str, state: dict[str, Any], on: str) -> Answer:
    """Return a commitment as it stands on an ISO day."""
    return {"commitment": commitment} | state | judged(state, on)


def commitments(
    rows: Rows,
    page: Page = FIRST_PAGE,
    owner: str | None = None,
    year: str | None = None,
    status: str | None = None,
    *,
    on: str,
) -> Answer:
    """Return a page of commitments, of one owner, year or status, and how many of all of them stand how."""
    owned = [row for row in promised(rows) if owner in {None, row.state["owner"]}]
    found = [row for row in owned if year in {None, row.state["year"]}]
    listed = (row for row in found if row.key > page.after and status in {None, judged(row.state, on)["status"]})
    items, token = one_page(rows, listed, page, lambda row: shown(row.key, row.state, on))
    tags = () if owner is None else (f"body:{owner}",)
    return answer(
        rows,
        DEFINITION,
        on=on,
        commitments=items,
        made=figure(sum(row.state["made"] is not None for row in owned), (CommitmentMade,), *tags),
        counts=_counts(found, on),
        next_page_token=token,
    )


def _counts(found: Iterable[Row], on: str) -> list[Answer]:
    """Return how many stand how, by the year they were made in."""
    counts = Counter((row.state["year"] or "", judged(row.state, on)["status"]) for row in found)
    return [{"year": year, "status": status, "count": number} for (year, status), number in sorted(counts.items())]

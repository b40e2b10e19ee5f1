"""Is a record consistent with what its clients were told? A sound check in O(n log n).

Every answer carries its position, so the record read afterwards is itself the order of events to be
justified, and no search among possible orders is needed:

    lost         an acknowledged request is not at the position its client was told
    double       a request is recorded twice
    unasked      something is recorded that nobody asked for
    order        no assignment of instants to positions respects who had been answered before whom asked
    groundless   a request was rejected because something was taken that nobody had taken by then
    recorded     a rejected request is in the record
    taken twice  two events hold what only one may hold

An attempt without an answer may be in the record or not.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import NamedTuple

CALLS = "calls"
HEARD = "heard"


class Attempt(NamedTuple):
    """One call: when it began and ended (seconds of CLOCK_MONOTONIC, one clock for all processes of a machine),
    the event id its request leads to, and what was answered.

    `position` is None where nothing was acknowledged; `rejected` names the reason of a refusal; both are
    None where the outcome is unknown. `claim` is what only one may have, such as a vote where revote is off.
    """

    key: str
    began: float
    ended: float = inf
    position: int | None = None
    rejected: str | None = None
    claim: str | None = None


class Kept(NamedTuple):
    """What the record holds at one position, and the claim it takes, if any."""

    key: str
    claim: str | None = None


class Fault(NamedTuple):
    """One thing that is wrong: its name, the event id, and where."""

    name: str
    key: str
    position: int | None = None


@dataclass(slots=True)
class _Span:
    """The time in which a request must have taken effect."""

    began: float = inf
    acknowledged: float = inf


def check(attempts: Sequence[Attempt], record: Sequence[Kept]) -> list[Fault]:
    """Return everything that is wrong; `record` is in the order of positions, from 1."""
    places: dict[str, int] = {}
    faults = []
    for position, kept in enumerate(record, 1):
        if kept.key in places:
            faults.append(Fault("double", kept.key, position))
        places.setdefault(kept.key, position)
    faults += [
        Fault("lost", each.key, each.position)
        for each in attempts
        if each.position is not None
        and not (0 < each.position <= len(record) and record[each.position - 1].key == each.key)
    ]
    instants, out_of_order = _instants(attempts, record)
    return faults + out_of_order + _rejections(attempts, record, places, instants)


def _instants(attempts: Iterable[Attempt], record: Sequence[Kept]) -> tuple[list[float], list[Fault]]:
    """Give each position the earliest instant it may have been recorded at; say where there is none."""
    spans: dict[str, _Span] = {}
    for each in attempts:
        span = spans.setdefault(each.key, _Span())
        span.began = min(span.began, each.began)
        if each.position is not None:
            span.acknowledged = min(span.acknowledged, each.ended)
    now, instants, faults = -inf, [], []
    for position, kept in enumerate(record, 1):
        known = spans.get(kept.key)
        if known is None:
            faults.append(Fault("unasked", kept.key, position))
        else:
            now = max(now, known.began)
            if now > known.acknowledged:
                faults.append(Fault("order", kept.key, position))
        instants.append(now)
    return instants, faults


def _rejections(
    attempts: Iterable[Attempt], record: Sequence[Kept], places: dict[str, int], instants: Sequence[float]
) -> list[Fault]:
    takers: dict[str, int] = {}
    faults = []
    for position, kept in enumerate(record, 1):
        if kept.claim is not None and takers.setdefault(kept.claim, position) != position:
            faults.append(Fault("taken twice", kept.key, position))
    for each in attempts:
        if each.rejected is None:
            continue
        if each.key in places:
            faults.append(Fault("recorded", each.key, places[each.key]))
        taker = takers.get(each.claim) if each.claim is not None else None
        if taker is None or instants[taker - 1] > each.ended:
            faults.append(Fault("groundless", each.key, taker))
    return faults


# --- Histories on disk --------------------------------------------------------------------------
class Call(NamedTuple):
    """A request as a client wrote it down before sending it, so that it can be sent again."""

    key: str
    request: str
    ballot: str
    voter: str
    claim: str | None


def read_history(path: Path) -> tuple[list[Attempt], dict[str, Call]]:
    """Return the attempts of one client process, and its calls by key. A line cut off by a kill is left out."""
    open_attempts: dict[str, Attempt] = {}
    attempts: list[Attempt] = []
    calls: dict[str, Call] = {}
    for line in path.read_bytes().splitlines(keepends=True):
        if not line.endswith(b"\n"):
            break
        at, what, key, told = json.loads(line)
        if what == CALLS:
            calls[key] = Call(key, *told)
            if key in open_attempts:  # asked again after an unknown outcome
                attempts.append(open_attempts[key])
            open_attempts[key] = Attempt(key, at, claim=calls[key].claim)
        else:
            position, rejected = told
            attempt = open_attempts.pop(key)
            attempts.append(attempt._replace(ended=at, position=position, rejected=rejected))
    return attempts + list(open_attempts.values()), calls

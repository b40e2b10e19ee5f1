"""Ballots and their votes: *votes cast* and *current votes*, as two named figures, always.

    ballots   ballot                               definition, life, invalidation batches
    votes     ballot|voter[|statement]             what was cast, what stands now
    voters    ballot|voter                         who has voted on at least one statement

Every vote writes one small row; all counting is addition over what those rows emit:

    ballot|cast|statement|choice       each vote cast, also those replaced, withdrawn or struck later
    ballot|current|statement|choice    the votes that stand
    ballot|hour|2015-05-12T08|cast     the curve: cast, replaced, withdrawn, invalidated in an hour (UTC)
    ballot|voters                      distinct voter tags that ever voted

`statement` is empty where the ballot has none; where a vote names options `choice` is an option. In each hour,
and so in all, current = cast - replaced - withdrawn - invalidated.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from ledger.ballots.events import (
    BallotCancelled,
    BallotClosed,
    BallotOpened,
    BallotResumed,
    BallotSuspended,
    TallyAudited,
    TallyPublished,
    VoteCast,
    VotesInvalidated,
    VoteWithdrawn,
)
from ledger.messages import RecordedEvent
from projections.projection import Projection, State
from projections.references import external_id, hour_of, moment, words

MOVES = ("cast", "replaced", "withdrawn", "invalidated")
"""What can happen to votes in an hour; `replaced` are those of the cast that took an earlier vote's place."""


# --- The ballot -------------------------------------------------------------------------------
Turn = (
    BallotOpened
    | VotesInvalidated
    | BallotClosed
    | BallotSuspended
    | BallotResumed
    | BallotCancelled
    | TallyPublished
    | TallyAudited
)


def _ballot_keys(event: Turn) -> tuple[str, ...]:
    return (event.ballot,)


def _ballot(state: State, recorded: RecordedEvent) -> State:
    match recorded.event, state:
        case BallotOpened() as opened, None:
            return _definition(opened) | {
                "external_id": external_id(recorded),
                "status": "open",
                "opened": moment(recorded),
                "closed": None,
                "cancelled": None,
                "suspensions": [],
                "invalidations": [],
                "tallies": [],
                "audits": [],
            }
        case VotesInvalidated() as batch, dict():
            outdated = [each | {"outdated": True} for each in state["tallies"]]
            struck = _batch(batch, recorded, _publishers(state))
            return state | {"invalidations": [*state["invalidations"], struck], "tallies": outdated}
        case BallotClosed(), dict():
            return state | {"status": "closed", "closed": moment(recorded)}
        case ((BallotSuspended() | BallotResumed() | BallotCancelled()), dict()):
            return state | _halted(state, recorded)
        case TallyPublished() as tally, dict():
            earlier = [each | {"outdated": True} for each in state["tallies"]]
            return state | {"status": "tallied", "tallies": [*earlier, _tally(tally, recorded)]}
        case TallyAudited() as audit, dict():
            return state | _audited(state, audit, recorded)
    return state


def _halted(state: dict[str, Any], recorded: RecordedEvent) -> dict[str, Any]:
    """Return what a suspension, its end or a cancellation changes."""
    match recorded.event:
        case BallotSuspended() as halt:
            return {"status": "suspended", "suspensions": [*state["suspensions"], _halt(halt, recorded)]}
        case BallotCancelled() as halt:
            return {"status": "cancelled", "cancelled": _halt(halt, recorded)}
        case BallotResumed(authority=authority) if state["suspensions"]:
            *earlier, last = state["suspensions"]
            ended = last | {"resumed": moment(recorded), "resumed_by": authority}
            return {"status": "open", "suspensions": [*earlier, ended]}
    return {}


def _halt(halt: BallotSuspended | BallotCancelled, recorded: RecordedEvent) -> dict[str, Any]:
    return {
        "reason_code": halt.reason_code,
        "reason": words(recorded, "/reason", halt.reason),
        "authority": halt.authority,
        "recorded": moment(recorded),
        "resumed": None,
        "resumed_by": None,
    }


def _tally(tally: TallyPublished, recorded: RecordedEvent) -> dict[str, Any]:
    """Return a published result; `outdated` once votes were struck or a later edition was published."""
    published = tally.model_dump(mode="json", exclude={"occurred", "source", "ballot"})
    return published | {"recorded": moment(recorded), "outdated": False}


def _audited(state: dict[str, Any], audit: TallyAudited, recorded: RecordedEvent) -> dict[str, Any]:
    """Return what an audit changes; `own` tells that whoever published the result also audited it.

    One audit that disagrees keeps the result disputed until another edition is published.
    """
    published_by = _publishers(state, audit.edition)
    disputed = not audit.agrees or any(
        not each["agrees"] for each in state["audits"] if each["edition"] == audit.edition
    )
    entry = {
        "audit": audit.audit,
        "edition": audit.edition,
        "agrees": audit.agrees,
        "auditor": audit.auditor,
        "method": audit.method,
        "remark": words(recorded, "/remark", audit.remark),
        "own": recorded.actor in published_by,
        "recorded": moment(recorded),
    }
    return {"status": "disputed" if disputed else "audited", "audits": [*state["audits"], entry]}


def _publishers(state: dict[str, Any], edition: int | None = None) -> list[str]:
    """Return the offices or channels that published a result, of one edition or of any."""
    return [each["recorded"]["actor"] for each in state["tallies"] if edition in {None, each["edition"]}]


def _definition(opened: BallotOpened) -> dict[str, Any]:
    """Return everything that was fixed when the ballot opened; `definition` is the hash of it."""
    definition = opened.model_dump(mode="json", exclude={"occurred", "source"})
    return {name: definition[name] for name in sorted(definition)}


def _batch(batch: VotesInvalidated, recorded: RecordedEvent, published_by: list[str]) -> dict[str, Any]:
    """Return a batch; `by_same_role` tells that whoever had published a result before struck votes of it."""
    return {
        "batch": batch.batch,
        "rule": batch.rule,
        "reason_code": batch.reason_code,
        "reason": words(recorded, "/reason", batch.reason),
        "authority": batch.authority,
        "count": batch.count,
        "by_same_role": recorded.actor in published_by,
        "recorded": moment(recorded),
    }


BALLOTS = Projection(
    name="ballots",
    version=3,
    types=(
        BallotOpened,
        VotesInvalidated,
        BallotClosed,
        BallotSuspended,
        BallotResumed,
        BallotCancelled,
        TallyPublished,
        TallyAudited,
    ),
    keys=_ballot_keys,
    apply=_ballot,
)


# --- The votes: the busiest read model, so its steps are plain -----------------------------------
def _vote_keys(event: VoteCast | VoteWithdrawn | VotesInvalidated) -> tuple[str, ...]:
    if type(event) is VotesInvalidated:
        return tuple(_vote_key(event.ballot, vote.voter, vote.statement) for vote in event.votes)
    assert not isinstance(event, VotesInvalidated)
    return (_vote_key(event.ballot, event.voter, event.statement),)


def _vote_key(ballot: str, voter: str, statement: str | None) -> str:
    return f"{ballot}|{voter}" if statement is None else f"{ballot}|{voter}|{statement}"


def _vote(state: State, recorded: RecordedEvent) -> State:
    """Return one voter's vote: counts by choice, the standing choice (None: none stands), counts by hour.

    Where there are options the standing choice is the list of those named, in the voter's order, and
    `points` are what each got, where points are given. `struck` names the batch that took the vote away.
    """
    event = recorded.entry.data
    if type(event) is VoteCast:
        choice = event.choice if event.choices is None else event.choices
        if state is None:
            vote = _cast_first(choice or (), hour_of(recorded))
        else:
            vote = _cast_again(state, choice or (), hour_of(recorded))
        return vote if event.points is None else vote | {"points": list(event.points)}
    if state is None or state["current"] is None:
        return state
    if type(event) is VotesInvalidated:
        return _ended(state, hour_of(recorded) + "|invalidated") | {"struck": event.batch}
    return _ended(state, hour_of(recorded) + "|withdrawn")


@lru_cache(maxsize=4_096)
def _cast_first(choice: str | tuple[str, ...], hour: str) -> dict[str, Any]:
    """Return a first vote. Most votes of one hour leave the same few states, and nobody changes a state in place."""
    cast = {choice: 1} if isinstance(choice, str) else dict.fromkeys(choice, 1)
    return {"cast": cast, "current": _kept(choice), "hours": {hour + "|cast": 1}}


def _cast_again(state: dict[str, Any], choice: str | tuple[str, ...], hour: str) -> dict[str, Any]:
    cast, hours = dict(state["cast"]), dict(state["hours"])
    for option in (choice,) if isinstance(choice, str) else choice:
        cast[option] = cast.get(option, 0) + 1
    _count(hours, hour + "|cast")
    if state["current"] is not None:
        _count(hours, hour + "|replaced")
    return {"cast": cast, "current": _kept(choice), "hours": hours}


def _kept(choice: str | tuple[str, ...]) -> str | list[str]:
    return choice if isinstance(choice, str) else list(choice)


def _ended(state: dict[str, Any], move: str) -> dict[str, Any]:
    hours = dict(state["hours"])
    _count(hours, move)
    return {"cast": state["cast"], "current": None, "hours": hours}


def _count(counts: dict[str, int], name: str) -> None:
    counts[name] = counts.get(name, 0) + 1


def _vote_figures(key: str, state: State) -> Iterable[tuple[str, int]]:
    ballot, _, rest = key.partition("|")
    _, _, statement = rest.partition("|")
    prefix = f"{ballot}|cast|{statement}|"
    figures = [(prefix + choice, number) for choice, number in state["cast"].items()]
    prefix = ballot + "|hour|"
    figures += [(prefix + move, number) for move, number in state["hours"].items()]
    current = state["current"]
    if type(current) is str:
        figures.append((f"{ballot}|current|{statement}|{current}", 1))
    elif current:
        figures += [(f"{ballot}|current|{statement}|{option}", 1) for option in current]
    if not statement:
        figures.append((ballot + "|voters", 1))
    return figures


VOTES = Projection(
    name="votes",
    version=1,
    types=(VoteCast, VoteWithdrawn, VotesInvalidated),
    keys=_vote_keys,
    apply=_vote,
    emit=_vote_figures,
)


# --- The voters of ballots on statements ----------------------------------------------------------
def _voter_keys(event: VoteCast) -> tuple[str, ...]:
    """Return the voter's key where one voter has many votes; elsewhere the rows of `votes` are the voters."""
    return () if event.statement is None else (f"{event.ballot}|{event.voter}",)


def _voter(state: State, recorded: RecordedEvent) -> State:
    """Return since when somebody votes; every later vote leaves the very same state."""
    return {"since": recorded.position} if state is None else state


def _voter_figures(key: str, state: State) -> Iterable[tuple[str, int]]:
    return ((key.partition("|")[0] + "|voters", 1),)


VOTERS = Projection(name="voters", version=1, types=(VoteCast,), keys=_voter_keys, apply=_voter, emit=_voter_figures)

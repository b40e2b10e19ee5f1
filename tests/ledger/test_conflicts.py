"""Several writers on one record: whoever is second finds out, and decides again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from uuid import uuid4

from ledger.application import ATTEMPTS_MAX, Application
from ledger.ballots import CloseBallot, VoteCast, VoteChoice
from ledger.ballots.rejections import AlreadyVoted, BallotIsClosed
from ledger.dispositions import CloseAccount
from ledger.dispositions.rejections import AccountIncomplete
from ledger.messages import Receipt
from ledger.outcomes import Aborted, RequestReused
from tests.ledger.asking import DECISION, PLACE, Between, Town, accepted, asked, ballot, proposal, vote


async def test_of_two_writers_that_race_for_one_vote_the_second_is_refused(town: Town) -> None:
    await town.given(ballot(revote=False))
    other = town.application()
    between = Between(town.appender(), partial(other.execute, [asked(vote("v"))]))
    outcomes = await town.application(between).execute([asked(vote("u")), asked(vote("v")), asked(vote("w"))])
    assert [type(outcome) for outcome in outcomes] == [Receipt, AlreadyVoted, Receipt]
    assert [outcome.first for outcome in outcomes if isinstance(outcome, Receipt)] == [3, 4]
    voters = [event.voter for recorded in town.recorded() if isinstance(event := recorded.event, VoteCast)]
    assert voters == ["v", "u", "w"]


async def test_where_revote_is_on_both_count_in_order(town: Town) -> None:
    await town.given(ballot())
    other = town.application()
    between = Between(town.appender(), partial(other.execute, [asked(vote("v", VoteChoice.NO))]))
    accepted(await town.application(between).execute([asked(vote("v")), asked(vote("v"))]))
    votes = [event for recorded in town.recorded() if isinstance(event := recorded.event, VoteCast)]
    assert [(each.choice, each.revision) for each in votes] == [("no", 1), ("yes", 2), ("yes", 3)]


async def test_what_others_do_elsewhere_is_no_conflict(town: Town) -> None:
    await town.given(ballot("b"), ballot("c"))
    other = town.application()
    between = Between(town.appender(), partial(other.execute, [asked(vote("v", ballot="c")), asked(vote("w"))]))
    (receipt,) = accepted(await town.application(between).execute([asked(vote("v"))]))
    assert receipt.first == 5
    assert len(between.groups) == 1


async def test_a_contested_member_is_given_up_alone(town: Town) -> None:
    await town.given(ballot())
    other = town.application()
    between = Between(town.appender(), *[_asks(other, "v") for _ in range(ATTEMPTS_MAX)])
    request = uuid4()
    outcomes = await town.application(between).execute([asked(vote("u")), asked(vote("v"), request), asked(vote("w"))])
    assert [type(outcome) for outcome in outcomes] == [Receipt, Aborted, Receipt]
    assert len(between.groups) == ATTEMPTS_MAX
    voters = [event.voter for recorded in town.recorded() if isinstance(event := recorded.event, VoteCast)]
    assert voters == ["v"] * ATTEMPTS_MAX + ["u", "w"]
    await other.execute([asked(vote("v", VoteChoice.NO))])
    # Nothing was recorded for it, so its id is still free.
    (receipt,) = accepted(await town.first.execute([asked(vote("v"), request)]))
    assert not receipt.repeated


async def test_a_conflict_that_ends_in_time_costs_nobody_anything(town: Town) -> None:
    await town.given(ballot())
    other = town.application()
    between = Between(town.appender(), *[_asks(other, "v") for _ in range(ATTEMPTS_MAX - 2)])
    (receipt,) = accepted(await town.application(between).execute([asked(vote("v"))]))
    assert receipt.first == ATTEMPTS_MAX


def _asks(application: Application, voter: str) -> Callable[[], Awaitable[Any]]:
    """Return what makes another writer record one more vote."""
    return lambda: application.execute([asked(vote(voter))])


async def test_the_same_request_on_two_writers_is_recorded_once(town: Town) -> None:
    await town.given(ballot())
    request, other = uuid4(), town.application()
    between = Between(town.appender(), partial(other.execute, [asked(vote("v"), request)]))
    fresh, repeated = accepted(await town.application(between).execute([asked(vote("w")), asked(vote("v"), request)]))
    assert (fresh.first, repeated.first, repeated.repeated) == (3, 2, True)
    assert len(town.recorded()) == 3


async def test_the_same_request_id_for_two_things_on_two_writers_is_recorded_once(town: Town) -> None:
    """No condition tells of it, as the votes have nothing in common: the request id does."""
    await town.given(ballot())
    request, other = uuid4(), town.application()
    between = Between(town.appender(), partial(other.execute, [asked(vote("x"), request)]))
    outcomes = await town.application(between).execute([asked(vote("w")), asked(vote("v"), request)])
    assert [type(outcome) for outcome in outcomes] == [Receipt, RequestReused]
    assert len(between.groups) == 2
    voters = [event.voter for recorded in town.recorded() if isinstance(event := recorded.event, VoteCast)]
    assert voters == ["x", "w"]


async def test_the_same_creation_on_two_writers_is_recorded_once(town: Town) -> None:
    """Nothing was there for a condition to find, and still only one may make it."""
    request, other = uuid4(), town.application()
    between = Between(town.appender(), partial(other.execute, [asked(ballot(), request)]))
    same, another = await town.application(between).execute([asked(ballot(), request), asked(ballot())])
    assert isinstance(same, Receipt) and same.repeated and same.first == 1
    assert type(another).__name__ == "BallotExists"
    assert town.topics() == ["ballot-opened"]


async def test_a_cached_state_catches_up_with_another_writer(town: Town) -> None:
    await town.given(ballot())
    await town.given(vote("v1"))
    (closed,) = accepted(await town.application().execute([asked(CloseBallot(ballot="b"))]))
    (outcome,) = await town.ask(vote("v2"))
    assert isinstance(outcome, BallotIsClosed)
    assert town.reader.head() == closed.first


async def test_a_known_ballot_is_not_read_again_from_its_beginning(town: Town) -> None:
    between = Between(town.appender())
    application = town.application(between)
    accepted(await application.execute([asked(ballot()), *[asked(vote(f"v{n}")) for n in range(50)]]))
    between.probes.clear()
    accepted(await application.execute([asked(vote("w"))]))
    (shared,) = [probe for probe in between.probes if probe.tag == "ballot:b"]
    assert shared.after == 51


async def test_an_account_is_not_closed_over_what_another_writer_takes_in(town: Town) -> None:
    await town.given(*PLACE, DECISION)
    other = town.application()
    between = Between(town.appender(), partial(other.execute, [asked(proposal("i"))]))
    (outcome,) = await town.application(between).execute([asked(CloseAccount(decision="d"))])
    assert isinstance(outcome, AccountIncomplete)
    assert town.topics()[-1] == "input-received"

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from uuid import UUID

import pytest

from ledger.bodies import BodyKind, RegisterBody
from ledger.messages import Receipt, Rejection, Submission
from ledger.outcomes import Aborted, Outcome
from ledger.store.committer import Overloaded
from ledger.store.port import StoreUnavailable
from services.imports import loading
from services.imports.loading import BATCH, GROUP, Interrupted, Item, Loaded, load


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "PAUSE_SECONDS", 0)


def items(count: int) -> list[Item]:
    return [
        Item(
            Submission(RegisterBody(body=f"b{n}", kind=BodyKind.UNIT, name="N"), UUID(int=n + 1), "channel:test"),
            "bodies.csv",
            n + 2,
        )
        for n in range(count)
    ]


class Record:
    """A record that remembers request ids, as the real one does, and fails as it is told."""

    def __init__(self, *failures: Exception | None) -> None:
        self.order: list[UUID] = []
        self.largest = 0
        self._failures = list(failures)

    async def submit(self, submissions: Sequence[Submission]) -> list[Outcome]:
        await asyncio.sleep(0)
        self.largest = max(self.largest, len(submissions))
        failure = self._failures.pop(0) if self._failures else None
        if isinstance(failure, Aborted):
            return [*(self._accept(each) for each in submissions[:-1]), failure]
        if failure is not None:
            raise failure
        return [self._accept(each) for each in submissions]

    def _accept(self, submission: Submission) -> Receipt:
        repeated = submission.request_id in self.order
        if not repeated:
            self.order.append(submission.request_id)
        first = self.order.index(submission.request_id) + 1
        return Receipt(first, ("id",), (b"",), "2026-01-01T00:00:00.000000Z", repeated)


def never(item: Item, rejection: Rejection) -> bool:
    return False


async def loaded(record: Record, *phases: list[Item]) -> tuple[Loaded, int]:
    heard: list[int] = []
    result = await load(record.submit, phases, never, heard.append)
    return result, sum(heard)


async def test_everything_is_submitted_in_order_in_batches() -> None:
    record, everything = Record(), items(BATCH * GROUP + 700)
    result, heard = await loaded(record, everything[:10], everything[10:])
    assert record.order == [item.submission.request_id for item in everything]
    assert (result.new, result.position, heard) == (len(everything), len(everything), len(everything))
    assert record.largest == BATCH


@pytest.mark.parametrize("failure", [Overloaded("full"), StoreUnavailable("gone"), Aborted("raced")])
async def test_what_failed_is_asked_again_before_anything_that_follows(failure: Exception) -> None:
    record, everything = Record(None, failure), items(BATCH * GROUP + 700)
    result, _ = await loaded(record, everything)
    assert sorted(record.order) == [item.submission.request_id for item in everything]
    assert set(record.order[-700:]) == {item.submission.request_id for item in everything[-700:]}
    assert result.recorded[RegisterBody] == len(everything) and not result.refused


async def test_a_store_that_stays_away_ends_the_load_and_says_how_to_go_on() -> None:
    with pytest.raises(Interrupted, match="run the same command again"):
        await loaded(Record(*[StoreUnavailable("gone")] * 100), items(3))


async def test_refusals_are_counted_and_the_first_few_told_with_their_line() -> None:
    class Refusing(Record):
        async def submit(self, submissions: Sequence[Submission]) -> list[Outcome]:
            return [Aborted("no") for _ in submissions]

    result, _ = await loaded(Refusing(), items(12))
    assert result.refused == 12 and len(result.refusals) == loading.REFUSALS_SHOWN_MAX
    assert result.refusals[0] == "bodies.csv, line 2: no"

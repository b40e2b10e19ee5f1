"""A server that drops what it was sent before it is in any order: the sender holds no receipt, and its own list names it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from uuid import UUID

from ledger.bodies import BodyKind, RegisterBody
from ledger.log.proofs import Proofs
from ledger.log.verify import verify_receipt
from ledger.messages import Receipt, Submission
from services.bootstrap import Running, running
from services.engines import engine
from services.keys import log_folder
from tests.services.audit.town import ORIGIN, Town, town

__all__ = ["town"]

SENT, EVERY = 200, 50


class Dropping:
    """A server that answers as if it were busy, and forgets every fiftieth request."""

    def __init__(self, ledger: Running) -> None:
        self._ledger, self._seen = ledger, 0

    async def submit(self, asked: Sequence[Submission]) -> dict[UUID, Receipt | None]:
        kept = [each for number, each in enumerate(asked, 1) if number % EVERY]
        outcomes = await self._ledger.submit(kept)
        answers: dict[UUID, Receipt | None] = {each.request_id: None for each in asked}
        for each, outcome in zip(kept, outcomes, strict=True):
            assert isinstance(outcome, Receipt)
            answers[each.request_id] = outcome
        return answers


def test_what_was_dropped_is_named_by_whoever_sent_it(town: Town, tmp_path: Path) -> None:
    asked = [
        Submission(RegisterBody(body=f"ny-{n}", kind=BodyKind.UNIT, name=f"Ny {n}"), UUID(int=n + 1), "channel:web")
        for n in range(SENT)
    ]

    async def send() -> dict[UUID, Receipt | None]:
        async with running(town.settings, background=False) as ledger:
            return await Dropping(ledger).submit(asked)

    answers = asyncio.run(send())
    dropped = {each.request_id for number, each in enumerate(asked, 1) if not number % EVERY}
    assert {name for name, receipt in answers.items() if receipt is None} == dropped
    key = log_folder(town.settings).verifier()
    assert key is not None
    with closing(engine(town.settings).reader()) as reader:
        assert {each.request_id for each in asked if reader.request(each.request_id) is None} == dropped
        proofs = Proofs(reader)
        for receipt in answers.values():
            if receipt is not None:
                shown = verify_receipt(proofs.receipt(receipt.first), ORIGIN, [key])
                assert shown.position == receipt.first

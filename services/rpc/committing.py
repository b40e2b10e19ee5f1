"""The port to the record's writing side, as the face sees it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ledger.messages import Submission
from ledger.outcomes import Outcome


class Committing(Protocol):
    """Takes submissions, and answers each once it is decided and durable; see `ledger.store.committer`.

    What was taken is recorded also when the caller goes away. Raises Overloaded or Stopped when nothing was taken.
    """

    async def submit(self, submissions: Sequence[Submission]) -> list[Outcome]: ...

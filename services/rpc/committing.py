"""The port to the record's writing side, as the face sees it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ledger.messages import Submission
from ledger.outcomes import Outcome


class Lane(Protocol):
    """Takes submissions, and answers each once it is decided and durable; see `ledger.store.committer`.

    What was taken is recorded also when the caller goes away. Raises Overloaded or Stopped when nothing was taken.
    """

    async def submit(self, submissions: Sequence[Submission]) -> list[Outcome]: ...


class Committing(Lane, Protocol):
    """All lanes of a process. A caller whose order matters, such as one stream, keeps to one of them."""

    def lane(self) -> Lane: ...

"""The application: a group of commands becomes events, with one read and one append.

    boundary → read everything the group depends on → for each command, in order of arrival:
    evolve the parts → decide → seal the words → encode → append all, or nothing

Nothing is written for a rejected command. Several server processes may do this at once on one
ledger: whoever appends second finds that something it read has changed, and decides again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from ledger.execution import Asked, Cache, Execution, condition_of
from ledger.messages import Slice, Submission
from ledger.outcomes import Aborted, Outcome
from ledger.store.port import GROUP_BYTES_MAX, Appender, Conflict, RequestRaced
from ledger.vault.vault import Vault

ATTEMPTS_MAX = 5
CACHED_PARTS_MAX = 20_000


class Application:
    """Executes groups of submissions against one ledger. One committer at a time may use it."""

    def __init__(
        self,
        ledger: str,
        slices: Iterable[Slice],
        store: Appender,
        vault: Vault,
        now: Callable[[], datetime],
    ) -> None:
        self.ledger = ledger
        self._store, self._vault, self._now = store, vault, now
        self._slices = {each.name: each for each in slices}
        self._slice_of = {kind: each for each in self._slices.values() for kind in each.commands}
        self._cache: Cache = {}

    async def execute(self, submissions: Sequence[Submission]) -> list[Outcome]:
        """Decide and record submissions, in one group unless they pass 4 MB; return an outcome for each, in order.

        Raises ClockJumped and any StoreError but Conflict and RequestRaced. After StoreUnavailable it
        is unknown what was recorded; asking again with the same request ids tells.
        """
        outcomes: list[Outcome] = []
        for asked in bounded([self._ask(submission) for submission in submissions]):
            outcomes += await self._execute(asked)
        return outcomes

    def _ask(self, submission: Submission) -> Asked:
        command = submission.command
        kind = type(command)
        each = self._slice_of[kind]
        name = each.name
        # The command's name is part of the content: two commands may have the same fields.
        content = b"%b%b" % (kind.__name__.encode(), command.__pydantic_serializer__.to_json(command))
        places = tuple([(tag, types, name) for tag, types in each.boundary(command)])
        return Asked(submission, each, places, self._vault.request_hash(content), len(content))

    async def _execute(self, asked: Sequence[Asked]) -> list[Outcome]:
        refused: frozenset[tuple[str, tuple[str, ...]]] = frozenset()
        for attempt in range(1, ATTEMPTS_MAX + 1):
            # On the last attempt, members whose conditions kept failing are given up, so that one
            # contested voter does not take the rest of the group along.
            execution = self._execution(refused if attempt == ATTEMPTS_MAX else frozenset())
            await execution.run(asked)
            group = execution.group
            if not group.events:
                return execution.outcomes(0)
            try:
                first = await self._store.append(group)
            except Conflict as conflict:
                refused |= {condition_of(group.conditions[ordinal]) for ordinal in conflict.refused}
            except RequestRaced:
                continue
            else:
                self._remember(execution, first)
                return execution.outcomes(first)
        return [Aborted("others kept changing what the command depends on; ask again") for _ in asked]

    def _execution(self, given_up: frozenset[tuple[str, tuple[str, ...]]]) -> Execution:
        return Execution(self.ledger, self._store, self._vault, self._slices, self._cache, self._now(), given_up)

    def _remember(self, execution: Execution, first: int) -> None:
        """Keep the states of shared parts as of the group's last event.

        Only parts the append was conditional on: nothing else can have touched those since they were
        read. Parts of one voter or supporter (composite tags) are not worth their memory. A part that must know
        where its events lie is read again after a group that added to it.
        """
        last = first + len(execution.group.events) - 1
        for place in execution.depends:
            if "|" not in place[0]:
                self._cache.pop(place, None)
                if place in execution.working.unplaced:
                    continue
                self._cache[place] = last, execution.working.states[place]
        while len(self._cache) > CACHED_PARTS_MAX:
            del self._cache[next(iter(self._cache))]


def bounded(asked: Sequence[Asked]) -> Iterator[list[Asked]]:
    """Yield what is asked in groups of at most 4 MB: one of 2,000 long texts would hold the head too long."""
    group: list[Asked] = []
    size = 0
    for each in asked:
        if group and size + each.size > GROUP_BYTES_MAX:
            yield group
            group, size = [], 0
        group.append(each)
        size += each.size
    if group:
        yield group

"""One handler for all commands: rpc X runs command X."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from ledger.messages import Command, Receipt, Slice
from participation.ledger.v1 import record_pb2
from services.rpc.answers import receipt_message
from services.rpc.catalogue import is_command, message_class, methods
from services.rpc.chain import Context, principal
from services.rpc.committing import Committing
from services.rpc.mapping import CommandMap
from services.rpc.proving import Proving

Unary = Callable[[Any, Context], Awaitable[Any]]


class CommandsDiffer(TypeError):
    """Slices and protos do not have the same commands; the server must not start."""


def command_maps(ledger: str, slices: Iterable[Slice]) -> dict[str, CommandMap]:
    """Return the map of every command by its name. Raises CommandsDiffer or FieldsDiffer."""
    commands: dict[str, type[Command]] = {each.__name__: each for subject in slices for each in subject.commands}
    declared = {method.descriptor.name for method in methods().values() if is_command(method)}
    if declared != set(commands):
        raise CommandsDiffer(f"slices and protos differ in {sorted(declared ^ set(commands))}")
    return {name: CommandMap(kind, ledger) for name, kind in commands.items()}


class CommandHandlers:
    """Runs commands one at a time, each as a call of its own."""

    def __init__(
        self,
        maps: Mapping[str, CommandMap],
        committer: Committing,
        projected: Callable[[int], Awaitable[None]],
        proving: Proving,
    ) -> None:
        self._maps, self._committer, self._projected, self._proving = maps, committer, projected, proving

    def handlers(self) -> dict[str, Unary]:
        """Return the handler of every command's method, by path."""
        return {
            path: self._handler(self._maps[method.descriptor.name], message_class(method.descriptor.output_type))
            for path, method in methods().items()
            if is_command(method)
        }

    def _handler(self, commands: CommandMap, response_class: type[Any]) -> Unary:
        async def handle(request: Any, context: Context) -> Any:
            submission = commands.submission(request, principal().actor)
            # Once taken, the committer owns the write: a caller who goes away cancels only the waiting.
            (outcome,) = await self._committer.submit([submission])
            if not isinstance(outcome, Receipt):
                raise outcome
            receipt = receipt_message(commands.ledger, outcome)
            await self._wait(request.wait_for, outcome, receipt)
            return response_class(receipt=receipt)

        return handle

    async def _wait(self, wait_for: int, outcome: Receipt, receipt: record_pb2.Receipt) -> None:
        last = outcome.first + len(outcome.ids) - 1
        if wait_for == record_pb2.WAIT_FOR_PROJECTED:
            await self._projected(last)
        elif wait_for == record_pb2.WAIT_FOR_CHECKPOINT:
            await self._proving.covered(last)
            proofs = [self._proving.inclusion(position) for position in receipt.positions]
            receipt.proofs.extend(await asyncio.gather(*proofs))

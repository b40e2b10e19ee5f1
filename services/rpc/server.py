"""A listening server for one ledger: handlers, health, reflection, limits, and its graceful end."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc
from grpc_channelz.v1 import channelz
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from services.addresses import AddressUnusable, check_address
from services.bootstrap import SLICES, Running
from services.readers import Readers, Tail
from services.rpc.catalogue import message_class, methods, services
from services.rpc.chain import Chain, Guard
from services.rpc.commands import CommandHandlers, command_maps
from services.rpc.drain import Drain
from services.rpc.proving import Proving
from services.rpc.reading import ReadingHandlers
from services.rpc.searching import SearchHandler
from services.rpc.submit import SubmitHandler
from services.rpc.transparency import SERVICE as TRANSPARENCY_SERVICE
from services.rpc.transparency import TransparencyHandlers
from services.witness.marks import Marks

RECEIVED_BYTES_MAX = 1 << 20
SENT_BYTES_MAX = 4 << 20
GRACE_SECONDS = 10.0
LAST_SECONDS = 0.2
"""For the last answers to leave the socket."""

LEDGER_SERVICE = "participation.ledger.v1.LedgerService"
PROOF_SERVICE = "participation.ledger.v1.ProofService"
SEARCH_SERVICE = "participation.transparency.v1.SearchService"

RESTS_ON = {"read models": TRANSPARENCY_SERVICE, "publisher": PROOF_SERVICE, "witnesses": PROOF_SERVICE}
"""Which service shows a problem of the background work of that name."""

HEALTH_SECONDS = 1.0

OPTIONS: tuple[tuple[str, int], ...] = (
    ("grpc.max_receive_message_length", RECEIVED_BYTES_MAX),
    ("grpc.max_send_message_length", SENT_BYTES_MAX),
    # A second server on the same port would silently take half the connections.
    ("grpc.so_reuseport", 0),
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 20_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.min_recv_ping_interval_without_data_ms", 20_000),
    # Long connections are renewed, so that load spreads and new certificates come into use.
    ("grpc.max_connection_age_ms", 30 * 60_000),
    ("grpc.max_connection_age_grace_ms", 60_000),
)

log = logging.getLogger("liggare.rpc")


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the server listens. `admin`, when given, also shows channelz and should not be public.

    Port 0 takes any free one. Addresses are `host:port`.
    """

    address: str = "127.0.0.1:50051"
    admin: str | None = None
    credentials: grpc.ServerCredentials | None = None
    guard: Guard = field(default_factory=Guard)


class Server:
    """The gRPC face of a running ledger; made by `serving`."""

    def __init__(self, ledger: Running, listening: Listening) -> None:
        self._ledger, self._listening = ledger, listening
        self._drain = Drain()
        self._readers: Readers[Any] = Readers(ledger.reader)
        self._tail = Tail(ledger.reader)
        self._transparency = TransparencyHandlers(ledger.ledger, ledger.rows, ledger.reader)
        self._search = SearchHandler(ledger.ledger, ledger.parts)
        self._health = health.aio.HealthServicer()
        self._servers: list[grpc.aio.Server] = []
        self._drained: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self.port = 0
        self.admin_port = 0

    async def start(self) -> None:
        """Listen. Raises AddressMalformed, AddressUnusable, and what a mismatch of protos and code raises."""
        handlers = self._handlers()
        server, self.port = self._bound(self._listening.address, handlers)
        self._servers.append(server)
        if self._listening.admin is not None:
            admin, self.admin_port = self._bound(self._listening.admin, {})
            channelz.add_channelz_servicer(admin)
            self._servers.append(admin)
        await self._tail.start()
        for each in self._servers:
            await each.start()
        for name in ("", *(service.full_name for service in services())):
            await self._health.set(name, health_pb2.HealthCheckResponse.SERVING)
        self._watching = asyncio.create_task(self._watch_problems(), name="health")
        if self._listening.credentials is None:
            log.warning("without TLS and credentials: every caller is believed and may do everything")

    async def drain(self, grace: float = GRACE_SECONDS) -> None:
        """End gracefully: no longer healthy, streams ended, everything taken is recorded and answered.

        Calling it again waits for the same end.
        """
        if self._drained is None:
            self._drained = asyncio.create_task(self._end(grace), name="drain")
        await asyncio.shield(self._drained)

    async def ending(self) -> None:
        """Return when the end has begun."""
        await self._drain.wait()

    async def wait(self) -> None:
        """Return when the server has ended."""
        await self.ending()
        await self.drain()

    def drain_on_signals(self) -> None:
        """Begin the graceful end on SIGTERM and SIGINT."""
        loop = asyncio.get_running_loop()
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(each, self._begin)

    def _begin(self) -> None:
        if self._drained is None:
            self._drained = asyncio.create_task(self._end(GRACE_SECONDS), name="drain")

    async def _watch_problems(self) -> None:
        """Show a stopped publisher, stopped read models or a witness's contradiction in the health of what rests on them."""
        while True:
            for service in set(RESTS_ON.values()):
                well = all(name not in self._ledger.problems for name, rests in RESTS_ON.items() if rests == service)
                status = health_pb2.HealthCheckResponse.SERVING if well else health_pb2.HealthCheckResponse.NOT_SERVING
                await self._health.set(service, status)
            await asyncio.sleep(HEALTH_SECONDS)

    async def _end(self, grace: float) -> None:
        if self._watching is not None:
            self._watching.cancel()
        await self._health.enter_graceful_shutdown()
        self._drain.begin()
        self._tail.wake()
        await self._ledger.committer.close()
        await self._drain.quiet(grace)
        await asyncio.gather(*(server.stop(LAST_SECONDS) for server in self._servers))
        await self._tail.close()
        await self._readers.close()
        await self._transparency.close()
        await self._search.close()

    # --- What it is made of -------------------------------------------------------------------
    def _handlers(self) -> dict[str, Any]:
        """Return the handler function of every method, by path."""
        ledger = self._ledger
        maps = command_maps(ledger.ledger, SLICES)
        proving = Proving(ledger.ledger, self._readers, Marks.of(ledger.parts.folder), ledger.hurry)
        reading = ReadingHandlers(ledger.ledger, self._readers, self._tail, self._drain)
        return {
            **CommandHandlers(maps, ledger.committer, ledger.projected, proving).handlers(),
            **self._transparency.handlers(),
            f"/{SEARCH_SERVICE}/Search": self._search.search,
            f"/{LEDGER_SERVICE}/Submit": SubmitHandler(maps, ledger.committer, self._drain).submit,
            f"/{LEDGER_SERVICE}/Read": reading.read,
            f"/{LEDGER_SERVICE}/Subscribe": reading.subscribe,
            f"/{LEDGER_SERVICE}/GetEvent": reading.get_event,
            f"/{LEDGER_SERVICE}/ListEvents": reading.list_events,
            f"/{PROOF_SERVICE}/GetCheckpoint": proving.get_checkpoint,
            f"/{PROOF_SERVICE}/GetInclusionProof": proving.get_inclusion_proof,
            f"/{PROOF_SERVICE}/GetConsistencyProof": proving.get_consistency_proof,
        }

    def _bound(self, address: str, handlers: dict[str, Any]) -> tuple[grpc.aio.Server, int]:
        check_address(address)
        server = grpc.aio.server(interceptors=[Chain(self._listening.guard, self._drain)], options=OPTIONS)
        if handlers:
            for service, own in _by_service(handlers).items():
                server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(service, own)])
        health_pb2_grpc.add_HealthServicer_to_server(self._health, server)
        names = [service.full_name for service in services()] if handlers else []
        reflection.enable_server_reflection([*names, health.SERVICE_NAME, reflection.SERVICE_NAME], server)
        try:
            if self._listening.credentials is None:
                return server, server.add_insecure_port(address)
            return server, server.add_secure_port(address, self._listening.credentials)
        except RuntimeError as error:
            raise AddressUnusable(f"cannot listen on {address}; name a free --address") from error


class MethodsUnhandled(TypeError):
    """A declared method has no handler, or a handler no method; the server must not start."""


def _by_service(functions: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return gRPC's handlers by service and method name. Raises MethodsUnhandled."""
    if set(functions) != set(methods()):
        raise MethodsUnhandled(f"protos and handlers differ in {sorted(set(functions) ^ set(methods()))}")
    found: dict[str, dict[str, Any]] = {}
    for path, method in methods().items():
        descriptor = method.descriptor
        make = _MAKERS[descriptor.client_streaming, descriptor.server_streaming]
        handler = make(
            functions[path],
            message_class(descriptor.input_type).FromString,
            message_class(descriptor.output_type).SerializeToString,
        )
        found.setdefault(descriptor.containing_service.full_name, {})[descriptor.name] = handler
    return found


_MAKERS: dict[tuple[bool, bool], Callable[..., Any]] = {
    (False, False): grpc.unary_unary_rpc_method_handler,
    (False, True): grpc.unary_stream_rpc_method_handler,
    (True, False): grpc.stream_unary_rpc_method_handler,
    (True, True): grpc.stream_stream_rpc_method_handler,
}


@asynccontextmanager
async def serving(ledger: Running, listening: Listening | None = None) -> AsyncIterator[Server]:
    """Serve a running ledger until the block ends, then end gracefully."""
    server = Server(ledger, listening or Listening())
    await server.start()
    try:
        yield server
    finally:
        await server.drain()

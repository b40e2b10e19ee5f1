"""Health, reflection, the admin listener, and a graceful end that loses nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_channelz.v1 import channelz_pb2, channelz_pb2_grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from participation.ledger.v1 import ledger_service_pb2 as record
from services.rpc import server as rpc_server
from services.rpc.answers import receipts
from services.rpc.catalogue import services
from tests.services.rpc.face import LEDGER, Face, message, served, told, vote

SERVING, NOT_SERVING = health_pb2.HealthCheckResponse.SERVING, health_pb2.HealthCheckResponse.NOT_SERVING


async def test_every_service_is_healthy_and_can_be_discovered(tmp_path: Path) -> None:
    async with served(tmp_path) as face:
        health: Any = health_pb2_grpc.HealthStub(face.channel)
        for name in ("", *(service.full_name for service in services())):
            assert (await health.Check(health_pb2.HealthCheckRequest(service=name))).status == SERVING
        watching = health.Watch(health_pb2.HealthCheckRequest())
        assert (await watching.read()).status == SERVING
        watching.cancel()
        reflection: Any = reflection_pb2_grpc.ServerReflectionStub(face.channel)
        call = reflection.ServerReflectionInfo()
        await call.write(reflection_pb2.ServerReflectionRequest(list_services=""))
        listed = {each.name for each in (await call.read()).list_services_response.service}
        await call.done_writing()
        assert {service.full_name for service in services()} <= listed


async def test_a_problem_in_the_background_shows_in_the_health_of_what_rests_on_it(tmp_path: Path) -> None:
    async with served(tmp_path) as face:
        health: Any = health_pb2_grpc.HealthStub(face.channel)
        watching = health.Watch(health_pb2.HealthCheckRequest(service="participation.ledger.v1.ProofService"))
        assert (await watching.read()).status == SERVING
        face.ledger.problems["publisher"] = "the database lacks events that were signed for"
        assert (await asyncio.wait_for(watching.read(), 10)).status == NOT_SERVING
        assert (await health.Check(health_pb2.HealthCheckRequest())).status == SERVING
        watching.cancel()


async def test_channelz_is_shown_on_the_admin_listener_alone(tmp_path: Path) -> None:
    async with served(tmp_path, admin="127.0.0.1:0") as face:
        asked = channelz_pb2.GetServersRequest()
        async with grpc.aio.insecure_channel(f"127.0.0.1:{face.server.admin_port}") as channel:
            admin: Any = channelz_pb2_grpc.ChannelzStub(channel)
            assert (await admin.GetServers(asked)).server
        outside: Any = channelz_pb2_grpc.ChannelzStub(face.channel)
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await outside.GetServers(asked)
        assert error.value.code() is grpc.StatusCode.UNIMPLEMENTED


async def test_two_servers_cannot_share_a_port(tmp_path: Path) -> None:
    async with served(tmp_path) as face:
        (tmp_path / "other").mkdir()
        with pytest.raises(RuntimeError):
            async with served(tmp_path / "other", address=face.address):
                pass


async def test_the_end_answers_what_was_taken_and_tells_streams_where_they_stand(tmp_path: Path) -> None:
    async with served(tmp_path) as face:
        health: Any = health_pb2_grpc.HealthStub(face.channel)
        watching = health.Watch(health_pb2.HealthCheckRequest())
        assert (await watching.read()).status == SERVING
        ballot = await face.open_ballot()
        subscription = face.method("LedgerService/Subscribe")(record.SubscribeRequest(ledger=LEDGER))
        while not (await subscription.read()).HasField("caught_up"):
            pass
        idle = face.method("LedgerService/Submit")()
        await idle.wait_for_connection()
        busy = face.method("LedgerService/Submit")()
        for n in range(6):
            await busy.write(message(*(vote(f"v{n}-{i}", ballot=ballot) for i in range(200))))
        first = await busy.read()
        draining = asyncio.create_task(face.server.drain())
        assert (await watching.read()).status == NOT_SERVING
        answered = [first, *await _rest(busy)]
        accepted = [receipt for response in answered for receipt in receipts(response).values()]
        marks = [each for each in await _rest(subscription) if each.HasField("checkpoint")]
        assert marks[-1].checkpoint.position >= 1
        assert await _rest(idle) == []
        await draining
        recorded = set(_leaves(face))
        assert {leaf for receipt in accepted for leaf in receipt.leaves} <= recorded
        assert len(recorded) == 1 + len(accepted)  # taken means answered, and nothing else was recorded


async def _rest(call: Any) -> list[Any]:
    """Return what a stream still brings before it ends as a stopping server ends it."""
    found = []
    with pytest.raises(grpc.aio.AioRpcError) as ended:  # noqa: PT012  what comes before the end counts
        while (each := await call.read()) is not grpc.aio.EOF:
            found.append(each)
    assert told(ended.value).reason == "SERVER_STOPPING"
    return found


def _leaves(face: Face) -> list[bytes]:
    reader = face.ledger.reader()
    try:
        return reader.leaves(0, 100_000)
    finally:
        reader.close()


def test_the_options_of_the_server_are_the_designed_ones() -> None:
    options = dict(rpc_server.OPTIONS)
    assert options["grpc.max_receive_message_length"] == 1 << 20
    assert options["grpc.so_reuseport"] == 0
    assert options["grpc.max_connection_age_ms"] == 30 * 60_000

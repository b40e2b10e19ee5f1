"""A served ledger says who has seen its checkpoints, hands out proofs under those, and shows a contradiction."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from ledger.log.note import parse_note
from participation.ledger.v1 import proof_service_pb2 as pb
from services.witness.app import Witness
from services.witness.keys import witness_keys
from services.witness.policies import POLICY
from services.witness.state import WitnessState
from tests.services.rpc.face import LEDGER, served
from tests.services.witness.test_client import answering
from tests.services.witness.town import serving_witness

WITHIN = 15.0


async def _until(ask: Callable[[], Awaitable[Any]], right: Callable[[Any], bool]) -> Any:
    async with asyncio.timeout(WITHIN):
        while True:
            # Until the first checkpoint there is an error instead of an answer.
            with suppress(grpc.aio.AioRpcError):
                if right(found := await ask()):
                    return found
            await asyncio.sleep(0.05)


def _ask_of(folder: Path, port: int) -> None:
    """Put a witness into the policy of the ledger in a folder."""
    (folder / "keys").mkdir(exist_ok=True)
    key = witness_keys(folder / "w", "near.example/w")[0].verifier.format()
    (folder / "keys" / POLICY).write_text(f"witness near {key} http://127.0.0.1:{port}\nquorum near\n")


async def test_checkpoints_and_proofs_are_witnessed_within_seconds(tmp_path: Path) -> None:
    async with served(tmp_path) as face:
        # Its keys exist now; the next start has the policy.
        trusted = face.ledger.parts.folder.verifiers()
    state = WitnessState(tmp_path / "w", tmp_path / "w", witness_keys(tmp_path / "w", "near.example/w"))
    with ExitStack() as stack:
        _ask_of(tmp_path, stack.enter_context(serving_witness(Witness(state, {LEDGER: trusted}))))
        async with served(tmp_path) as face:
            await face.open_ballot()
            checkpoint = face.method("ProofService/GetCheckpoint")
            found = await _until(
                lambda: checkpoint(pb.GetCheckpointRequest(ledger=LEDGER)),
                lambda answer: answer.witnessing.witnessed and answer.witnessing.tree_size == face.head(),
            )
            assert [each.witness for each in found.witnessing.cosigners] == ["near"]
            assert (found.witnessing.quorum, found.last_witnessed) == ("near", found.witnessing)
            proof = await face.method("ProofService/GetInclusionProof")(
                pb.GetInclusionProofRequest(ledger=LEDGER, position=1)
            )
            names = [line.name for line in parse_note(proof.proof.checkpoint.encode()).signatures]
            assert names[-1] == "near.example/w"
            stack.close()
            await face.open_ballot()
            later = await _until(
                lambda: checkpoint(pb.GetCheckpointRequest(ledger=LEDGER)),
                lambda answer: answer.checkpoint.tree_size == face.head(),
            )
            assert (later.witnessing.witnessed, later.last_witnessed) == (False, found.witnessing)


async def test_a_witness_that_contradicts_us_shows_in_the_health_of_proofs(tmp_path: Path) -> None:
    with answering(b"HTTP/1.1 409 C\r\nContent-Type: text/x.tlog.size\r\nContent-Length: 4\r\n\r\n999\n") as port:
        _ask_of(tmp_path, port)
        async with served(tmp_path) as face:
            await face.open_ballot()
            health: Any = health_pb2_grpc.HealthStub(face.channel)
            request = health_pb2.HealthCheckRequest(service="participation.ledger.v1.ProofService")
            await _until(
                lambda: health.Check(request),
                lambda answer: answer.status == health_pb2.HealthCheckResponse.NOT_SERVING,
            )
            assert "999" in face.ledger.problems["witnesses"]
            assert (
                await health.Check(health_pb2.HealthCheckRequest())
            ).status == health_pb2.HealthCheckResponse.SERVING

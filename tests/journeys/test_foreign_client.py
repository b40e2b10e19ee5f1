"""A client that shares no code with us casts a vote and reads it back: `buf curl`, by reflection alone."""

from __future__ import annotations

import asyncio
import base64
import json
import shutil
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.services.rpc.face import LEDGER, served

BUF = shutil.which("buf", path=str(Path(sys.executable).parent)) or shutil.which("buf")


async def curl(address: str, method: str, request: dict[str, Any]) -> tuple[int, list[Any], str]:
    assert BUF is not None
    process = await asyncio.create_subprocess_exec(
        BUF, "curl", "--protocol", "grpc", "--http2-prior-knowledge", "--data", json.dumps(request),
        f"http://{address}/{method}",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), 60)
    decoder = json.JSONDecoder()
    found, rest = [], out.decode().strip()
    while rest:
        value, end = decoder.raw_decode(rest)
        found.append(value)
        rest = rest[end:].strip()
    return process.returncode or 0, found, err.decode()


@pytest.mark.skipif(BUF is None, reason="buf is not installed; it comes with the package buf-bin")
async def test_a_foreign_client_casts_a_vote_and_reads_it_back(tmp_path: Path) -> None:
    async with served(tmp_path) as face:
        ledger = "participation.ledger.v1."
        opened = {"ledger": LEDGER, "requestId": str(uuid4()), "ballot": "skolvagen", "question": "Säkrare skolväg?"}
        code, _, err = await curl(
            face.address, ledger + "BallotService/OpenBallot", opened | {"rule": "BALLOT_RULE_YES_NO_ABSTAIN"}
        )
        assert code == 0, err
        vote = {"ledger": LEDGER, "requestId": str(uuid4()), "ballot": "skolvagen", "voter": "f3", "waitFor": 2}
        code, (cast,), err = await curl(
            face.address, ledger + "BallotService/CastVote", vote | {"choice": "VOTE_CHOICE_YES"}
        )
        assert code == 0, err
        (position,) = cast["receipt"]["positions"]
        code, (chunk,), err = await curl(
            face.address, ledger + "LedgerService/Read", {"ledger": LEDGER, "filter": {"types": ["vote-cast"]}}
        )
        assert code == 0, err
        assert chunk["events"]["positions"] == [position]
        entry = json.loads(base64.b64decode(chunk["events"]["entries"][0]))
        assert entry["data"] == {"ballot": "skolvagen", "choice": "yes", "revision": 1, "voter": "f3"}
        code, (shown,), err = await curl(
            face.address,
            "participation.transparency.v1.TransparencyService/GetBallot",
            {"ledger": LEDGER, "ballot": "skolvagen"},
        )
        assert code == 0, err
        assert shown["currentVotes"]["value"] == "1"
        code, _, err = await curl(
            face.address, ledger + "BallotService/CastVote", vote | {"requestId": str(uuid4()), "ballot": "annan"}
        )
        assert code != 0
        told = json.loads(err)
        assert told["code"] == "not_found"
        assert told["message"] == "There is no ballot with the id annan in this ledger; open it first."
        assert {detail["type"] for detail in told["details"]} >= {"google.rpc.ErrorInfo", "google.rpc.LocalizedMessage"}

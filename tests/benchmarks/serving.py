"""Child process: our gRPC server, as `liggare serve` composes it, on a port of its own.

Argument: store, ledger, keys; `background`, whether it keeps read models and checkpoints up while it
serves; `profile`, a file or null. Says its `port` when it is ready and ends when its input ends.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from services.bootstrap import Running, prepared, running
from services.rpc.server import Listening, serving
from services.settings import Settings
from tests.benchmarks import children


async def serve(asked: dict[str, Any]) -> dict[str, Any]:
    """Serve until the parent closes our input."""
    settings = Settings(asked["store"], asked["ledger"], Path(asked["keys"]))
    kept = running(settings) if asked["background"] else _record_alone(settings)
    with children.profiled(asked["profile"]):
        async with kept as ledger, serving(ledger, Listening("127.0.0.1:0")) as server:
            children.say("ready", port=server.port)
            await asyncio.to_thread(sys.stdin.read)
    return {}


@asynccontextmanager
async def _record_alone(settings: Settings) -> AsyncIterator[Running]:
    """Run a ledger without read models and publisher, as where another process keeps them."""
    with prepared(settings) as parts:
        ledger = Running(parts)
        ledger.committer.start()
        try:
            yield ledger
        finally:
            await ledger.stop()


if __name__ == "__main__":
    # That it runs without TLS is known here.
    logging.basicConfig(level=logging.ERROR)
    children.run(lambda asked: asyncio.run(serve(asked)))

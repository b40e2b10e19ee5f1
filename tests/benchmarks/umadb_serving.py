"""Child process: UmaDB's server as its wheel brings it, with its own default settings.

Argument: `port` to listen on, `folder` of the database. Ends when its input ends.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import Any

import umadb

from tests.benchmarks import children

START_SECONDS = 30.0


def serve(asked: dict[str, Any]) -> None:
    """Run the server; it occupies the main thread, as UmaDB's own command does."""
    threading.Thread(target=_watch, args=(asked["port"],), daemon=True).start()
    umadb.run_server_from_args(
        ["umadb", "--listen", f"127.0.0.1:{asked['port']}", "--db-path", os.path.join(asked["folder"], "uma.db")]  # noqa: PTH118
    )


def _watch(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _answers(port) and time.monotonic() < deadline:
        time.sleep(0.05)
    children.say("ready", port=port)
    sys.stdin.read()
    # The server has no other end than a signal, which would be reported as a failure.
    os._exit(0)


def _answers(port: int) -> bool:
    try:
        umadb.Client(f"http://127.0.0.1:{port}").head()
    except umadb.TransportError:
        return False
    return True


if __name__ == "__main__":
    serve(children.argument())

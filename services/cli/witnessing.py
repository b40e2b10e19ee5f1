"""`liggare witness`."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from ledger.log.errors import MalformedKey
from services.addresses import AddressMalformed, AddressUnusable
from services.cli.exits import Exit, Failure
from services.cli.output import emit, say
from services.witness.app import Witness, make_app
from services.witness.keys import ML_DSA, witness_keys
from services.witness.logs import LogUnknown, known_logs
from services.witness.state import DATABASE, StateBroken, WitnessState


@dataclass(frozen=True, slots=True)
class Asked:
    """A witness to run: its name, its folders, the logs it knows and where it listens."""

    name: str
    state: Path
    keys: Path
    logs: tuple[str, ...]
    policies: tuple[Path, ...]
    address: str


def witness(asked: Asked, *, as_json: bool) -> Exit:
    """Witness until SIGTERM or SIGINT, then answer what was asked and end."""
    try:
        logs = known_logs(asked.logs, asked.policies)
        keys = witness_keys(asked.keys, asked.name)
        state = WitnessState(asked.state, asked.keys, keys)
        asyncio.run(
            _serve(asked, Witness(state, logs), sorted(logs), [key.verifier.format() for key in keys], as_json=as_json)
        )
    except (LogUnknown, AddressMalformed) as error:
        raise Failure(Exit.USAGE, str(error)) from error
    except MalformedKey as error:
        raise Failure(Exit.USAGE, f"--name {asked.name!r}: {error}; name a host and a path") from error
    except StateBroken as error:
        raise Failure(Exit.INTEGRITY, f"{error}; restore the newer one from its backup") from error
    except AddressUnusable as error:
        raise Failure(Exit.COULD_NOT_RUN, str(error)) from error
    except sqlite3.Error as error:
        sentence = f"{asked.state / DATABASE} cannot be used ({error}); check the disk, or restore it from its backup"
        raise Failure(Exit.COULD_NOT_RUN, sentence) from error
    return Exit.FINE


async def _serve(asked: Asked, witness: Witness, origins: list[str], keys: list[str], *, as_json: bool) -> None:
    from services.web.server import WebServer  # noqa: PLC0415  no other command needs it

    server = WebServer(make_app(witness), asked.address, "--address")
    await server.start()
    if as_json:
        emit({"witness": asked.name, "address": f"http://{server.at}", "logs": origins, "keys": keys})
    say(f"{asked.name} witnesses {', '.join(origins)} on http://{server.at}; stop with Ctrl-C.")
    say("For the log.policy of whoever asks it, with the address they know it by:")
    say(f"  witness w1 {keys[0]} http://{server.at}")
    say(f"and the same for its other key, in {asked.keys / f'{ML_DSA}.vkey'}.")
    ended = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, ended.set)
    await ended.wait()
    await server.close()

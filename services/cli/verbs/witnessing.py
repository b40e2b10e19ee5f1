"""The command `liggare witness`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def witness(
    context: typer.Context,
    name: Annotated[str, typer.Option(help="The witness's name, such as kommun-b.example/w1; it is in its keys.")],
    state: Annotated[Path, typer.Option(metavar="DIR", help="Folder of what it has cosigned, and of its keys.")],
    log: Annotated[
        list[str] | None,
        typer.Option(metavar="VKEY", help="A log to witness: its verifier key, or a file that holds it. Repeatable."),
    ] = None,
    policy: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="A policy whose `log` lines name logs. Repeatable.")
    ] = None,
    address: Annotated[str, typer.Option(help="host:port to listen on; port 0 takes any.")] = "127.0.0.1:8081",
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """Cosign the checkpoints of others' logs, as long as each only grows. --keys keeps the keys on another disk."""
    from services.cli import witnessing  # noqa: PLC0415

    keys = context.obj[2]
    asked = witnessing.Asked(name, state, Path(keys) if keys else state, tuple(log or ()), tuple(policy or ()), address)
    raise typer.Exit(int(witnessing.witness(asked, as_json=as_json)))

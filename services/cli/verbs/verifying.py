"""The command `liggare verify`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def verify(
    context: typer.Context,
    target: Annotated[
        str | None,
        typer.Argument(
            help="A bundle (folder or zip), an http(s) address, or a receipt; left out: the ledger of --store."
        ),
    ] = None,
    since: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="An older checkpoint, kept elsewhere; may be repeated.")
    ] = None,
    vkey: Annotated[
        list[str] | None, typer.Option(metavar="FILE|TEXT", help="The log's key from elsewhere; may be repeated.")
    ] = None,
    policy: Annotated[
        str | None, typer.Option(metavar="FILE", help="The witnesses you trust (C2SP tlog-policy).")
    ] = None,
    subset: Annotated[str | None, typer.Option(metavar="N/T", help="Only the N-th of T parts of the entries.")] = None,
    jobs: Annotated[int | None, typer.Option(min=1, max=64, help="Processes at a time (default: 1).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """Verify a record from its bytes: tree, signatures, growth, words, every read model, and the votes once more."""
    from services.cli import verifying  # noqa: PLC0415
    from services.settings import DEFAULT_STORE, Settings, settings  # noqa: PLC0415

    def known() -> Settings:
        return settings(*context.obj, default_store=DEFAULT_STORE)

    asked = verifying.Asked(since or (), vkey or (), policy, subset, jobs)
    raise typer.Exit(int(verifying.verify(known, target, asked, as_json=as_json)))

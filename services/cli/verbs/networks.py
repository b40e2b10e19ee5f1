"""The command `liggare compare`."""

from __future__ import annotations

from typing import Annotated

import typer


def compare(
    context: typer.Context,
    process: Annotated[str, typer.Argument(help="The process, by its id or its title.")],
    ledgers: Annotated[list[str], typer.Argument(metavar="LEDGER...", help="Origins, each perhaps ORIGIN=STORE.")],
    on: Annotated[str | None, typer.Option(metavar="DATE", help="Judged on this day (default: today).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """Compare one process, such as a network's, in several ledgers: sessions, inputs, coverage, commitments, indicators."""
    from services.cli import comparing  # noqa: PLC0415
    from services.settings import settings  # noqa: PLC0415

    ended = comparing.compare_ledgers(settings(*context.obj), process, ledgers, on, as_json=as_json)
    raise typer.Exit(int(ended))

"""The commands `liggare adopt-rules` and `liggare erase`."""

from __future__ import annotations

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Write JSON.")]


def adopt_rules(
    context: typer.Context,
    rules: Annotated[str, typer.Argument(help="Name of the set, such as sweden.")],
    as_json: AsJson = False,
) -> None:
    """Adopt a standard set of rules, with citations and validity. Run it again after an update: nothing is doubled."""
    from services.cli import adopting  # noqa: PLC0415
    from services.settings import settings  # noqa: PLC0415

    raise typer.Exit(int(adopting.adopt_rules(settings(*context.obj), rules, as_json=as_json)))


def erase(
    context: typer.Context,
    request: Annotated[str, typer.Argument(help="Id of a request for erasure that was granted, or granted in part.")],
    by_role: Annotated[
        str, typer.Option("--by-role", help="Role that carries it out; another one decided.")
    ] = "operator",
    confirmed: Annotated[bool, typer.Option("--yes", help="Do it: nothing brings the words back.")] = False,
    as_json: AsJson = False,
) -> None:
    """Destroy the keys of a decided erasure and record the receipt. Run it again after an interruption."""
    from services.cli import erasing  # noqa: PLC0415
    from services.settings import settings  # noqa: PLC0415

    ended = erasing.carry_out(settings(*context.obj), request, by_role, confirmed=confirmed, as_json=as_json)
    raise typer.Exit(int(ended))

"""The command `liggare rotate-key`."""

from __future__ import annotations

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Write JSON.")]


def rotate_key(
    context: typer.Context,
    finish: Annotated[
        bool, typer.Option("--finish", help="End it: the new keys alone sign, the old private halves are destroyed.")
    ] = False,
    compromised: Annotated[
        bool, typer.Option("--compromised", help="Somebody else may have the present keys: begin and finish at once.")
    ] = False,
    lost: Annotated[
        bool,
        typer.Option("--lost", help="A private half is gone: replace it, though nobody can vouch for the new one."),
    ] = False,
    confirmed: Annotated[bool, typer.Option("--yes", help="With --lost: do it, there is no backup.")] = False,
    as_json: AsJson = False,
) -> None:
    """Begin to sign with new keys beside the old, or finish it. Run it again after an interruption."""
    from services.cli import rotating  # noqa: PLC0415
    from services.cli.exits import Exit, Failure  # noqa: PLC0415
    from services.settings import settings  # noqa: PLC0415

    if finish + compromised + lost > 1:
        raise Failure(Exit.USAGE, "choose one of --finish, --compromised and --lost")
    asked = {"finish": finish, "compromised": compromised, "lost": lost}
    step = rotating.Step(next((name for name, chosen in asked.items() if chosen), "begin"))
    raise typer.Exit(int(rotating.rotate(settings(*context.obj), step, confirmed=confirmed, as_json=as_json)))

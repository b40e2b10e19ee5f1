"""The commands `liggare replay`, `liggare fsck` and `liggare repair`."""

from __future__ import annotations

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Write JSON.")]


def replay(
    context: typer.Context,
    kind: Annotated[
        str | None, typer.Argument(help="A kind as `show` takes it; left out, all read models are compared.")
    ] = None,
    id: Annotated[str | None, typer.Argument(help="Which one; left out, the list.")] = None,
    at: Annotated[int | None, typer.Option(min=0, help="As of this position: what was known.")] = None,
    asof: Annotated[
        str | None, typer.Option(metavar="DATE", help="As of the end of this day: what had happened.")
    ] = None,
    against: Annotated[
        str | None, typer.Option(metavar="N|DATE|now", help="Show what differs from this moment instead.")
    ] = None,
    named: Annotated[
        str | None, typer.Option("--from", metavar="BUNDLE", help="A bundle, folder or zip, instead of --store.")
    ] = None,
    vkey: Annotated[
        list[str] | None, typer.Option(metavar="FILE|TEXT", help="The log's key from elsewhere, with --from.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Rebuild any view from the record in scratch, as of any moment, or show what differs between two moments."""
    from services.cli import replaying  # noqa: PLC0415
    from services.settings import settings  # noqa: PLC0415

    question = replaying.Question(kind, id, at, asof, against, as_json)
    if named is not None:
        raise typer.Exit(int(replaying.replay_bundle(named, vkey or (), question)))
    if vkey:
        raise typer.BadParameter("it applies to --from alone; leave it out", param_hint="--vkey")
    raise typer.Exit(int(replaying.replay(settings(*context.obj), question)))


def fsck(context: typer.Context, as_json: AsJson = False) -> None:
    """Find everything that is damaged, tell which side is wrong, and say what mends it."""
    from services.cli import mending  # noqa: PLC0415
    from services.settings import settings  # noqa: PLC0415

    raise typer.Exit(int(mending.fsck(settings(*context.obj), as_json=as_json)))


def repair(
    context: typer.Context,
    named: Annotated[
        str | None,
        typer.Option("--from", metavar="BUNDLE|STORE", help="A copy: a bundle, or the address of a replica."),
    ] = None,
    dry: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    confirmed: Annotated[bool, typer.Option("--yes", help="Do it.")] = False,
    as_json: AsJson = False,
) -> None:
    """Mend what follows from what is left; put an entry back from a copy where its hash is the one that was signed."""
    from services.cli import mending  # noqa: PLC0415
    from services.settings import settings  # noqa: PLC0415

    ended = mending.repair(settings(*context.obj), named, dry=dry, confirmed=confirmed, as_json=as_json)
    raise typer.Exit(int(ended))

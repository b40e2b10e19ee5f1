"""The command `liggare export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def export(
    context: typer.Context,
    out: Annotated[Path, typer.Option("--out", metavar="DIR|FILE.zip", help="A new or empty folder, or a zip file.")],
    at: Annotated[
        int | None, typer.Option(min=1, metavar="SIZE", help="The size of an older checkpoint (default: the newest).")
    ] = None,
    no_parquet: Annotated[bool, typer.Option("--no-parquet", help="Leave the Parquet files out.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """Write the public record as files that anybody can verify. Run it again to go on, or to extend an older export."""
    from services.cli import exporting  # noqa: PLC0415
    from services.settings import settings  # noqa: PLC0415

    raise typer.Exit(
        int(exporting.run_export(settings(*context.obj), out, at, parquet=not no_parquet, as_json=as_json))
    )

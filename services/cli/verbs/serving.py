"""The commands `liggare serve` and `liggare demo`."""

from __future__ import annotations

from typing import Annotated

import typer

DEMO_STORE = "sqlite:///liggare-demo.db"
"""Where the demonstration goes unless a store is named: never into somebody's ledger by accident."""

ADDRESS = "127.0.0.1:50051"
WEB = "127.0.0.1:8080"

AsJson = Annotated[bool, typer.Option("--json", help="Write JSON.")]
Address = Annotated[str, typer.Option(help="Where to listen for gRPC; port 0 takes a free one.")]
Web = Annotated[
    str, typer.Option(metavar="ADDRESS", help="Where to serve pages and log over HTTP; port 0 takes a free one.")
]
Together = Annotated[
    bool,
    typer.Option("--single-process/--processes", help="Everything in one process, or each part in one of its own."),
]
NoWeb = Annotated[bool, typer.Option("--no-web", help="Leave HTTP out.")]


def serve(
    context: typer.Context,
    address: Address = ADDRESS,
    web: Web = WEB,
    no_web: NoWeb = False,
    admin: Annotated[str | None, typer.Option(help="Where to show channelz; keep it private.")] = None,
    parts: Annotated[
        str, typer.Option(help="What runs here: grpc, worker and web, or some of them; the others run elsewhere.")
    ] = "grpc,worker,web",
    together: Together = False,
    trusted: Annotated[
        list[str] | None,
        typer.Option("--trusted-proxy", metavar="ADDRESS", help="A proxy whose X-Forwarded-For is believed."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Serve the ledger over gRPC, and its pages and log over HTTP, until told to stop."""
    from services.cli import serving  # noqa: PLC0415
    from services.settings import settings  # noqa: PLC0415

    here = serving.parts_of(parts)
    faces = serving.Faces(address, None if no_web else web, admin, here, together, tuple(trusted or ()))
    raise typer.Exit(int(serving.serve(settings(*context.obj), faces, as_json=as_json)))


def demo(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Load, say what was loaded, and exit.")] = False,
    address: Address = ADDRESS,
    web: Web = WEB,
    no_web: NoWeb = False,
    illustrative: Annotated[
        bool, typer.Option("--with-illustrative", help="Also tell what no source tells, labelled as such.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Load the demonstration (four documents of Nacka 2015-2018, the votes of a real conversation) and serve it."""
    from services.cli import serving  # noqa: PLC0415
    from services.settings import settings  # noqa: PLC0415

    faces = None if once else serving.Faces(address, None if no_web else web)
    where = settings(*context.obj, default_store=DEMO_STORE)
    raise typer.Exit(int(serving.demo(where, faces, as_json=as_json, illustrative=illustrative)))

"""The entry point of `liggare`: its commands and options; the work is done in the modules they name.

Nothing heavy is imported here, so that help comes at once; each command imports what it needs.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

import typer

from services.cli.exits import Exit, Failure, PipeClosed, explained
from services.cli.kinds import SHOWN
from services.cli.verbs import (
    custody,
    exporting,
    imports,
    mending,
    networks,
    office,
    serving,
    surveys,
    verifying,
    witnessing,
)

if TYPE_CHECKING:
    from services.settings import Settings

SERVING = {"serve", "demo", "witness"}
"""Commands that go on; their log lines are for whoever runs them."""

GLOBAL_OPTIONS = ("--store", "--ledger", "--keys")
CONTEXT = {"help_option_names": ["-h", "--help"]}

app = typer.Typer(
    name="liggare",
    help="A participation ledger: record what was said and decided, prove it whole, show what became of it.",
    epilog="Exit codes: 0 fine, 1 could not run, 2 usage, 3 integrity failure, 4 fork, 5 view differs from replay, "
    "6 incomplete, 7 busy, 8 not found, 9 needs confirmation.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings=CONTEXT,
)
app.add_typer(imports.verbs, name="import")
app.add_typer(surveys.verbs, name="survey")

AsJson = Annotated[bool, typer.Option("--json", help="Write JSON.")]


# --- Where, which, with what keys -------------------------------------------------------------
@app.callback()
def options(
    context: typer.Context,
    store: Annotated[
        str | None,
        typer.Option(help="sqlite:///FILE or postgresql://… (LIGGARE_STORE; else sqlite:///liggare.db)."),
    ] = None,
    ledger: Annotated[
        str | None, typer.Option(help="The ledger's origin, such as nacka.se/inflytande (LIGGARE_LEDGER).")
    ] = None,
    keys: Annotated[
        str | None, typer.Option(help="Folder of the keys (LIGGARE_KEYS; else beside the SQLite file).")
    ] = None,
) -> None:
    """Take the options that every command shares; they may stand before or after its name."""
    from services.cli.output import quietly  # noqa: PLC0415

    context.obj = (store, ledger, keys)
    if context.invoked_subcommand not in SERVING:
        context.with_resource(quietly())


def _settings(context: typer.Context) -> Settings:
    from services.settings import settings  # noqa: PLC0415

    return settings(*context.obj)


def hoisted(arguments: Sequence[str]) -> list[str]:
    """Return the arguments with the options every command shares in front, wherever they stood."""
    front: list[str] = []
    rest: list[str] = []
    waiting = list(reversed(arguments))
    while waiting:
        argument = waiting.pop()
        if argument == "--":
            return [*front, *rest, argument, *reversed(waiting)]
        if argument.partition("=")[0] not in GLOBAL_OPTIONS:
            rest.append(argument)
            continue
        front.append(argument)
        if "=" not in argument and waiting:
            front.append(waiting.pop())
    return front + rest


# --- Writing ----------------------------------------------------------------------------------
@app.command()
def init(context: typer.Context, as_json: AsJson = False) -> None:
    """Make the ledger and its keys, or bring an older one up to date."""
    from services.cli import setting_up  # noqa: PLC0415

    _end(setting_up.init(_settings(context), as_json=as_json))


@app.command()
def do(
    context: typer.Context,
    command: Annotated[
        str | None, typer.Argument(help="CastVote or cast-vote; left out, every line of the file names its own.")
    ] = None,
    given: Annotated[
        str | None, typer.Option("--json", metavar="TEXT|@FILE|-", help="The command as JSON, or many as NDJSON.")
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="List all commands.")] = False,
    schema: Annotated[bool, typer.Option("--schema", help="Write the command's JSON schema.")] = False,
) -> None:
    """Carry out any command of the domain, one or a stream; a receipt or a refusal is written for each."""
    from services.cli import doing  # noqa: PLC0415

    if listed:
        _end(doing.list_commands())
    if schema:
        _end(doing.write_schema(command))
    _end(doing.do(_settings(context), command, given))


app.command("adopt-rules")(office.adopt_rules)
app.command()(office.erase)
app.command("rotate-key")(custody.rotate_key)


# --- Serving ----------------------------------------------------------------------------------
app.command()(serving.serve)
app.command()(serving.demo)
app.command()(witnessing.witness)


# --- Looking ----------------------------------------------------------------------------------
@app.command()
def show(
    context: typer.Context,
    kind: Annotated[
        str,
        typer.Argument(help=f"What to show; a plural does as well. One of: {', '.join(SHOWN)}."),
    ],
    id: Annotated[str | None, typer.Argument(help="Which one; left out, all are listed.")] = None,
    at: Annotated[int | None, typer.Option(min=0, help="As of this position: what was known.")] = None,
    asof: Annotated[
        str | None, typer.Option(metavar="DATE", help="As of the end of this day: what had happened.")
    ] = None,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Write CSV, where the answer is a table.")] = False,
    votes: Annotated[bool, typer.Option("--votes", help="A ballot's current votes.")] = False,
    totals: Annotated[bool, typer.Option("--totals", help="A ballot's totals by statement or option.")] = False,
    of: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PART:VALUE", help="Of what a measure is taken, such as process:dialog or since:2016-01-01."
        ),
    ] = None,
) -> None:
    """Show a read model, or list one kind. Public words are opened; private and hidden ones never."""
    from services.cli import showing  # noqa: PLC0415

    asked = showing.Asked(
        kind, id, at, asof, as_json=as_json, as_csv=as_csv, votes=votes, totals=totals, of=tuple(of or ())
    )
    _end(showing.show(_settings(context), asked))


app.command()(networks.compare)
app.command()(mending.replay)
app.command()(mending.fsck)
app.command()(mending.repair)


@app.command()
def search(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(help="Words that must all occur.")],
    at: Annotated[int, typer.Option(min=0, help="Only what was recorded up to this position.")] = 0,
    asof: Annotated[
        str | None, typer.Option(metavar="DATE", help="Only what had happened by the end of this day.")
    ] = None,
    kind: Annotated[str, typer.Option(help="Only about this kind of thing, such as input or decision.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many hits at most.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Find words in texts, titles and numbers; only what anyone may read now is found."""
    from services.cli import searching  # noqa: PLC0415

    _end(searching.search(_settings(context), " ".join(words), at, asof, kind, limit, as_json=as_json))


@app.command()
def log(
    context: typer.Context,
    type: Annotated[
        list[str] | None, typer.Option("--type", help="Only events of this type, such as vote-cast.")
    ] = None,
    after: Annotated[int, typer.Option(min=0, help="Start after this position.")] = 0,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what is recorded from now on.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write the record itself: one line per event, as it is stored."""
    from services.cli import looking  # noqa: PLC0415

    _end(looking.log(_settings(context), type or [], after, follow=follow, as_json=as_json))


@app.command()
def status(context: typer.Context, as_json: AsJson = False) -> None:
    """Say how far the record, its checkpoint and its read models have come."""
    from services.cli import looking  # noqa: PLC0415

    _end(looking.status(_settings(context), as_json=as_json))


# --- Proving and mending ----------------------------------------------------------------------
app.command()(verifying.verify)
app.command()(exporting.export)


@app.command()
def rebuild(
    context: typer.Context,
    check: Annotated[bool, typer.Option("--check", help="Only replay and compare; change nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Build the read models anew from the record, or check that they are what the record says."""
    from services.cli import proving  # noqa: PLC0415

    _end(proving.rebuild(_settings(context), check=check, as_json=as_json))


@app.command()
def doctor(context: typer.Context, as_json: AsJson = False) -> None:
    """Look for what could lose, leak or stop something, and say the remedy."""
    from services.cli import doctoring  # noqa: PLC0415

    _end(doctoring.doctor(_settings(context), as_json=as_json))


@cache
def commands() -> Any:
    """Return the tree of all commands, made once: it reads every signature, which takes longer than many a command."""
    return typer.main.get_command(app)


# --- The end ----------------------------------------------------------------------------------
def _end(code: Exit) -> None:
    raise typer.Exit(int(code))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command of the arguments, by default the process's own, and exit with its code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if None in (sys.stdin, sys.stdout, sys.stderr):
        from services.cli.output import occupy  # noqa: PLC0415

        occupy()
    try:
        commands().main(args=hoisted(given), prog_name="liggare")
    except PipeClosed:
        code = Exit.FINE
    except Exception as error:
        code = _failed(error)
    else:
        code = Exit.FINE
    sys.exit(int(code))


def _failed(error: Exception) -> Exit:
    failure = explained(error)
    if failure is None:
        what = f"{type(error).__name__}: {' '.join(str(error).split())}"
        failure = Failure(Exit.COULD_NOT_RUN, f"this should not happen, please report it: {what} ({_place(error)})")
    sys.stderr.write(f"liggare: {failure}\n")
    return failure.code


def _place(error: BaseException) -> str:
    """Return the innermost place of ours an error passed, for a report."""
    trace: Any = error.__traceback__
    place = "unknown place"
    while trace is not None:
        name = trace.tb_frame.f_globals.get("__name__", "")
        if name.partition(".")[0] in {"ledger", "projections", "services"}:
            place = f"{name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


if __name__ == "__main__":
    main()

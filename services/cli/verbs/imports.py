"""The verbs of `liggare import`, one for each system data come from. What they do stands in `importing`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from services.settings import Settings

verbs = typer.Typer(help="Bring in data of other systems.", no_args_is_help=True, rich_markup_mode=None)

AsJson = Annotated[bool, typer.Option("--json", help="Write JSON.")]


def _settings(context: typer.Context) -> Settings:
    from services.settings import DEFAULT_STORE, settings  # noqa: PLC0415

    return settings(*context.obj, default_store=DEFAULT_STORE)


@verbs.command("polis")
def import_polis(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Folder with votes.csv and comments.csv, each perhaps .gz.")],
    source: Annotated[str | None, typer.Option(help="The source's name (default: the folder's).")] = None,
    as_json: AsJson = False,
) -> None:
    """Import a Polis export. Run it again after an interruption, or with a newer export: nothing is doubled."""
    from services.cli.importing import polis  # noqa: PLC0415

    raise typer.Exit(int(polis.import_polis(_settings(context), folder, source, as_json=as_json)))


@verbs.command("petitions")
def import_petitions(
    context: typer.Context,
    path: Annotated[
        Path,
        typer.Argument(help="JSON file of petitions, CSV file signature-counts-ID.csv, or a folder with such files."),
    ],
    source: Annotated[str | None, typer.Option(help="The source's name (default: the folder's).")] = None,
    language: Annotated[str, typer.Option(help="Language of the petitions, such as en.")] = "und",
    response_signatures: Annotated[
        int | None, typer.Option(min=1, help="Signatures that lead to an answer, where you know it.")
    ] = None,
    debate_signatures: Annotated[
        int | None, typer.Option(min=1, help="Signatures that lead to a debate, where you know it.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Import petitions with their answers and debates, and counts of their signatures. Run it again: nothing is doubled."""
    from services.cli.importing import petitions  # noqa: PLC0415
    from services.imports.petition_items import Numbers  # noqa: PLC0415

    numbers = Numbers(response_signatures, debate_signatures)
    raise typer.Exit(
        int(petitions.import_petitions(_settings(context), path, source, language, numbers, as_json=as_json))
    )


@verbs.command("pabulib")
def import_pabulib(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A .pb file: META, PROJECTS and VOTES.")],
    source: Annotated[str | None, typer.Option(help="The source's name (default: the file's).")] = None,
    rule: Annotated[str | None, typer.Option(help="greedy or shares (default: as the file says).")] = None,
    completion: Annotated[str, typer.Option(help="utilitarian or add1, under shares.")] = "utilitarian",
    as_json: AsJson = False,
) -> None:
    """Import a participatory budget of Pabulib: priced options, votes, the close and the result."""
    from services.cli.importing import pabulib  # noqa: PLC0415

    raise typer.Exit(int(pabulib.import_pabulib(_settings(context), file, source, rule, completion, as_json=as_json)))


@verbs.command("survey")
def import_survey(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Folder with frame.csv, questionnaire.csv and answers.csv.")],
    as_json: AsJson = False,
) -> None:
    """Import a survey with its answers, and publish its card. Run it again after an interruption: nothing is doubled."""
    from services.cli import surveying  # noqa: PLC0415

    raise typer.Exit(int(surveying.import_survey(_settings(context), folder, as_json=as_json)))


@verbs.command("kolada")
def import_kolada(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="JSON of Kolada's version 2: data, perhaps with its indicators.")],
    municipality: Annotated[str | None, typer.Option(help="Whose values, where the file holds several.")] = None,
    as_json: AsJson = False,
) -> None:
    """Import values of indicators from Kolada. Run it again with a newer file: what differs is revised."""
    from services.cli.importing import kolada  # noqa: PLC0415

    raise typer.Exit(int(kolada.import_kolada(_settings(context), file, municipality, as_json=as_json)))


@verbs.command("decidim")
def import_decidim(
    context: typer.Context,
    paths: Annotated[
        list[Path], typer.Argument(help="Folders or files: …proposals…, …comments…, …meetings…, each .csv or .jsonl.")
    ],
    source: Annotated[str | None, typer.Option(help="The source's name (default: the folder's).")] = None,
    language: Annotated[
        str | None, typer.Option(help="Language to take where a table has several, such as ca.")
    ] = None,
    counted: Annotated[
        str | None, typer.Option(help="When supports were counted (UTC); default: the latest time in the files.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Import proposals, comments and meetings of a participation site. Run it again: nothing is doubled."""
    from services.cli.importing import decidim  # noqa: PLC0415

    raise typer.Exit(int(decidim.import_decidim(_settings(context), paths, source, language, counted, as_json=as_json)))

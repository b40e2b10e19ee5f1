"""The verbs of `liggare survey`: weigh, card, release and compare. What they do stands in `surveying`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from services.settings import Settings

verbs = typer.Typer(
    help="Weigh a survey, publish its card and its tables, and compare two surveys.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Survey = Annotated[str, typer.Argument(help="Id of the survey.")]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON.")]


def _settings(context: typer.Context) -> Settings:
    from services.settings import DEFAULT_STORE, settings  # noqa: PLC0415

    return settings(*context.obj, default_store=DEFAULT_STORE)


def _run(work: Coroutine[Any, Any, int]) -> int:
    import asyncio  # noqa: PLC0415  help, which loads this module, does without

    return asyncio.run(work)


@verbs.command("weigh")
def weigh(
    context: typer.Context,
    survey: Survey,
    folder: Annotated[
        Path, typer.Argument(help="Folder with margins.csv: variable,code,count (of the population),source.")
    ],
    trimming: Annotated[str | None, typer.Option(help="Largest weight in medians (default: 5).")] = None,
    as_json: AsJson = False,
) -> None:
    """Weigh the answers to what is known of the population, and record the margins. Then publish the card anew."""
    from services.cli import surveying  # noqa: PLC0415

    done = surveying.run_weigh(_settings(context), survey, folder, trimming, as_json=as_json)
    raise typer.Exit(int(_run(done)))


@verbs.command("card")
def card(
    context: typer.Context,
    survey: Survey,
    fieldwork: Annotated[str | None, typer.Option(help="When answers were taken, such as 2018-09/2018-11.")] = None,
    weights: Annotated[
        str | None, typer.Option(help="How answers were weighted, where the ledger does not say.")
    ] = None,
    limits: Annotated[str | None, typer.Option(help="What the figures cannot say.")] = None,
    raw_data: Annotated[str | None, typer.Option(help="kept, archived, destroyed or not_held.")] = None,
    no_series_breaks: Annotated[
        bool, typer.Option("--no-series-breaks", help="It is known that nothing broke the series.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Publish a survey's card. What neither you nor the ledger know is named on it as missing."""
    from services.cli import surveying  # noqa: PLC0415
    from services.surveys.releasing import Stated  # noqa: PLC0415

    stated = Stated(fieldwork, weights, no_series_breaks, (), limits, raw_data)
    raise typer.Exit(int(_run(surveying.run_card(_settings(context), survey, stated, as_json=as_json))))


@verbs.command("release")
def release(
    context: typer.Context,
    survey: Survey,
    name: Annotated[str, typer.Option(help="Id of the release.")] = "release-1",
    by: Annotated[
        str | None, typer.Option(metavar="A,B", help="Background variables to group by (default: all there are).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Open the answers, compute all tables, hide what would show few persons, and publish the rest."""
    from services.cli import surveying  # noqa: PLC0415

    done = surveying.run_release(_settings(context), survey, name, by, as_json=as_json)
    raise typer.Exit(int(_run(done)))


@verbs.command("compare")
def compare(
    context: typer.Context,
    survey: Annotated[str, typer.Argument(help="Id of the later survey.")],
    earlier: Annotated[str, typer.Argument(help="Id of the earlier one; left out, the halves of a split ballot.")] = "",
    question: Annotated[str, typer.Option(help="Id of the question in the later survey.")] = "",
    index: Annotated[str, typer.Option(help="Code of the index, such as overall.")] = "",
    answer: Annotated[str, typer.Option(help="Code of the answer whose share is compared.")] = "",
    at: Annotated[int | None, typer.Option(min=0, help="As of this position: what was known.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say whether a figure changed: really, by chance, or not comparable and why."""
    from services.cli import surveying  # noqa: PLC0415

    asked = surveying.Compared(survey, earlier, question, index, answer)
    raise typer.Exit(int(surveying.compare(_settings(context), asked, at, as_json=as_json)))

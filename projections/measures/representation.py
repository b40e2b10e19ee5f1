"""Representativeness: who took part, against who there are, wherever the ledger holds both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, NamedTuple

from ledger.ballots.events import BallotOpened, VoteCast, VotesInvalidated, VoteWithdrawn
from ledger.processes import SessionHeld
from ledger.surveys.events import ResultsPublished, WeightsComputed
from projections.ballots import BALLOTS, VOTERS, VOTES
from projections.measures.concentration import ON_STATEMENTS, gini
from projections.measures.measure import (
    FEW,
    LEAST,
    NOT_ON_RECORD,
    NOTHING,
    Breakdown,
    Figure,
    Measure,
    Result,
    Stratum,
    count_of,
    missing,
    text,
)
from projections.measures.population import READ, Asked
from projections.measures.suppression import persons
from projections.processes import HEARD, PROCESSES
from projections.surveys import SURVEY_RELEASES, SURVEYS
from projections.views.answer import Answer, events, states
from projections.views.ballots import ballot as shown_ballot
from projections.views.groups import NOT_PUBLISHED, evidenced

REPRESENTATIVENESS = Measure(
    "representativeness",
    1,
    "How large a part of each group took part, wherever the ledger holds both who took part and how many there are. "
    "Of ballots: current voters of all who may vote. Of surveys: of each background variable with known margins, "
    "answers by group of the latest release against the population's margin; gini is over the groups' rates (0: all "
    "the same), min_max_ratio the lowest rate by the highest (1: all the same). Of sessions: attendances by group; "
    "how many there are of a group is not on record. A group of fewer than 20 is hidden, and as many others as it "
    "takes to keep it so. Area, age and group of those who write are sealed, so participation by area is not on "
    "record. Those who are missing from every figure here are those nobody counted.",
    "Hur stor del av varje grupp som deltog, där liggaren vet både vilka som deltog och hur många de är. "
    "Omröstningar: gällande röstande av alla som får rösta. Enkäter: för varje bakgrundsvariabel med känd "
    "fördelning, svar per grupp i den senaste redovisningen mot befolkningen. gini räknas över gruppernas andelar "
    "(0: alla lika), min_max_ratio är den lägsta andelen delad med den högsta (1: alla lika). Träffar: närvarande "
    "per grupp; hur många gruppen är finns inte registrerat. En grupp på färre än 20 döljs, och så många andra som "
    "krävs för att den inte ska gå att räkna ut. Område, ålder och grupp för dem som skriver är förseglade, så "
    "deltagande per område finns inte registrerat. De som saknas i alla siffror här är de som ingen har räknat.",
    (*READ, HEARD, BALLOTS, VOTES, VOTERS, SURVEYS, SURVEY_RELEASES),
    parts=frozenset({"body", "matter", "process"}),
)

POPULATION = "population_of_groups"
MOVES = (BallotOpened, VoteCast, VoteWithdrawn, VotesInvalidated)


class Group(NamedTuple):
    """How many of a group took part, and how many there are; None where either is suppressed or unknown."""

    took_part: int | None
    there_are: int


def representativeness(asked: Asked) -> Result:
    """Return turnout by ballot, the rates of groups by survey and variable, and attendances by group."""
    ballots, surveys = _ballots(asked), _surveys(asked)
    strata = [Breakdown("ballot", "public", ballots), *surveys, *_sessions(asked)]
    return Result(
        [missing("participation_by_area")],
        strata=[each for each in strata if each.cells],
        not_on_record=[*NOT_PUBLISHED, POPULATION],
    )


# --- Ballots ----------------------------------------------------------------------------------
def _ballots(asked: Asked) -> list[Stratum]:
    found = []
    for row in states(asked.rows, BALLOTS.name):
        size = row.state["electorate_size"]
        if size and asked.is_within_process(row.state["process"]):
            found.append(Stratum(row.key, [_turnout(asked, row.key, row.state["rule"], size)]))
    return found


def _turnout(asked: Asked, ballot: str, rule: str, size: int) -> Figure:
    """Return the turnout: those with a vote that stands, else, where each has many votes, all who ever voted."""
    shown = shown_ballot(asked.rows, ballot)
    assert shown is not None
    voted = shown["voters" if rule == ON_STATEMENTS else "current_votes"]["value"]
    return count_of("turnout", voted, size, [events(MOVES, f"ballot:{ballot}")])


# --- Surveys ----------------------------------------------------------------------------------
def _surveys(asked: Asked) -> list[Breakdown]:
    found = []
    for row in states(asked.rows, SURVEYS.name):
        if asked.scope.place in {None, ("body", row.state["commissioner"])} and row.state["weights"] is not None:
            releases = [each.state for each in states(asked.rows, SURVEY_RELEASES.name, f"{row.key}|")]
            standing = [each for each in releases if each["retracted"] is None]
            latest = max(standing, key=lambda each: each["recorded"]["position"], default=None)
            queries = [events((WeightsComputed, ResultsPublished), f"survey:{row.key}")]
            found += [_variable(row.key, margin, latest, queries) for margin in row.state["weights"]["margins"]]
    return found


def _variable(
    survey: str, margin: dict[str, Any], release: dict[str, Any] | None, queries: Sequence[Answer]
) -> Breakdown:
    there_are = {each["code"]: each["count"] for each in margin["cells"]}
    answered = _answered(release, margin["variable"])
    groups = {code: Group(answered.get(code), size) for code, size in there_are.items()}
    shown = persons({code: each.took_part for code, each in groups.items() if each.took_part is not None})
    cells = [Stratum(code, [_rate(each, shown.get(code), queries)]) for code, each in groups.items()]
    whole = Stratum("", evenness(groups, queries))
    return Breakdown(f"{survey}/{margin['variable']}", "public", [whole, *cells])


def _answered(release: dict[str, Any] | None, variable: str) -> dict[str, int | None]:
    """Return how many of each group answered, by the table of a variable that most answered; None where suppressed."""
    tables = [] if release is None else [each for each in release["tables"] if each["by"] == variable]
    counted = [_of_table(each) for each in tables]
    return max(counted, key=lambda found: sum(number or 0 for number in found.values()), default={})


def _of_table(table: dict[str, Any]) -> dict[str, int | None]:
    found: dict[str, int | None] = {}
    for cell in table["cells"]:
        if cell["group"] is not None:
            number = None if cell["suppressed"] else cell["denominator"] or cell["n"]
            found[cell["group"]] = number if found.get(cell["group"], number) == number else None
    return found


def _rate(group: Group, shown: int | None, queries: Sequence[Answer]) -> Figure:
    """Return the rate of a group; `shown` is how many of it took part, None where that is hidden or unknown."""
    if group.took_part is None:
        return replace(missing("participation"), denominator=group.there_are)
    if shown is None:
        return Figure("participation", None, denominator=group.there_are, hidden=FEW, events=queries)
    return count_of("participation", shown, group.there_are, queries)


def evenness(groups: Mapping[str, Group], queries: Sequence[Answer]) -> list[Figure]:
    """Return Gini over the rates of groups, each group once, and the lowest rate by the highest."""
    bare = [Figure(name, None, unit="coefficient", events=queries) for name in ("gini", "min_max_ratio")]
    known = [each for each in groups.values() if each.took_part is not None and each.there_are]
    if not 1 < len(known) == len(groups):
        return [replace(each, hidden=NOT_ON_RECORD if known else NOTHING) for each in bare]
    if any((each.took_part or 0) < LEAST for each in known):
        return [replace(each, hidden=FEW) for each in bare]
    rates = sorted(Fraction(each.took_part or 0, each.there_are) for each in known)
    n = sum(each.took_part or 0 for each in known)
    values = (gini(rates), rates[0] / rates[-1])
    return [replace(each, n=n, value=text(value)) for each, value in zip(bare, values, strict=True)]


# --- Sessions ---------------------------------------------------------------------------------
def _sessions(asked: Asked) -> list[Breakdown]:
    """Return attendances by group over the sessions of the scope, small ones and what would tell them hidden."""
    counts: dict[str, int] = {}
    for row in states(asked.rows, PROCESSES.name):
        if asked.is_within_process(row.key):
            for group, each in evidenced(asked.rows, f"process:{row.key}").items():
                counts[group] = counts.get(group, 0) + each["attendances"]
    if not counts:
        return []
    queries = asked.at_places(SessionHeld)
    cells = [Stratum(group, [_attendance(number, queries)]) for group, number in sorted(persons(counts).items())]
    return [Breakdown("group", "public", cells)]


def _attendance(number: int | None, queries: Sequence[Answer]) -> Figure:
    hidden = FEW if number is None else ""
    value = None if number is None else str(number)
    return Figure("attendances", number, value, number, unit="count", hidden=hidden, events=queries)

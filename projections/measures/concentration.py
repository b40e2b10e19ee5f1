"""Concentration: whether many took part a little or a few took part much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from ledger.ballots.events import VoteCast
from ledger.inputs.events import InputReceived, SupportGiven
from projections.ballots import BALLOTS, VOTES
from projections.inputs import SUPPORTS
from projections.measures.measure import FEW, LEAST, NOTHING, Breakdown, Figure, Measure, Result, Stratum, text
from projections.measures.population import READ, Asked
from projections.petitions import AUTHORS
from projections.views.answer import Answer, events, states

CONCENTRATION = Measure(
    "concentration",
    1,
    "How evenly taking part is spread among those who did: of votes cast by participant in each ballot on "
    "statements, of inputs by author, and of support given by supporter. Gini is 0 where everybody did as much, and "
    "near 1 where one did all. The top decile is the share of the tenth that did most, rounded up to whole "
    "participants; the largest is the share of the one who did most. Participants are pseudonyms, for one ballot, "
    "matter or process each, so one person may be several. Inputs that name no author, as of a meeting, are left out "
    "and told among the parts. Hidden for fewer than 20 participants. Officials are left out of inputs. Everybody is "
    "counted, so there is no interval. Those who never took part are not among them: see representativeness.",
    "Hur jämnt deltagandet är fördelat bland dem som deltog: röster per deltagare i varje omröstning om påståenden, "
    "synpunkter per avsändare och stöd per person. Gini är 0 när alla gjort lika mycket och nära 1 när en gjort "
    "allt. Den översta tiondelen är andelen för den tiondel som gjort mest, avrundad uppåt till hela deltagare. "
    "Störst är andelen för den som gjort mest. Deltagarna är pseudonymer, en för varje omröstning, ärende eller "
    "process, så samma person kan vara flera. Det som saknar avsändare, till exempel från ett möte, räknas inte med "
    "utan redovisas för sig. Döljs för färre än 20 deltagare. Tjänstemän räknas inte bland synpunkterna. Alla "
    "räknas, så det finns inget osäkerhetsintervall. De som aldrig deltog finns inte med: se representativitet.",
    (*READ, AUTHORS, SUPPORTS, BALLOTS, VOTES),
    "coefficient",
    frozenset({"body", "matter", "process", "decision", "kind"}),
)

ON_STATEMENTS = "agree_disagree_pass"


def concentration(asked: Asked) -> Result:
    """Return Gini, top decile and largest share of inputs by author and support by supporter; of votes by ballot."""
    counted = {each.input for each in asked.received if not each.is_official}
    inputs, nobodys = _per_author(asked, counted)
    figures = [
        *spread("inputs", inputs.values(), asked.at_places(InputReceived)),
        *spread("support", _per_supporter(asked, counted).values(), asked.at_inputs(SupportGiven)),
    ]
    cells = [
        Stratum(ballot, spread("votes", votes.values(), [events((VoteCast,), f"ballot:{ballot}")]))
        for ballot, votes in _per_voter(asked)
    ]
    told = {"author_told": sum(inputs.values()), "author_not_told": nobodys}
    return Result(figures, told, [Breakdown("ballot", "public", cells)])


def _per_author(asked: Asked, counted: set[str]) -> tuple[Counter[str], int]:
    """Return how many inputs each author wrote, and how many inputs name no author: their own id stands in for one."""
    pairs = [row.key.split("|") for row in states(asked.rows, AUTHORS.name)]
    named = Counter(author for author, source in pairs if source in counted and author != source)
    return named, sum(author == source in counted for author, source in pairs)


def _per_supporter(asked: Asked, counted: set[str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for row in states(asked.rows, SUPPORTS.name):
        source, _, supporter = row.key.partition("|")
        if source in counted:
            found[supporter] += row.state["given"]
    return found


def _per_voter(asked: Asked) -> Iterable[tuple[str, Counter[str]]]:
    """Yield the ballots on statements of the scope, each with how many votes every participant cast."""
    if asked.scope.decision or asked.scope.kind:
        return
    for row in states(asked.rows, BALLOTS.name):
        if row.state["rule"] == ON_STATEMENTS and asked.is_within_process(row.state["process"]):
            found: Counter[str] = Counter()
            for vote in states(asked.rows, VOTES.name, f"{row.key}|"):
                found[vote.key.split("|")[1]] += sum(vote.state["cast"].values())
            yield row.key, found


# --- How evenly -------------------------------------------------------------------------------
def spread(of: str, numbers: Iterable[int], queries: Sequence[Answer]) -> list[Figure]:
    """Return Gini, the share of the top decile and the largest share of what each participant did."""
    ranked = sorted(numbers)
    n, total = len(ranked), sum(ranked)
    decile = -(-n // 10)
    bare = [
        Figure(f"gini_{of}", n, unit="coefficient", events=queries),
        Figure(f"top_decile_{of}", n, denominator=total, events=queries),
        Figure(f"largest_{of}", n, denominator=total, events=queries),
    ]
    if n < LEAST or not total:
        return [replace(each, hidden=FEW if n and total else NOTHING) for each in bare]
    tops = [sum(ranked[-decile:]), ranked[-1]]
    shares = [
        replace(each, numerator=top, value=text(Fraction(top, total))) for each, top in zip(bare[1:], tops, strict=True)
    ]
    return [replace(bare[0], value=text(gini(ranked))), *shares]


def gini(ranked: Sequence[int | Fraction]) -> Fraction:
    """Return the Gini coefficient of numbers in ascending order, G = Σ (2i - n - 1) x_i / (n Σ x), i from 1.

    Source: C. Gini, Variabilità e mutabilità (1912); without the correction n / (n - 1). Raises ZeroDivisionError where
    the numbers add up to nothing.
    """
    n = len(ranked)
    weighted = sum(((2 * place - n - 1) * Fraction(number) for place, number in enumerate(ranked, 1)), Fraction(0))
    return weighted / sum((Fraction(number) for number in ranked), Fraction(0)) / n

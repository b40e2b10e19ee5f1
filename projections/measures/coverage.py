"""Coverage: how many inputs have an account of what became of them. The first number of every page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ledger.dispositions.events import DispositionRecorded, DispositionRevised
from ledger.inputs.events import InputReceived, SupportGiven, SupportWithdrawn
from projections.inputs import SUPPORTS
from projections.measures.measure import Breakdown, Figure, Measure, Result, Stratum, count_of
from projections.measures.population import READ, Asked, Voice, by
from projections.petitions import SIGNATURES
from projections.views.answer import Answer

COVERAGE = Measure(
    "coverage",
    1,
    "Of the inputs of residents and organisations in scope, how many have a final disposition. Those merged into "
    "another input are left out, for they share its disposition; the pending ones stay in the denominator. An input "
    "that its author withdrew or a moderator rejected counts as accounted for by that record. A comment on another "
    "input counts only where a decision answers for it. Of a decision, in scope are the inputs it answers for; of "
    "anything else, all that were received in it, also those that no decision answers for yet, each with the "
    "disposition that was stated last. Periods are those in which inputs were received. Inputs of officials are "
    "counted apart. Everybody is counted, so there is no interval and no least number. coverage_by_support counts "
    "each input as often as somebody supports it now: distinct supporters of one input, who may support others too, "
    "or the last count told where signatures are kept elsewhere.",
    "Av de synpunkter och förslag som boende och organisationer har lämnat: hur många som har fått ett slutligt "
    "besked. De som lagts ihop med en annan räknas inte för sig, eftersom de delar dess besked. De som väntar på "
    "besked finns kvar i nämnaren. Det som avsändaren dragit tillbaka eller en moderator avvisat räknas som besvarat "
    "genom det. En kommentar till ett annat förslag räknas bara om ett beslut ska svara på den. För ett beslut "
    "räknas det som beslutet ska svara på. För allt annat räknas allt som kommit in, även det som inget beslut "
    "svarar på än, med det senaste beskedet. Perioden är den då synpunkterna kom in. Tjänstemäns förslag räknas för "
    "sig. Alla räknas, så det finns inget osäkerhetsintervall och inget minsta antal. coverage_by_support räknar "
    "varje förslag så många gånger som någon stöder det nu: olika personer för ett förslag, men en person kan stödja "
    "flera. Där underskrifter samlas någon annanstans gäller det senast uppgivna antalet.",
    (*READ, SUPPORTS, SIGNATURES),
)

ACCOUNT = (DispositionRecorded, DispositionRevised)


def coverage(asked: Asked) -> Result:
    """Return the coverage of residents and organisations, the same by supporters, and that of officials."""
    queries = [*asked.at_places(InputReceived), *asked.of_decisions(*ACCOUNT)]
    figures = [
        _figure("coverage", asked.public, queries),
        _by_support(asked, queries),
        _figure("coverage_official", asked.official, queries),
    ]
    strata = [_breakdown(asked, name, queries) for name in ("author_kind", "kind", "channel", "process", "matter")]
    return Result(figures, strata=strata)


def _figure(name: str, voices: Sequence[Voice], queries: Iterable[Answer]) -> Figure:
    return count_of(name, sum(each.is_answered_for for each in voices), len(voices), queries)


def _breakdown(asked: Asked, attribute: str, queries: Sequence[Answer]) -> Breakdown:
    cells = [
        Stratum(key, [_figure("coverage", voices, queries)]) for key, voices in by(asked.public, attribute).items()
    ]
    return Breakdown(attribute, "public", cells)


def _by_support(asked: Asked, queries: Iterable[Answer]) -> Figure:
    counts = [(asked.support.get(each.input, 0), each.is_answered_for) for each in asked.public]
    covered = sum(number for number, is_answered in counts if is_answered)
    support = asked.at_inputs(SupportGiven, SupportWithdrawn)
    return count_of("coverage_by_support", covered, sum(number for number, _ in counts), [*queries, *support])

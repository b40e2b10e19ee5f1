"""Adoption: what became of inputs, whole and by who spoke, where and about what. Never the headline of a page."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.dispositions.events import DispositionRecorded, DispositionRevised
from ledger.inputs.events import InputReceived
from projections.inputs import SUPPORTS
from projections.measures.breakdown import Attribute, Shares, broken_down
from projections.measures.measure import Breakdown, Measure, Result, Stratum
from projections.measures.population import READ, Asked, Voice
from projections.petitions import SIGNATURES

ADOPTION = Measure(
    "adoption",
    1,
    "What bodies state became of the inputs of residents and organisations: how many met each disposition, pending "
    "included. Adoption is the share that was adopted, wholly or in part, of all but those out of scope; pending "
    "inputs stay in the denominator. Beside it stands the share that was already planned before the input came, "
    "which is no adoption. Inputs merged into another one are left out, so are those by a channel of the kind exit, "
    "and comments on other inputs that no decision answers for. Inputs of officials are counted apart. Interval: "
    "Wilson, 95 %. A share of fewer than 20 is hidden, and so are the shares from which it could be worked out. The "
    "share is no mark: a well-reasoned no is a good outcome. That a body states a change is no proof that the input "
    "caused it. By support: inputs in fourths by how many support them now, or as many as was told last where "
    "signatures are kept elsewhere; those of equal support lie in the same fourth. By source: who spoke, and through "
    "which channel. District and theme are those the input is about, as whoever took it in sorted it; they say "
    "nothing of the author, whose area is sealed.",
    "Vad kommunen uppger hände med det som boende och organisationer lämnat: hur många som fick varje sorts besked, "
    "även de som väntar. Andelen är de som antogs helt eller delvis, av alla utom dem som låg utanför frågan. De som "
    "väntar finns kvar i nämnaren. Bredvid visas andelen som redan var planerad innan förslaget kom; det räknas inte "
    "som antaget. Det som lagts ihop med ett annat räknas inte för sig, och inte heller val av annan utförare eller "
    "kommentarer till andras förslag som inget beslut svarar på. Tjänstemäns förslag räknas för sig. Intervall: "
    "Wilson, 95 %. En andel av färre än 20 döljs, och även de andelar som skulle röja den. Andelen är inget betyg: "
    "ett väl motiverat nej är ett bra svar. Att kommunen uppger en ändring bevisar inte att förslaget orsakade den. "
    "Efter stöd: förslagen i fjärdedelar efter hur många som stöder dem nu, eller det senast uppgivna antalet "
    "underskrifter där de samlas någon annanstans; lika stöd hamnar i samma fjärdedel. Efter källa: vem som lämnade "
    "det och genom vilken kanal. Stadsdel och ämne är vad förslaget handlar om, så som mottagaren sorterade det, och "
    "säger inget om avsändaren.",
    (*READ, SUPPORTS, SIGNATURES),
)

COUNTED = {"adoption": frozenset({"adopted", "adopted_partly"}), "already_planned": frozenset({"already_planned"})}
ADOPTED = COUNTED["adoption"]
ACCOUNT = (DispositionRecorded, DispositionRevised)


def adoption(asked: Asked) -> Result:
    """Return the profile of dispositions, the shares adopted and already planned, and both by every attribute."""
    public, strata = told(asked, "public")
    official, apart = told(asked, "official")
    return Result([*public.figures, *official.figures], public.parts or {}, [*strata, *apart])


def told(asked: Asked, of: str) -> tuple[Stratum, list[Breakdown]]:
    """Return all that is told of the adoption of residents' and organisations' inputs (`public`) or of `official` ones."""
    voices = judged(asked, asked.public if of == "public" else asked.official)
    queries = [*asked.at_places(InputReceived), *asked.of_decisions(*ACCOUNT)]
    return broken_down(of, voices, attributes(asked, voices), Shares(COUNTED, queries))


def judged(asked: Asked, voices: Sequence[Voice]) -> list[Voice]:
    """Return the inputs that said something, those by a channel of the kind exit left out."""
    return [each for each in voices if each.channel not in asked.exits]


def attributes(asked: Asked, voices: Sequence[Voice]) -> dict[str, Attribute]:
    """Return by what inputs are broken down, each with the function that gives an input's code."""
    names = ("author_kind", "kind", "channel", "process", "matter", "district", "theme")
    plain = {name: _member(name) for name in names}
    return plain | {"source": lambda voice: f"{voice.author_kind}/{voice.channel}", "support": fourths(asked, voices)}


def _member(name: str) -> Attribute:
    return lambda voice: getattr(voice, name) or ""


# --- Support ------------------------------------------------------------------------------------
def fourths(asked: Asked, voices: Sequence[Voice]) -> Attribute:
    """Return what gives the fourth an input lies in by its support, as `1 0-3`; equal support lies in the same fourth."""
    numbers = {each.input: asked.support.get(each.input, 0) for each in voices}
    ranked = sorted(numbers.values())
    first = {number: place for place, number in reversed(list(enumerate(ranked)))}
    fourth = {number: 1 + 4 * place // len(ranked) for number, place in first.items()}
    ends: dict[int, list[int]] = {}
    for number in ranked:
        ends.setdefault(fourth[number], []).append(number)
    names = {place: f"{place} {held[0]}-{held[-1]}" for place, held in ends.items()}
    return lambda voice: names[fourth[numbers[voice.input]]]

"""Adoption: what became of inputs, whole and by who spoke, where and about what. Never the headline of a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ledger.dispositions.events import DispositionRecorded, DispositionRevised
from ledger.inputs.events import InputReceived
from projections.measures.measure import PROTECTS, Breakdown, Figure, Measure, Result, Stratum, share_of
from projections.measures.population import READ, Asked, Voice, by
from projections.measures.suppression import Cell, Counts, concealed
from projections.views.answer import Answer

ADOPTION = Measure(
    "adoption",
    1,
    "What bodies state became of the inputs of residents and organisations: how many met each disposition, pending "
    "included. Adoption is the share that was adopted, wholly or in part, of all but those out of scope; pending inputs "
    "stay in the denominator. Beside it stands the share that was already planned before the input came, which is no "
    "adoption. Inputs merged into another one are left out, and so are those by a channel of the kind exit. Inputs of "
    "officials are counted apart. Interval: Wilson, 95 %. A share of fewer than 20 is hidden, and so are the shares from "
    "which it could be worked out. The share is no mark: a well-reasoned no is a good outcome. That a body states a "
    "change is no proof that the input caused it.",
    "Vad kommunen uppger hände med det som boende och organisationer lämnat: hur många som fick varje sorts besked, även "
    "de som väntar. Andelen är de som antogs helt eller delvis, av alla utom dem som låg utanför frågan. De som väntar "
    "finns kvar i nämnaren. Bredvid visas andelen som redan var planerad innan förslaget kom; det räknas inte som "
    "antaget. Det som lagts ihop med ett annat räknas inte för sig, och inte heller val av annan utförare. Tjänstemäns "
    "förslag räknas för sig. Intervall: Wilson, 95 %. En andel av färre än 20 döljs, och även de andelar som skulle röja "
    "den. Andelen är inget betyg: ett väl motiverat nej är ett bra svar. Att kommunen uppger en ändring bevisar inte att "
    "förslaget orsakade den.",
    READ,
)

ADOPTED = frozenset({"adopted", "adopted_partly"})
PLANNED = frozenset({"already_planned"})
ATTRIBUTES = ("author_kind", "kind", "channel", "process", "matter")
ACCOUNT = (DispositionRecorded, DispositionRevised)


def adoption(asked: Asked) -> Result:
    """Return the profile of dispositions, the shares adopted and already planned, and both by five attributes."""
    queries = [*asked.at_places(InputReceived), *asked.of_decisions(*ACCOUNT)]
    public, official = _judged(asked, asked.public), _judged(asked, asked.official)
    whole, strata = _profiled("public", "", public, queries)
    apart, official_strata = _profiled("official", "_official", official, queries)
    return Result([*whole.figures, *apart.figures], whole.parts or {}, [*strata, *official_strata])


def _judged(asked: Asked, voices: Sequence[Voice]) -> list[Voice]:
    return [each for each in voices if each.channel not in asked.exits]


def profile(voices: Sequence[Voice]) -> dict[str, int]:
    """Return how many met each disposition, in the order of the codes."""
    return dict(sorted(Counter(each.code for each in voices).items()))


def _shares(suffix: str, voices: Sequence[Voice], queries: Sequence[Answer]) -> list[Figure]:
    """Return the shares adopted and already planned of the inputs that lay within the question."""
    inside = within(voices)
    return [
        share_of(f"{name}{suffix}", sum(each.code in codes for each in inside), len(inside), queries)
        for name, codes in (("adoption", ADOPTED), ("already_planned", PLANNED))
    ]


def within(voices: Sequence[Voice]) -> list[Voice]:
    """Return the inputs that no disposition put out of scope."""
    return [each for each in voices if each.code != "out_of_scope"]


# --- By who, where and what ---------------------------------------------------------------------
def _profiled(
    of: str, suffix: str, voices: Sequence[Voice], queries: Sequence[Answer]
) -> tuple[Stratum, list[Breakdown]]:
    """Return the whole, and its parts by every attribute that tells inputs apart, with all hidden that must be."""
    told = [name for name in ATTRIBUTES if len(by(voices, name)) > 1]
    hidden = {(cell.by, cell.key) for cell in _hidden(within(voices), told)}

    def stratum(name: str, key: str, of_cell: Sequence[Voice], suffix: str = "") -> Stratum:
        figures = _shares(suffix, of_cell, queries)
        if (name, key) not in hidden:
            return Stratum(key, figures, profile(of_cell))
        return Stratum(key, [each if each.hidden else each.concealed(PROTECTS) for each in figures])

    strata = [
        Breakdown(name, of, [stratum(name, key, each) for key, each in by(voices, name).items()]) for name in told
    ]
    return stratum("", "", voices, suffix), strata


def _hidden(voices: Sequence[Voice], attributes: Sequence[str]) -> set[Cell]:
    places: dict[tuple[str, ...], int] = {}
    cells: dict[tuple[str, str], set[int]] = {}
    sizes: list[int] = []
    met: list[int] = []
    for voice in voices:
        codes = tuple(getattr(voice, name) or "" for name in attributes)
        atom = places.setdefault(codes, len(places))
        if atom == len(sizes):
            sizes.append(0)
            met.append(0)
        sizes[atom] += 1
        met[atom] += voice.code in ADOPTED
        for cell in (("", ""), *zip(attributes, codes, strict=True)):
            cells.setdefault(cell, set()).add(atom)
    return concealed((Cell(*name, frozenset(atoms)) for name, atoms in cells.items()), Counts(sizes, met))

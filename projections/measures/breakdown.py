"""Shares of inputs, whole and by several attributes at once, with every cell hidden that must be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from projections.measures.measure import PROTECTS, Breakdown, Figure, Stratum, share_of
from projections.measures.population import Voice
from projections.measures.suppression import Cell, Counts, concealed
from projections.views.answer import Answer

Attribute = Callable[[Voice], str]
"""Gives the code of an input in one breakdown; empty where it has none."""


class Shares(NamedTuple):
    """Which shares are told of every cell: names with their codes; the first is the one that is kept from being worked out."""

    counted: Mapping[str, frozenset[str]]
    queries: Sequence[Answer]

    def of(self, voices: Sequence[Voice], suffix: str = "") -> list[Figure]:
        """Return the shares of some inputs, those out of scope left out."""
        inside = within(voices)
        return [
            share_of(f"{name}{suffix}", sum(each.code in codes for each in inside), len(inside), self.queries)
            for name, codes in self.counted.items()
        ]


def within(voices: Sequence[Voice]) -> list[Voice]:
    """Return the inputs that no disposition put out of scope."""
    return [each for each in voices if each.code != "out_of_scope"]


def profile(voices: Sequence[Voice]) -> dict[str, int]:
    """Return how many met each disposition, in the order of the codes."""
    return dict(sorted(Counter(each.code for each in voices).items()))


def grouped(voices: Sequence[Voice], attribute: Attribute) -> dict[str, list[Voice]]:
    """Return inputs by an attribute, in the order of its codes."""
    found: dict[str, list[Voice]] = {}
    for each in voices:
        found.setdefault(attribute(each), []).append(each)
    return {key: found[key] for key in sorted(found)}


def broken_down(
    of: str, voices: Sequence[Voice], attributes: Mapping[str, Attribute], shares: Shares
) -> tuple[Stratum, list[Breakdown]]:
    """Return the whole, and its cells by every attribute that tells inputs apart.

    Whatever is told of one population must come from one call: what one breakdown hides, another may give away.
    """
    groups = {name: grouped(voices, attribute) for name, attribute in attributes.items()}
    told = {name: each for name, each in groups.items() if len(each) > 1}
    first = next(iter(shares.counted.values()))
    hidden = _hidden(within(voices), {name: attributes[name] for name in told}, first)

    def stratum(name: str, key: str, members: Sequence[Voice], suffix: str = "") -> Stratum:
        figures = shares.of(members, suffix)
        if (name, key) not in hidden:
            return Stratum(key, figures, profile(members))
        return Stratum(key, [each if each.hidden else each.concealed(PROTECTS) for each in figures])

    strata = [
        Breakdown(name, of, [stratum(name, key, members) for key, members in cells.items()])
        for name, cells in told.items()
    ]
    return stratum("", "", voices, "" if of == "public" else f"_{of}"), strata


def _hidden(
    voices: Sequence[Voice], attributes: Mapping[str, Attribute], counted: frozenset[str]
) -> set[tuple[str, str]]:
    places: dict[tuple[str, ...], int] = {}
    cells: dict[tuple[str, str], set[int]] = {}
    sizes: list[int] = []
    met: list[int] = []
    for voice in voices:
        codes = tuple(attribute(voice) for attribute in attributes.values())
        atom = places.setdefault(codes, len(places))
        if atom == len(sizes):
            sizes.append(0)
            met.append(0)
        sizes[atom] += 1
        met[atom] += voice.code in counted
        for cell in (("", ""), *zip(attributes, codes, strict=True)):
            cells.setdefault(cell, set()).add(atom)
    all_cells = [Cell(*name, frozenset(atoms)) for name, atoms in cells.items()]
    return {(cell.by, cell.key) for cell in concealed(all_cells, Counts(sizes, met))}

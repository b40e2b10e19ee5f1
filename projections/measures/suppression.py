"""Which shares of a breakdown to hide beside the small ones, so that no hidden one can be worked out from those shown.

Cells are sets of inputs: the whole, and its parts by one attribute and another. How many there are of each combination of
attributes is known to everybody; how many of those were adopted is not. A hidden cell is safe when the shown cells leave
at least two numbers possible in it. Where none of the whole was adopted, or all of it, its parts follow from it: that is
what it says, and it is not hidden for that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from projections.measures.measure import LEAST

CELLS_MAX = 400
"""With more cells than this together nothing is proved, and every breakdown with a hidden cell is hidden whole."""


class Cell(NamedTuple):
    """One cell: its breakdown and code (both empty: the whole) and the combinations of attributes it is made of."""

    by: str
    key: str
    atoms: frozenset[int]


class Counts(NamedTuple):
    """How many inputs there are of each combination of attributes, and how many of them met what is counted."""

    sizes: Sequence[int]
    met: Sequence[int]

    def size(self, cell: Cell) -> int:
        """Return how many inputs a cell has."""
        return sum(self.sizes[atom] for atom in cell.atoms)

    def sum(self, cell: Cell) -> int:
        """Return how many inputs of a cell met what is counted."""
        return sum(self.met[atom] for atom in cell.atoms)


def concealed(cells: Iterable[Cell], counts: Counts, least: int = LEAST) -> set[Cell]:
    """Return the cells to hide: those of 1 to `least` - 1 inputs, and as many others as it takes to keep them hidden."""
    all_cells = list(cells)
    small = {cell for cell in all_cells if 0 < counts.size(cell) < least}
    if not small or not 0 < sum(counts.met) < sum(counts.sizes):
        return small
    if len(all_cells) > CELLS_MAX:
        torn = {cell.by for cell in small}
        return {cell for cell in all_cells if cell.by in torn or not cell.by}
    hidden = set(small)
    while exposed := _exposed(all_cells, counts, small, hidden):
        hidden.add(_next(all_cells, counts, hidden, exposed))
    return hidden


def _exposed(cells: Sequence[Cell], counts: Counts, small: set[Cell], hidden: set[Cell]) -> frozenset[int] | None:
    """Return the combinations in the first small cell whose number follows from what is shown; None where none does."""
    shown = [cell for cell in cells if cell not in hidden]
    for cell in sorted(small, key=_name):
        if not has_another_value(cell, shown, counts):
            return cell.atoms
    return None


def _next(cells: Sequence[Cell], counts: Counts, hidden: set[Cell], exposed: frozenset[int]) -> Cell:
    """Return the smallest shown part, first of those that overlap none of an exposed cell but stand beside it; the whole last."""
    shown = [cell for cell in cells if cell not in hidden and counts.size(cell)]
    return min(shown, key=lambda cell: (not cell.by, counts.size(cell), cell.atoms.isdisjoint(exposed), _name(cell)))


def _name(cell: Cell) -> tuple[str, str]:
    return cell.by, cell.key


def has_another_value(cell: Cell, shown: Iterable[Cell], counts: Counts) -> bool:
    """Tell whether whole numbers other than the true ones fit all that is shown and give the cell another sum.

    The solver only proposes: what it finds is checked in whole numbers before it is believed.
    """
    sums = [(each.atoms, counts.sum(each)) for each in shown]
    for direction in (1, -1):
        found = _pushed(cell.atoms, direction, sums, counts.sizes)
        if found is None or not _fits(found, sums, counts.sizes):
            continue
        if sum(found[atom] for atom in cell.atoms) != counts.sum(cell):
            return True
    return False


def _fits(found: Sequence[int], sums: Iterable[tuple[frozenset[int], int]], sizes: Sequence[int]) -> bool:
    within = all(0 <= number <= size for number, size in zip(found, sizes, strict=True))
    return within and all(sum(found[atom] for atom in atoms) == total for atoms, total in sums)


def _pushed(
    atoms: frozenset[int], direction: int, sums: Sequence[tuple[frozenset[int], int]], sizes: Sequence[int]
) -> list[int] | None:
    """Return numbers that fit what is shown and make a cell as large (or as small) as can be; None where none is found."""
    import numpy as np  # noqa: PLC0415  most measures hide nothing beside the small, and scipy takes its time to load
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415

    goal = np.zeros(len(sizes))
    goal[list(atoms)] = -direction
    constraints: list[Any] = []
    if sums:
        matrix = np.zeros((len(sums), len(sizes)))
        for row, (held, _) in enumerate(sums):
            matrix[row, list(held)] = 1
        right = np.array([total for _, total in sums], dtype=np.float64)
        constraints.append(LinearConstraint(matrix, right, right))
    bounds = Bounds(0, np.array(sizes, dtype=np.float64))
    solved = milp(goal, constraints=constraints, integrality=np.ones(len(sizes), dtype=np.int64), bounds=bounds)
    return None if solved.x is None else [round(float(value)) for value in solved.x]

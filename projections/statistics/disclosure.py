"""Which cells of published tables to hide, so that nobody in a small group is told on.

All tables of a release are protected together: what one of them hides must not follow from another. Whoever
reads them knows that counts are whole and not negative, that every margin is the sum of its cells, and that
tables of the same respondents agree. A hidden cell is safe when, by all that, at least two numbers are
possible in it. Source: L. Willenborg, T. de Waal, Elements of Statistical Disclosure Control (2001), ch. 6-7.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, product
from math import prod
from typing import Any, NamedTuple

Key = frozenset[tuple[str, str]]
"""A cell by what its respondents have in common: {("sex", "K"), ("area", "Boo")}. Everybody is the empty set."""

EVERYBODY: Key = frozenset()
CELLS_MAX = 20_000
JOINT_MAX = 5_000


class Table(NamedTuple):
    """Counts of respondents by the categories of some variables, in the order of `variables`.

    A combination left out counts 0. Margins are not given: they follow.
    """

    variables: tuple[str, ...]
    counts: Mapping[tuple[str, ...], int]


class Why(StrEnum):
    """Why a cell is hidden."""

    SMALL = "small"
    ZERO_IN_SMALL_MARGIN = "zero_in_small_margin"
    REST_IS_SMALL = "rest_is_small"
    PROTECTS_OTHERS = "protects_others"


@dataclass(frozen=True, slots=True)
class Protected:
    """Every cell of the tables, margins among them: its count, or None where it is hidden.

    Publish that a cell is hidden, never why: who knows which cells are small can work out more.
    """

    cells: dict[Key, int | None]
    hidden: dict[Key, Why]

    def shown(self, **categories: str) -> int | None:
        """Return the count of the cell of these categories, None where it is hidden."""
        return self.cells[frozenset(categories.items())]


class TablesUnfit(ValueError):
    """The tables cannot be protected together."""


# --- What may be shown at all -----------------------------------------------------------------
def may_show_mean(n: int, base: int) -> bool:
    """Tell whether a mean, a share or an index of `n` respondents may be shown; `base` is the body's least number."""
    return n >= base


def changed(before: Mapping[str, Hashable], now: Mapping[str, Hashable]) -> int:
    """Return how many respondents' answers came, went or became others between two releases of a table.

    Both map a respondent's token to the answers that count in the table. A withdrawn or erased answer went.
    """
    missing = object()
    return sum(before.get(each, missing) != now.get(each, missing) for each in before.keys() | now.keys())


def may_release(before: Mapping[str, Hashable], now: Mapping[str, Hashable], k: int) -> bool:
    """Tell whether a table may be released again: unchanged, or changed by at least `k` respondents.

    Two releases that differ by fewer would tell those few apart.
    """
    number = changed(before, now)
    return number == 0 or number >= k


# --- What must be hidden ----------------------------------------------------------------------
def protect(tables: Iterable[Table], k: int) -> Protected:
    """Return the tables with every cell hidden that must be, for the least count `k`.

    First are hidden: counts of 1 to k - 1; zeros in a margin below k; counts that leave 1 to k - 1 of a margin.
    Then, where a row or column hides one cell alone, the next smallest of it; and then further ones, until
    every cell of the first kind is proved to have another possible value. Raises TablesUnfit where the tables
    contradict each other or are too large together.
    """
    cells = _Cells(list(tables))
    hidden = _primary(cells, k)
    sensitive = set(hidden)
    while exposed := _exposed(cells, hidden, sensitive):
        if not any(_hide_beside(cells, hidden, key) for key in sorted(exposed, key=sorted)):
            raise TablesUnfit(f"{_named(min(exposed, key=sorted))} cannot be protected; release fewer tables")
    shown = {key: None if key in hidden else count for key, count in cells.counts.items()}
    return Protected(shown, hidden)


class _Cells:
    """Every cell of the tables, and the sums that tie them: a margin and the cells that make it up."""

    def __init__(self, tables: Sequence[Table]) -> None:
        self.counts: dict[Key, int] = {}
        self.categories = _categories(tables)
        sums: dict[tuple[Key, str], list[Key]] = {}
        for table in tables:
            self._check_size(table)
            for key, count in _margins(table, self.categories).items():
                if self.counts.setdefault(key, count) != count:
                    raise TablesUnfit(
                        f"two tables count {_named(key)} differently; let no answer be a category of its own"
                    )
            sums |= _sums(table.variables, self.categories)
        self.sums = [(parent, tuple(parts)) for (parent, _), parts in sums.items()]
        self.of: dict[Key, list[tuple[Key, tuple[Key, ...]]]] = defaultdict(list)
        for each in self.sums:
            for key in (each[0], *each[1]):
                self.of[key].append(each)
        self.unpublished = _joint(tables, self.categories)

    def _check_size(self, table: Table) -> None:
        if prod(len(self.categories[name]) + 1 for name in table.variables) > CELLS_MAX:
            raise TablesUnfit(
                f"the table of {', '.join(table.variables)} has more than {CELLS_MAX} cells; make it smaller"
            )

    def parents(self, key: Key) -> Iterator[tuple[Key, tuple[Key, ...]]]:
        """Yield the sums in which a cell is a part."""
        return ((parent, parts) for parent, parts in self.of[key] if parent != key)


def _named(key: Key) -> str:
    return " and ".join(f"{name} {category}" for name, category in sorted(key)) or "everybody"


def _categories(tables: Sequence[Table]) -> dict[str, list[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for table in tables:
        for combination, count in table.counts.items():
            if len(combination) != len(table.variables) or count < 0:
                raise TablesUnfit(f"{combination}: {count} is no cell of a table of {', '.join(table.variables)}")
            for name, category in zip(table.variables, combination, strict=True):
                found[name].add(category)
    return {name: sorted(categories) for name, categories in found.items()}


def _margins(table: Table, categories: Mapping[str, Sequence[str]]) -> dict[Key, int]:
    """Return the count of every cell of a table and of all its margins, zeros too."""
    counts: dict[Key, int] = {}
    for key in _keys(table.variables, categories):
        counts[key] = 0
    for combination, count in table.counts.items():
        pairs = list(zip(table.variables, combination, strict=True))
        for size in range(len(pairs) + 1):
            for some in combinations(pairs, size):
                counts[frozenset(some)] += count
    return counts


def _keys(variables: Sequence[str], categories: Mapping[str, Sequence[str]]) -> Iterator[Key]:
    choices = [[None, *categories.get(name, ())] for name in variables]
    for chosen in product(*choices):
        yield frozenset((name, each) for name, each in zip(variables, chosen, strict=True) if each is not None)


def _sums(variables: Sequence[str], categories: Mapping[str, Sequence[str]]) -> dict[tuple[Key, str], list[Key]]:
    """Return for each margin and each variable it sums over the cells that make it up."""
    found = {}
    for key in _keys(variables, categories):
        for name in set(variables) - {name for name, _ in key}:
            found[key, name] = [key | {(name, category)} for category in categories.get(name, ())]
    return found


def _primary(cells: _Cells, k: int) -> dict[Key, Why]:
    hidden: dict[Key, Why] = {}
    for key, count in cells.counts.items():
        margins = [cells.counts[parent] for parent, _ in cells.parents(key)]
        if 0 < count < k:
            hidden[key] = Why.SMALL
        elif count == 0 and any(margin < k for margin in margins):
            hidden[key] = Why.ZERO_IN_SMALL_MARGIN
        elif any(0 < margin - count < k for margin in margins):
            hidden[key] = Why.REST_IS_SMALL
    return hidden


# --- What must be hidden beside it ------------------------------------------------------------
def _complement(cells: _Cells, hidden: dict[Key, Why]) -> None:
    """Hide a second cell wherever a sum hides one alone."""
    alone = True
    while alone:
        alone = False
        for parent, parts in cells.sums:
            if sum(key in hidden for key in (parent, *parts)) == 1:
                alone |= _hide_one(cells, hidden, parent, parts)


def _hide_one(cells: _Cells, hidden: dict[Key, Why], parent: Key, parts: Iterable[Key]) -> bool:
    """Hide the next smallest shown cell of a sum, the margin last; False where nothing is left to hide."""
    shown = [key for key in parts if key not in hidden]
    # A zero beside a hidden cell protects it too, but a count does better: it leaves more to be possible.
    shown.sort(key=lambda key: (cells.counts[key] == 0, cells.counts[key], sorted(key)))
    chosen = shown[0] if shown else parent if parent not in hidden else None
    if chosen is None:
        return False
    hidden[chosen] = Why.PROTECTS_OTHERS
    return True


def _hide_beside(cells: _Cells, hidden: dict[Key, Why], key: Key) -> bool:
    """Hide one more cell near an exposed one: of its own sums, else of any. False where nothing is left to hide."""
    near = sorted(cells.of[key], key=lambda each: sorted(map(sorted, each[1])))
    return any(_hide_one(cells, hidden, parent, parts) for parent, parts in [*near, *cells.sums])


# --- The proof --------------------------------------------------------------------------------
def _exposed(cells: _Cells, hidden: dict[Key, Why], sensitive: Iterable[Key]) -> set[Key]:
    """Return the sensitive cells for which no second possible value was found, after the simple sums were mended.

    The true counts are one possible table; any other table of whole numbers that keeps what is shown, and in
    which a cell differs, proves that cell safe. So the solver is asked to push each cell up, then down, and its
    answer is believed only after it was checked in whole numbers.
    """
    unproved = set(sensitive)
    if not unproved:
        return unproved
    _complement(cells, hidden)
    system = _System(cells, hidden)
    for key in sorted(unproved, key=sorted):
        for direction in (1, -1):
            if key in unproved:
                unproved -= system.differing(key, direction)
    return unproved


class _System:
    """What follows from the shown cells: A x = b over the hidden and unpublished ones, x whole and not negative."""

    def __init__(self, cells: _Cells, hidden: Mapping[Key, Why]) -> None:
        self.truth = {key: cells.counts[key] for key in hidden}
        unknown = dict.fromkeys(key for _, parts in cells.unpublished for key in parts if key not in cells.counts)
        self.place = {key: place for place, key in enumerate([*self.truth, *unknown])}
        self.rows: list[tuple[dict[int, int], int]] = []
        for parent, parts in [*cells.sums, *cells.unpublished]:
            self._add(cells, parent, parts)
        self.bound = 2 * max(cells.counts.values(), default=0) + 2

    def _add(self, cells: _Cells, parent: Key, parts: Iterable[Key]) -> None:
        row: dict[int, int] = defaultdict(int)
        right = 0
        for key, sign in [(parent, -1), *((part, 1) for part in parts)]:
            if key in self.place:
                row[self.place[key]] += sign
            else:
                right -= sign * cells.counts[key]
        if row:
            self.rows.append((dict(row), right))

    def differing(self, key: Key, direction: int) -> set[Key]:
        """Return the cells that differ from the truth in one other possible table, sought by pushing one cell."""
        found = self._solved(self.place[key], direction)
        if found is None or not self._holds(found):
            return set()
        return {each for each, count in self.truth.items() if found[self.place[each]] != count}

    def _holds(self, found: Sequence[int]) -> bool:
        return all(each >= 0 for each in found) and all(
            sum(factor * found[place] for place, factor in row.items()) == right for row, right in self.rows
        )

    def _solved(self, place: int, direction: int) -> list[int] | None:
        """Return a table of whole numbers with one cell as large (or as small) as can be; None where none is found."""
        import numpy as np  # noqa: PLC0415  whoever only asks whether a mean may be shown needs neither
        from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415
        from scipy.sparse import coo_array  # noqa: PLC0415

        n = len(self.place)
        goal = np.zeros(n)
        goal[place] = -direction
        constraints: list[Any] = []
        if self.rows:
            entries = [(i, j, factor) for i, (row, _) in enumerate(self.rows) for j, factor in row.items()]
            numbers, columns, factors = zip(*entries, strict=True)
            matrix = coo_array((factors, (numbers, columns)), shape=(len(self.rows), n)).tocsr()
            right = np.array([right for _, right in self.rows], dtype=np.float64)
            constraints.append(LinearConstraint(matrix, right, right))
        # The bound is only for the solver: a cell that nothing else bounds must not run away.
        solved = milp(
            goal, constraints=constraints, integrality=np.ones(n, dtype=np.int64), bounds=Bounds(0, self.bound)
        )
        return None if solved.x is None else [round(float(value)) for value in solved.x]


# --- Tables in a circle -----------------------------------------------------------------------
Sums = list[tuple[Key, tuple[Key, ...]]]


def _joint(tables: Sequence[Table], categories: Mapping[str, Sequence[str]]) -> Sums:
    """Return how shown cells are sums of cells of all variables together, where the tables' agreement does not already imply that they exist.

    Where tables overlap like a tree (one question by several background variables), any tables that agree on
    what they share come from some joint table, in whole numbers; in a circle (a·b, b·c, c·a) they need not.
    """
    if _is_tree([frozenset(table.variables) for table in tables]):
        return []
    variables = sorted({name for table in tables for name in table.variables})
    if prod(len(categories[name]) for name in variables) > JOINT_MAX:
        raise TablesUnfit(f"tables of {', '.join(variables)} overlap in a circle and are too large; release fewer")
    keys = [
        frozenset(zip(variables, chosen, strict=True)) for chosen in product(*(categories[name] for name in variables))
    ]
    sums: Sums = []
    for table in tables:
        parts: dict[Key, list[Key]] = defaultdict(list)
        for key in keys:
            parts[frozenset(pair for pair in key if pair[0] in table.variables)].append(key)
        sums += [(parent, tuple(found)) for parent, found in parts.items()]
    return sums


def _is_tree(tables: list[frozenset[str]]) -> bool:
    """Tell whether the tables' variables form an acyclic hypergraph (Graham's reduction empties it).

    Source: C. Beeri, R. Fagin, D. Maier, M. Yannakakis, J. ACM 30 (1983) 479-513.
    """
    left = list(dict.fromkeys(tables))
    before: list[frozenset[str]] | None = None
    while left != before:
        before = left
        once = {name for table in left for name in table if sum(name in other for other in left) == 1}
        left = list(dict.fromkeys(table - once for table in left))
        left = [table for table in left if table and not any(table < other for other in left)]
    return not left

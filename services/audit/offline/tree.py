"""The whole tree once more, from the entries: one pass over the bundles in order.

    tile/entries/N ──hash──▶ leaves ──compare──▶ tile/0/N ──fold──▶ tile/1/… ──▶ … ──▶ the signed root
                                 └──▶ roots at the sizes of older checkpoints, on the way

Where an entry and its tile differ, the levels above tell which one is wrong (`spine`). The walk goes on from the right
one, so that one damaged entry does not hide another. What is right is handed on, so that a replay needs no second pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, TypeAlias

from ledger.log.merkle import EMPTY_ROOT, Frontier, fold, fold_perfect, leaf_hashes, split_hashes
from ledger.log.tiles import ENTRY_MAX, WIDTH, Tile
from services.audit.offline.spine import Files, GivenUp, Spine
from services.audit.report import Kind, Report

BUNDLE_MAX = WIDTH * (2 + ENTRY_MAX)
"""Bytes of the largest entry bundle there can be."""

SIZE_CHECKED_MAX = 1 << 32
"""Entries of the largest log that is walked over: the tiles that are held then take half a gigabyte."""

OnPage: TypeAlias = Callable[[int, list[bytes], list[bytes]], None]
"""Called with the first position of a page, its entries and their leaf hashes; damaged ones are left out."""


class Head(NamedTuple):
    """What a log has said of itself at some size: `note` is the signed checkpoint, of which nothing is believed yet.

    `kind` is what it means if the entries do not give its root: a damaged record, or a fork.
    """

    size: int
    root: bytes
    place: str
    kind: Kind
    note: bytes


OnHead: TypeAlias = Callable[[Head, bytes | None], None]
"""Called with a head and the root that the entries give at its size; None where damage leaves it unknown."""


class Part(NamedTuple):
    """The n-th of t parts of a log's bundles, from 1: `--subset n/t`."""

    number: int
    parts: int

    def of(self, bundles: int) -> range:
        """Return the numbers of this part's bundles."""
        return range(bundles * (self.number - 1) // self.parts, bundles * self.number // self.parts)


WHOLE = Part(1, 1)


class Walk:
    """One pass over a log of `size` entries under a root that somebody signed."""

    def __init__(self, files: Files, report: Report, size: int, signed: bytes, part: Part = WHOLE) -> None:
        self._files, self._report = files, report
        self._size, self._signed, self._part = size, signed, part
        self.position = 0
        """How far the walk has come."""
        self.folds: list[bytes] = []
        """One hash for each full bundle that was walked over."""
        self.edge: list[bytes] = []
        """The leaf hashes of the last bundle, if it is partial."""
        self._last: tuple[list[bytes], bytes] = [], b""

    def run(self, heads: Iterable[Head], on_page: OnPage, on_head: OnHead) -> None:
        """Check everything of this part; `heads` come in order of size, `on_head` right after the page it lies in."""
        if self._size > SIZE_CHECKED_MAX:
            reason = f"it covers {self._size:,} entries, more than the {SIZE_CHECKED_MAX:,} that are checked here"
            self._report.add(Kind.INCOMPLETE, "checkpoint", reason)
            return
        try:
            self._run(iter(heads), on_page, on_head)
        except GivenUp:
            self._report.leave("anything further: too much of the bundle is missing")

    def _run(self, heads: Iterator[Head], on_page: OnPage, on_head: OnHead) -> None:
        self._spine = Spine(self._files, self._size, self._signed)
        self._edge_entries: tuple[list[bytes], str] | None = None
        self._look_at_the_edge()
        bundles = self._part.of(-(-self._size // WIDTH))
        self._above = self._before(bundles.start)
        self._waiting = next(heads, None)
        self._pass_heads(bundles.start * WIDTH, None, heads, on_head)
        for group in bundles:
            row = self._group(group, on_page)
            self._pass_heads(self.position, row, heads, on_head)
            if row is None or len(row) == WIDTH:
                self._climb(group, row)
            else:
                self.edge = row
        if self._part == WHOLE:
            self._spine.compare(self.folds, self._report)
        elif not self._spine.vouched:
            reason = "the tiles do not give the root that was signed, so a part of the entries cannot be checked"
            self._report.add(Kind.INTEGRITY, "tile", reason)
        while self._waiting is not None:
            on_head(self._waiting, self._root_above(self._waiting.size))
            self._waiting = next(heads, None)

    # --- Bundles --------------------------------------------------------------------------------
    def _group(self, group: int, on_page: OnPage) -> list[bytes] | None:
        """Check one bundle against its tile; return the hashes that are right, None if there is no telling."""
        width = min(WIDTH, self._size - group * WIDTH)
        entries, cut = self._entries(group, width)
        leaves = leaf_hashes(entries)
        self.position = group * WIDTH + width
        stored = self._stored(group, width)
        self._report.count("entries", len(entries))
        if stored is not None:
            self._report.count("tile hashes", width)
        if cut or stored is None or b"".join(leaves) != stored or not self._fits(group, leaves):
            row = self._settled(group, width, leaves, cut, stored)
        else:
            row = leaves
        if row is not None and not cut and row == leaves:
            on_page(group * WIDTH + 1, entries, leaves)
        return row

    def _entries(self, group: int, width: int) -> tuple[list[bytes], str]:
        if self._edge_entries is not None and width < WIDTH:
            return self._edge_entries
        tile = Tile(None, group, width)
        content = self._files.content(tile, BUNDLE_MAX)
        return split_as_far(content, width) if content is not None else ([], "missing")

    def _stored(self, group: int, width: int) -> bytes | None:
        return self._edge_tile if width < WIDTH else self._files.tile(Tile(0, group, width))

    def _look_at_the_edge(self) -> None:
        """Find out whether the tiles give the signed root; if the last one is in the way, with the entries instead."""
        width = self._size % WIDTH
        last = self._size // WIDTH
        self._edge_tile = self._files.tile(Tile(0, last, width)) if width else None
        if self._spine.vouch(self._edge_tile) or not width:
            return
        self._edge_entries = self._entries(last, width)
        entries, cut = self._edge_entries
        if not cut and not self._spine.vouch(b"".join(leaf_hashes(entries))):
            self._spine.vouch(self._edge_tile)

    def _fits(self, group: int, leaves: list[bytes]) -> bool:
        """Tell whether the leaves give what the level above says of them; kept for the levels above that."""
        if len(leaves) < WIDTH:
            edge = self._spine.edge
            return not self._spine.vouched or edge is None or self._spine.tiles[edge] == b"".join(leaves)
        sound = self._spine.sound(group)
        return sound is None or sound == self._folded(leaves)

    def _settled(
        self, group: int, width: int, leaves: list[bytes], cut: str, stored: bytes | None
    ) -> list[bytes] | None:
        """Find out what is wrong with a bundle and its tile; return the hashes that are right."""
        tiled = list(split_hashes(stored)) if stored is not None else None
        complete = leaves if not cut else None
        if complete is not None and self._is_right(group, complete):
            self._blame_tile(group, width, complete, tiled)
            return complete
        if tiled is not None and self._is_right(group, tiled):
            self._blame_entries(group, leaves, cut, tiled)
            return tiled
        if self._vouches(group, width):
            first, last = group * WIDTH + 1, group * WIDTH + width
            reason = "neither the entries nor their tile give the hash that the signed tree has for them"
            self._report.add(Kind.INTEGRITY, f"positions {first} to {last}", reason, first)
        if tiled is not None and (cut or leaves != tiled):
            self._blame_entries(group, leaves, cut, tiled)
        if self._vouches(group, width):
            return None
        return complete if complete is not None else tiled

    def _vouches(self, group: int, width: int) -> bool:
        return self._spine.vouched if width < WIDTH else self._spine.sound(group) is not None

    def _is_right(self, group: int, row: list[bytes]) -> bool:
        """Tell whether the levels above have these hashes; where nothing vouches, whether they say so."""
        if len(row) < WIDTH:
            edge = self._spine.edge
            return self._spine.vouched and edge is not None and self._spine.tiles[edge] == b"".join(row)
        said = self._spine.sound(group) or self._spine.said(group)
        return said is not None and said == fold_perfect(row)

    def _blame_tile(self, group: int, width: int, leaves: list[bytes], tiled: list[bytes] | None) -> None:
        for number, (wanted, found) in enumerate(zip(leaves, tiled or (), strict=False)):
            if wanted != found:
                position = group * WIDTH + number + 1
                reason = f"hash {number} is not that of the entry at position {position}"
                self._report.add(Kind.INTEGRITY, Tile(0, group, width).path(), reason, position)

    def _blame_entries(self, group: int, leaves: list[bytes], cut: str, tiled: list[bytes]) -> None:
        path = Tile(None, group, len(tiled)).path()
        for number, wanted in enumerate(tiled):
            position = group * WIDTH + number + 1
            if number >= len(leaves):
                self._report.add(Kind.INTEGRITY, f"position {position} in {path}", cut or "missing", position)
                return
            if leaves[number] != wanted:
                reason = "the entry does not have the hash that its tile has"
                self._report.add(Kind.INTEGRITY, f"position {position} in {path}", reason, position)
                if cut:  # what follows a wrong length is read from the wrong place
                    return
        if cut:
            self._report.add(Kind.INTEGRITY, path, cut, group * WIDTH + len(tiled))

    # --- Roots on the way -----------------------------------------------------------------------
    def _before(self, group: int) -> Frontier | None:
        """Return the frontier over the bundles before a part, in units of bundles, from the tiles."""
        found = Frontier()
        said = [self._spine.sound(number) for number in range(group)]
        hashes = [each for each in said if each is not None]
        return found.extend(hashes) if len(hashes) == group else None

    def _climb(self, group: int, row: list[bytes] | None) -> None:
        found = self._folded(row) if row is not None else self._spine.sound(group)
        if found is None or self._above is None:
            self._above = None
            return
        self.folds.append(found)
        self._above = self._above.extend([found])

    def _folded(self, row: list[bytes]) -> bytes:
        if self._last[0] is not row:  # asked for twice: half of all the hashing there is
            self._last = row, fold_perfect(row)
        return self._last[1]

    def _pass_heads(self, upto: int, row: list[bytes] | None, heads: Iterator[Head], on_head: OnHead) -> None:
        """Compare the heads up to a position; `row` has the hashes since the last full bundle, None if unknown."""
        inner = Frontier()
        while self._waiting is not None and self._waiting.size <= upto:
            head = self._waiting
            past = head.size - (self._above.size * WIDTH if self._above is not None else 0)
            if self._above is None or past < 0 or (past > 0 and row is None):
                on_head(head, self._root_above(head.size))
            elif past == 0:
                on_head(head, self._above.root())
            else:
                assert row is not None, "asked above"
                inner = inner.extend(row[inner.size : past])
                on_head(head, fold((*self._above.hashes, *inner.hashes)))
            self._waiting = next(heads, None)

    def _root_above(self, size: int) -> bytes | None:
        """Return the root at a size outside of what is walked over, from tiles that the signed root vouches for."""
        if size == 0:
            return EMPTY_ROOT
        if not self._spine.vouched or size > self._size:
            return None
        if size == self._size:
            return self._signed
        group, past = divmod(size, WIDTH)
        frontier = self._before(group)
        row = self._sound_row(group) if past else []
        if frontier is None or row is None:
            return None
        return fold((*frontier.hashes, *Frontier().extend(row[:past]).hashes))

    def _sound_row(self, group: int) -> list[bytes] | None:
        """Return the leaf hashes of a bundle from its tile, if the signed root vouches for them."""
        width = min(WIDTH, self._size - group * WIDTH)
        if width < WIDTH:
            edge = self._spine.edge
            return list(split_hashes(self._spine.tiles[edge])) if edge is not None else None
        stored = self._files.tile(Tile(0, group))
        row = list(split_hashes(stored)) if stored is not None else None
        return row if row is not None and fold_perfect(row) == self._spine.sound(group) else None


def split_as_far(bundle: bytes, width: int) -> tuple[list[bytes], str]:
    """Return the entries of a bundle as far as they can be told apart, and why not further, or an empty text."""
    entries: list[bytes] = []
    at, end = 0, len(bundle)
    for _ in range(width):
        start = at + 2
        at = start + int.from_bytes(bundle[at:start])
        if start > end or at > end:
            return entries, "the bundle is cut short, or a length in it is wrong"
        entries.append(bundle[start:at])
    return entries, "" if at == end else f"{end - at:,} bytes follow the last entry"

"""The public words of a bundle, a line at a time: which fields are opened, and which are withheld and by what event.

    {"position":18,"pointer":"/text","seed":"…","value":"…"}          opened: 32 bytes in base64url, and the words
    {"position":19,"pointer":"/text","withheld":"erased","by":912}    withheld: why, and the event that says so

Lines stand in the order of positions, in one file for 2^18 of them.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Iterator
from typing import NamedTuple

from services.audit.offline.layout import CHUNK_ENTRIES, chunks_of, opened_path
from services.audit.offline.sources import Source, SourceError, Unreachable
from services.audit.offline.strict import NotStrict, read_object
from services.audit.report import Kind, Report

OPENED_LINE_MAX = 8 << 20
"""Bytes in one line of opened words: more than any event may hold."""

FIELDS_MAX = 2_000
"""Sealed fields of one entry: more than its 65,535 bytes have room for."""

_SEED_BYTES = 32


class OpenedLine(NamedTuple):
    """Words opened to everybody: the seed of their commitment and their RFC 8785 bytes."""

    place: str
    position: int
    pointer: str
    seed: bytes
    plaintext: bytes


class WithheldLine(NamedTuple):
    """Words that are not shown: why, and the position of the event that says so."""

    place: str
    position: int
    pointer: str
    why: str
    by: int


class WordLines:
    """Hands out the lines of the positions asked for, in order; what nobody asks for has no field."""

    def __init__(self, source: Source, report: Report, size: int, first: int) -> None:
        self._report = report
        self._lines = self._read(source, size, first)
        self._next = next(self._lines, None)

    def skip(self, position: int) -> None:
        """Pass over the lines before a position without a word: their entries cannot be read."""
        while self._next is not None and self._next.position < position:
            self._next = next(self._lines, None)

    def of(self, position: int) -> dict[str, OpenedLine | WithheldLine]:
        """Return the lines of one position by pointer; those before it that were not asked for are refused."""
        self.refuse_before(position)
        found: dict[str, OpenedLine | WithheldLine] = {}
        while self._next is not None and self._next.position == position:
            line = self._next
            if line.pointer in found:
                self._refuse(line, "its field has a line already")
            elif len(found) >= FIELDS_MAX:
                self._refuse(line, f"no entry has more than {FIELDS_MAX} fields")
            else:
                found[line.pointer] = line
            self._next = next(self._lines, None)
        return found

    def refuse_before(self, position: int) -> None:
        """Refuse the lines up to a position that nobody asked for."""
        while self._next is not None and self._next.position < position:
            self._refuse(self._next, "the entry has no such sealed field")
            self._next = next(self._lines, None)

    def refuse(self, line: OpenedLine | WithheldLine, reason: str) -> None:
        """Take down that a line is not what it has to be."""
        self._refuse(line, reason)

    def _refuse(self, line: OpenedLine | WithheldLine, reason: str) -> None:
        where = f"position {line.position}, field {line.pointer} ({line.place})"
        self._report.add(Kind.INTEGRITY, where, reason, line.position)

    def _read(self, source: Source, size: int, first: int) -> Iterator[OpenedLine | WithheldLine]:
        before = 0
        for chunk in chunks_of(size):
            low, high = chunk * CHUNK_ENTRIES + 1, min((chunk + 1) * CHUNK_ENTRIES, size)
            if high < first:
                continue
            for line in self._chunk(source, chunk):
                if not low <= line.position <= high or line.position < before:
                    self._refuse(line, "the line stands out of order, or in the wrong file")
                    continue
                before = line.position
                if line.position >= first:
                    yield line

    def _chunk(self, source: Source, chunk: int) -> Iterator[OpenedLine | WithheldLine]:
        path = opened_path(chunk)
        try:
            for number, line in enumerate(source.lines(path, OPENED_LINE_MAX), start=1):
                place = f"line {number} of {path}"
                try:
                    yield word_line(line, place)
                except NotStrict as error:
                    self._report.add(Kind.INTEGRITY, place, str(error))
        except Unreachable:
            raise
        except SourceError as error:
            self._report.add(Kind.INTEGRITY, path, error.reason, chunk * CHUNK_ENTRIES + 1)


def word_line(raw: bytes, place: str) -> OpenedLine | WithheldLine:
    """Return what one line of opened words says; raise `NotStrict`."""
    match read_object(raw):
        case {"position": int(position), "pointer": str(pointer), "seed": str(seed), "value": str(value), **rest} if (
            not rest and position is not True
        ):
            return OpenedLine(place, position, pointer, _seed(seed), plaintext_of(value))
        case {"position": int(position), "pointer": str(pointer), "withheld": str(why), "by": int(by), **rest} if (
            not rest and position is not True and by is not True
        ):
            return WithheldLine(place, position, pointer, why, by)
    raise NotStrict("it is neither opened nor withheld words")


def plaintext_of(value: str) -> bytes:
    """Return the RFC 8785 bytes of a text (§3.2.2.2); raise `NotStrict` for one without UTF-8 form."""
    try:
        return json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise NotStrict("its words have no UTF-8 form") from error


def _seed(text: str) -> bytes:
    try:
        seed = urlsafe_b64decode(text + "=")
    except (Base64Error, ValueError) as error:
        raise NotStrict("its seed is not base64url") from error
    if len(seed) != _SEED_BYTES or urlsafe_b64encode(seed).rstrip(b"=").decode() != text:
        raise NotStrict("its seed is not 32 bytes in the one spelling of base64url")
    return seed

"""Ways to spoil a text: what damage, carelessness and malice do to files.

Each takes a random generator and the bytes, and gives other bytes back, which by chance
may be the same. `strays` are parts of true texts that do not belong into this one.
"""

import re
from collections.abc import Callable, Sequence
from random import Random

Mutator = Callable[[Random, bytes, Sequence[bytes]], bytes]

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
MANY = 100_000
"""Lines that are many."""

OCTETS = 8_000_000
"""Bytes that are more than any text may have."""


def _at(rng: Random, raw: bytes) -> int:
    return rng.randrange(len(raw) + 1)


def _insert(raw: bytes, at: int, octets: bytes) -> bytes:
    return raw[:at] + octets + raw[at:]


def _lines(raw: bytes) -> list[bytes]:
    return raw.splitlines(keepends=True) or [b""]


def flip(rng: Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    """Change one bit."""
    at = rng.randrange(len(raw))
    return raw[:at] + bytes([raw[at] ^ 1 << rng.randrange(8)]) + raw[at + 1 :]


def replace(rng: Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    """Change one byte."""
    at = rng.randrange(len(raw))
    return raw[:at] + rng.randbytes(1) + raw[at + 1 :]


def truncate(rng: Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    """Cut off the end."""
    return raw[: _at(rng, raw)]


def behead(rng: Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    """Cut off the beginning."""
    return raw[_at(rng, raw) :]


def duplicate_line(rng: Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    """Repeat a line somewhere."""
    lines = _lines(raw)
    lines.insert(rng.randrange(len(lines) + 1), rng.choice(lines))
    return b"".join(lines)


def drop_line(rng: Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    """Leave a line out."""
    lines = _lines(raw)
    del lines[rng.randrange(len(lines))]
    return b"".join(lines)


def reorder(rng: Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    """Exchange two lines."""
    lines = _lines(raw)
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


def stray_line(rng: Random, raw: bytes, strays: Sequence[bytes]) -> bytes:
    """Put in a line of another text."""
    lines = _lines(raw)
    lines.insert(rng.randrange(len(lines) + 1), rng.choice(strays))
    return b"".join(lines)


def exchange_line(rng: Random, raw: bytes, strays: Sequence[bytes]) -> bytes:
    """Put a line of another text in the place of one."""
    lines = _lines(raw)
    lines[rng.randrange(len(lines))] = rng.choice(strays)
    return b"".join(lines)


def oversize(rng: Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    """Repeat one line very often."""
    lines = _lines(raw)
    at = rng.randrange(len(lines))
    times = min(MANY, OCTETS // len(lines[at]))
    return b"".join([*lines[:at], lines[at] * times, *lines[at:]])


def long_line(rng: Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    """Make one line very long."""
    return _insert(raw, _at(rng, raw), rng.choice([b"A", b" ", b"0", b"+", b"\xc3\xa5"]) * MANY)


def respell(rng: Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    """Give base64 another spelling: unused bits, padding, the alphabet for addresses."""
    way = rng.randrange(4)
    if way == 0:
        ends = [match.start() for match in re.finditer(rb"[A-Za-z0-9+/]=", raw)]
        if not ends:
            return raw
        at = rng.choice(ends)
        return raw[:at] + bytes([_ALPHABET[_ALPHABET.index(raw[at]) ^ rng.randrange(1, 4)]]) + raw[at + 1 :]
    old, new = ((b"=", b""), (b"=", b"=="), (b"/", b"_"))[way - 1]
    return raw.replace(old, new, 1)


def leading_zero(rng: Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    """Put a zero, or another sign that some readers ignore, before a number."""
    numbers = [match.start() for match in re.finditer(rb"(?<![A-Za-z0-9+/=])[0-9]+", raw)]
    return _insert(raw, rng.choice(numbers), rng.choice([b"0", b"+", b"-", b" ", b"0x", b"_"])) if numbers else raw


def renumber(rng: Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    """Put another number in the place of one."""
    numbers = list(re.finditer(rb"(?<![A-Za-z0-9+/=])[0-9]+", raw))
    if not numbers:
        return raw
    found = rng.choice(numbers)
    other = rng.choice([0, 1, 2, 255, 256, 2**31, 2**63 - 1, 2**63, 2**64, 10**40, int(found[0][:18]) + 1])
    return raw[: found.start()] + str(other).encode() + raw[found.end() :]


def control(rng: Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    """Put in a sign that does not belong into a text, or that looks like another."""
    signs = [b"\r", b"\0", b"\t", b"\x1b", b"\x7f", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\n", b"\n\n", b" ", b"+"]
    signs += ["\u00a0".encode(), "\u2028".encode(), "\u202e".encode(), "—".encode(), "\N{KELVIN SIGN}".encode()]
    return _insert(raw, _at(rng, raw), rng.choice(signs))


def carriage_returns(_: Random, raw: bytes, __: Sequence[bytes]) -> bytes:
    """End every line as some systems do."""
    return raw.replace(b"\n", b"\r\n")


def twice(_: Random, raw: bytes, __: Sequence[bytes]) -> bytes:
    """Say everything twice."""
    return raw + raw


QUICK: tuple[Mutator, ...] = (
    flip,
    replace,
    truncate,
    behead,
    duplicate_line,
    drop_line,
    reorder,
    stray_line,
    exchange_line,
    respell,
    leading_zero,
    renumber,
    control,
    carriage_returns,
    twice,
)
HEAVY: tuple[Mutator, ...] = (oversize, long_line)


def spoil(rng: Random, raw: bytes, strays: Sequence[bytes]) -> bytes:
    """Apply one to three of the quick ways."""
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        raw = rng.choice(QUICK)(rng, raw, strays) or b"\n"
    return raw

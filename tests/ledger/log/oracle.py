"""The recursive definitions of RFC 6962 §2.1, written down literally, to compare with.

Slow, and sharing no code with `ledger.log`: only the results are compared.
"""

from collections.abc import Sequence
from hashlib import sha256


class Oracle:
    """Trees over the first n of some leaf hashes, for any n."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.leaves = leaves
        self._known: dict[tuple[int, int], bytes] = {}

    def mth(self, start: int, end: int) -> bytes:
        """MTH(D[start:end])."""
        if start == end:
            return sha256(b"").digest()
        if end - start == 1:
            return self.leaves[start]
        if (start, end) not in self._known:
            middle = start + split(end - start)
            both = self.mth(start, middle) + self.mth(middle, end)
            self._known[start, end] = sha256(b"\x01" + both).digest()
        return self._known[start, end]

    def path(self, m: int, start: int, end: int) -> list[bytes]:
        """PATH(m, D[start:end]), m counted from start."""
        n = end - start
        if n == 1:
            return []
        k = split(n)
        if m < k:
            return [*self.path(m, start, start + k), self.mth(start + k, end)]
        return [*self.path(m - k, start + k, end), self.mth(start, start + k)]

    def proof(self, m: int, n: int) -> list[bytes]:
        """PROOF(m, D[n])."""
        return [] if m == 0 else self._subproof(m, 0, n, whole=True)

    def _subproof(self, m: int, start: int, end: int, *, whole: bool) -> list[bytes]:
        n = end - start
        if m == n:
            return [] if whole else [self.mth(start, end)]
        k = split(n)
        if m <= k:
            return [*self._subproof(m, start, start + k, whole=whole), self.mth(start + k, end)]
        return [*self._subproof(m - k, start + k, end, whole=False), self.mth(start, start + k)]


def split(n: int) -> int:
    """The largest power of two smaller than n."""
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def leaves(count: int) -> list[bytes]:
    """That many leaf hashes, all different."""
    return [sha256(b"\x00" + str(number).encode()).digest() for number in range(count)]


def flips(octets: bytes) -> list[bytes]:
    """Every way to change one bit."""
    whole = int.from_bytes(octets)
    return [(whole ^ 1 << bit).to_bytes(len(octets)) for bit in range(8 * len(octets))]

"""Programmes: visions, values, goals and purposes a body governs by (styrande dokument).

`events` says what happened and what may be asked, `rules` how one leads to the other.
"""

from ledger.programmes.rules import SLICE

__all__ = ["SLICE"]

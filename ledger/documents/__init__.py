"""Documents: what is registered in a matter, handed on, marked secret or taken down; and what staff propose (handlingar).

`events` says what happened, `commands` what may be asked, `rejections` why not, `rules` how one leads to the other.
"""

from ledger.documents.rules import SLICE

__all__ = ["SLICE"]

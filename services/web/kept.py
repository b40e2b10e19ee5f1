"""An answer as it is kept: its bytes stay until what they say has changed, however far the record moves on."""

from __future__ import annotations

from dataclasses import dataclass

from services.web.responses import Body
from services.web.watch import Behind

_OWN_BYTES = 512


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer and what it rests on.

    `digest` is of what it says, `position` where it was made and `reached` up to where it is known to hold. `fixed` is
    one that no event, no day and no erasure changes. `checked` is when that was looked at (monotonic seconds).
    """

    body: Body
    digest: str
    position: int
    reached: int
    today: str
    behind: Behind | None
    fixed: bool
    checked: float

    @property
    def size(self) -> int:
        """Bytes held."""
        return self.body.size + _OWN_BYTES

"""The Polis conversations among the shared data, by folder."""

from __future__ import annotations

CONVERSATIONS = (
    "15-per-hour-seattle",
    "bg2050-volunteers",
    "brexit-consensus",
    "canadian-electoral-reform",
    "london-youth-policing",
    "scoop-hivemind-biodiversity",
    "scoop-hivemind-taxes",
    "ssis-land-bank-farmland-2rumnecbeh-2021-08-01",
    "vtaiwan-uberx",
)

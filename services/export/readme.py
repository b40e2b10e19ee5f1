"""The page in a bundle for a person who has never heard of us."""

from __future__ import annotations

from pathlib import Path
from string import Template

from ledger.log.checkpoint import Checkpoint
from ledger.log.note import encode_base64

_TEXT = Path(__file__).with_name("readme.md")


def readme(signed: Checkpoint, *, words: bool, parquet: bool) -> bytes:
    """Return README.md: what the bundle is, how to check it, what it shows and what it does not."""
    text = Template(_TEXT.read_text(encoding="utf-8")).substitute(
        origin=signed.origin,
        size=f"{signed.size:,}",
        digits=str(signed.size),
        root=encode_base64(signed.root),
        words_en=_WORDS[words][0],
        words_sv=_WORDS[words][1],
        parquet_en=_PARQUET[parquet][0],
        parquet_sv=_PARQUET[parquet][1],
    )
    return text.encode()


_WORDS = {
    True: (
        "`opened/` holds the public words, each with the seed that opens its commitment.",
        "`opened/` innehåller de offentliga orden, vart och ett med det frö som öppnar dess åtagande.",
    ),
    False: (
        "The words themselves are not in this bundle: the key store was not at hand when it was made.",
        "Själva orden finns inte i det här paketet: nyckelförrådet var inte tillgängligt när det gjordes.",
    ),
}

_PARQUET = {
    True: (
        "`parquet/` holds the same entries once more, for DuckDB, pandas and other tools.",
        "`parquet/` innehåller samma poster en gång till, för DuckDB, pandas och andra verktyg.",
    ),
    False: ("There are no Parquet files in this bundle.", "Det finns inga Parquet-filer i det här paketet."),
}

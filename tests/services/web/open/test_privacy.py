"""No feed, calendar, trace, catalogue, table or zip shows what pages may not: words of class S, taken back, or erased."""

from __future__ import annotations

import gzip
import io
from zipfile import ZipFile

import pyarrow.parquet as pq
import pytest

from services.web.open.columns import FORMS
from services.web.open.tables import TABLES
from tests.services.web.open.town import CANARY
from tests.services.web.site import Site

_THINGS = {"beslut": ["park-1"], "forslag": ["nf-1", "nf-2", "nf-3", "nf-4"], "arende": ["bankar"]}
_SUFFIXES = {
    "beslut": ("atom", "ics", "jsonld", "zip"),
    "forslag": ("atom", "jsonld", "zip"),
    "arende": ("atom", "zip"),
}
FILES = [
    *("/flode.atom", "/en/flode.atom", "/loften.ics", "/namnd/park.ics", "/omrostningar/stangd.atom"),
    *(f"/{kind}/{name}.{suffix}" for kind, names in _THINGS.items() for name in names for suffix in _SUFFIXES[kind]),
    *(f"/data/catalog.{suffix}" for suffix in ("rdf", "ttl", "jsonld")),
    *(f"/data/{name}.{form}" for name in TABLES for form in FORMS),
]
PAST = [f"/data/forslag.csv?at={position}" for position in (5, 6, 7)] + [
    "/forslag/nf-2.jsonld?at=6",
    "/forslag/nf-4.zip?at=9",
]


def plain(octets: bytes) -> bytes:
    """Return what a file holds, unpacked."""
    if octets.startswith(b"PK"):
        with ZipFile(io.BytesIO(octets)) as packed:
            return b"".join(packed.read(name) for name in packed.namelist())
    if octets.startswith(b"PAR1"):
        return str(pq.read_table(io.BytesIO(octets)).to_pylist()).encode()
    return gzip.decompress(octets) if octets.startswith(b"\x1f\x8b") else octets


@pytest.mark.parametrize("path", [*FILES, *PAST])
def test_nothing_withheld_is_in_it(site: Site, path: str) -> None:
    said = site(path)
    assert said.status == 200, said.text
    octets = plain(said.body)
    assert not [name for name, words in CANARY.items() if words.encode() in octets]


@pytest.mark.parametrize("path", ["/data/handelser.parquet", "/data/handelser.jsonl.gz", "/omrostningar/oppen.zip"])
def test_entries_hold_no_words_of_people(site: Site, path: str) -> None:
    octets = plain(site(path).body)
    # A voter is a pseudonym, and stands in the record in the clear.
    assert [name for name, words in CANARY.items() if words.encode() in octets] in ([], ["open-vote"])
    assert "Fler bänkar".encode() not in octets or path.endswith(".zip")


def test_the_canaries_were_really_recorded(site: Site) -> None:
    statuses = site("/data/forslag.csv").text
    assert "withdrawn" in statuses and "rejected" in statuses and "erased" in statuses
    assert CANARY["open-vote"].encode() in plain(site("/data/handelser.jsonl.gz").body)

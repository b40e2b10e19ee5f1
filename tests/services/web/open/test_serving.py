"""How open data is handed out: methods, validators, headers, and refusals that help."""

from __future__ import annotations

import gzip
import re
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from ledger.messages import Command
from ledger.participants import DecideErasure, RequestErasure
from services.settings import Settings
from services.web.open import catalogue, chunks, promises, serving
from services.web.pace import Pace
from tests.services.web.open.test_privacy import plain
from tests.services.web.open.town import record, served, town
from tests.services.web.site import Site

FILES = [
    *("/flode.atom", "/loften.ics", "/beslut/park-1.jsonld", "/data/catalog.ttl", "/beslut/park-1.zip"),
    *("/data/beslut.csv", "/data/beslut.parquet", "/data/handelser.parquet", "/data/handelser.jsonl.gz"),
]


@pytest.mark.parametrize("path", FILES)
def test_a_file_says_how_it_may_be_used(site: Site, path: str) -> None:
    said = site(path)
    assert said.status == 200
    assert said.headers["access-control-allow-origin"] == "*"
    assert said.headers["x-content-type-options"] == "nosniff"
    assert said.headers["content-security-policy"].startswith("default-src 'none'")
    assert said.headers["cache-control"] == "public, max-age=0, must-revalidate"
    assert f'<{site.url}/data/catalog.jsonld>; rel="describedby"' in said.headers["link"]
    assert "set-cookie" not in said.headers
    assert parsedate_to_datetime(said.headers["last-modified"]).tzinfo is not None
    if not path.endswith((".atom", ".ttl", ".jsonld")):
        assert said.headers["content-disposition"].startswith("attachment; filename=")


@pytest.mark.parametrize("path", FILES)
def test_what_the_client_has_is_not_sent_again(site: Site, path: str) -> None:
    tag = site(path).headers["etag"]
    said = site(path, If_None_Match=tag)
    assert (said.status, said.body) == (304, b"")
    assert said.headers["etag"] == tag
    assert said.headers["access-control-allow-origin"] == "*"
    assert site(path, If_None_Match='"other"').status == 200


@pytest.mark.parametrize("path", FILES)
def test_a_head_is_the_answer_without_its_body(site: Site, path: str) -> None:
    said, head = site(path), site(path, "HEAD")
    assert (head.status, head.body) == (200, b"")
    for name in ("content-type", "content-length", "etag", "last-modified"):
        assert head.headers[name] == said.headers[name]
    assert int(head.headers["content-length"]) == len(said.body)


@pytest.mark.parametrize("path", FILES)
def test_other_methods(site: Site, path: str) -> None:
    asked = site(path, "OPTIONS")
    assert asked.status == 204 and asked.headers["access-control-allow-methods"] == "GET, HEAD"
    assert site(path, "DELETE").status == 405


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/data/beslut.csv?at=0", 400),
        ("/data/beslut.csv?at=-1", 400),
        ("/data/beslut.csv?at=999999999999999999", 404),
        ("/data/beslut.csv?at=9999999999999999999999", 400),
        ("/data/beslut.csv?at=<script>", 400),
        ("/beslut/park-1.zip?at=99999", 404),
        ("/flode.atom?at=99999", 404),
        ("/data/nothing.csv", 404),
        ("/data/handelser-999999.parquet", 404),
        ("/beslut/%00.atom", 404),
        ("/beslut/" + "x" * 3000 + ".jsonld", 404),
        ("/beslut/%F0%9F%92%A9.ics", 404),
    ],
)
def test_what_cannot_be_answered_is_refused_with_a_sentence(site: Site, path: str, status: int) -> None:
    said = site(path)
    assert said.status == status
    assert said.body.strip()
    assert b"Traceback" not in said.body
    if not said.headers["content-type"].startswith("text/html"):
        assert b"<script>" not in said.body


@pytest.mark.parametrize("host", ["a.example/<x>", "a b", "", "x" * 300, 'a"b'])
def test_a_host_that_is_none_is_refused(site: Site, host: str) -> None:
    answer = site.raw(f"GET /flode.atom HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    assert answer.status == 400


def test_a_compressed_answer_is_the_same(site: Site) -> None:
    said = site("/flode.atom", Accept_Encoding="gzip")
    assert said.headers["content-encoding"] == "gzip"
    assert gzip.decompress(said.body) == site("/flode.atom").body


def test_whoever_asks_too_fast_waits(chosen: Settings) -> None:
    with served(chosen, Pace(per_second=0.01, at_once=3)) as site:
        said = [
            site(path, X_Forwarded_For="192.0.2.1")
            for path in ("/flode.atom", "/data/beslut.csv", "/data/handelser.jsonl.gz", "/loften.ics")
        ]
    assert [each.status for each in said] == [200, 200, 200, 429]
    assert int(said[-1].headers["retry-after"]) > 0
    assert said[-1].headers["content-type"].startswith("text/plain")


def test_what_goes_wrong_inside_is_an_id_and_stands_in_the_log(
    chosen: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a secret of ours")

    monkeypatch.setattr(promises, "written", broken)
    with served(chosen) as site:
        said = site("/loften.ics")
    assert said.status == 500 and "secret" not in said.text
    (found,) = re.findall(r"error id ([0-9a-f]{12})", said.text)
    assert f"error {found} in a file" in caplog.text


def test_what_is_erased_is_gone_from_every_file_at_once(tmp_path: Path) -> None:
    chosen = town(tmp_path)
    paths = [
        "/forslag/nf-1.atom",
        "/forslag/nf-1.jsonld",
        "/forslag/nf-1.jsonld?at=5",
        "/data/forslag.csv",
        "/forslag/nf-1.zip",
    ]
    words = "Fler bänkar".encode()
    asked: list[Command] = [
        RequestErasure.model_validate({"request": "e-2", "participant": "a-nf-1", "scope": ["public_words"]}),
        DecideErasure.model_validate(
            {"request": "e-2", "outcome": "granted", "by_role": "dpo", "basis": "consent_withdrawn"}
            | {"keys": ["author:a-nf-1|P"]}
        ),
    ]
    with served(chosen) as site:
        before = {path: plain(site(path).body) for path in paths}
        record(chosen, asked, erasing="e-2")
        after = {path: plain(site(path).body) for path in paths}
    assert [path for path in paths[:4] if words not in before[path]] == []
    assert [path for path in paths if words in after[path]] == []


def test_a_record_of_many_chunks_is_served_whole_and_by_the_chunk(
    chosen: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "CHUNK_ENTRIES", 8)
    for module in (chunks, serving, catalogue):
        monkeypatch.setattr(module, "chunks_of", lambda size: range(-(-size // 8)))
    with served(chosen) as site:
        whole = gzip.decompress(site("/data/handelser.jsonl.gz").body).splitlines()
        parts = [site(f"/data/handelser-{number:06}.jsonl.gz") for number in range(-(-len(whole) // 8))]
        assert [line for part in parts for line in gzip.decompress(part.body).splitlines()] == whole
        assert len({part.headers["etag"] for part in parts}) == len(parts)
        assert site(f"/data/handelser-{len(parts):06}.jsonl.gz").status == 404
        said = site("/data/handelser.parquet")
        assert said.status == 404 and f"{len(parts)} Parquet files" in said.text
        listed = site("/data/catalog.ttl").text
        assert all(f"/data/handelser-{number:06}.parquet>" in listed for number in range(len(parts)))
        assert "/data/handelser.parquet>" not in listed

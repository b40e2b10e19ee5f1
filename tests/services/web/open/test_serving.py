"""How open data is handed out: methods, validators, headers, and refusals that help."""

from __future__ import annotations

import gzip
from email.utils import parsedate_to_datetime

import pytest

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

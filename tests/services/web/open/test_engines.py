"""PostgreSQL gives what SQLite gives: the same files with the same content, but for the times of recording."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.services.web.open.test_privacy import FILES, plain
from tests.services.web.open.town import served, town
from tests.services.web.site import Site

_TIMES = re.compile(rb"20\d\d-?\d\d-?\d\d(T[0-9:.]+Z?|T\d+Z)|[0-9a-f]{64}|127\.0\.0\.1:\d+")
DRAWN_BY_CHANCE = (".zip", ".parquet")
"""What holds nonces, signatures or files of both."""


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory, postgres_module_url: str) -> Iterator[Site]:
    with served(town(tmp_path_factory.mktemp("other"), postgres_module_url)) as found:
        yield found


def test_every_file_is_the_same_on_both_engines(site: Site, other: Site) -> None:
    for path in FILES:
        ours, theirs = site(path), other(path)
        assert (ours.status, theirs.status) == (200, 200), path
        assert ours.headers["content-type"] == theirs.headers["content-type"]
        if not path.endswith(DRAWN_BY_CHANCE) and "flode" not in path:
            assert _without_times(plain(ours.body)) == _without_times(plain(theirs.body)), path


def _without_times(octets: bytes) -> list[bytes]:
    return [_TIMES.sub(b"", line) for line in octets.replace(b"\r\n ", b"").splitlines()]

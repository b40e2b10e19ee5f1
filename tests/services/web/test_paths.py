"""Whatever is asked, the answer is one of a few, and nothing outside the log is ever read."""

from __future__ import annotations

from urllib.parse import quote

from hypothesis import example, given
from hypothesis import strategies as st

from ledger.log.errors import MalformedTile
from ledger.log.tiles import TileId, parse_path, width_at
from tests.ledger.log.published import Published
from tests.services.web.site import Site, served

ALLOWED = {200, 204, 301, 304, 400, 404, 405, 503}
WORDS = st.sampled_from(
    (
        *("tile", "entries", "checkpoint", "checkpoints", "receipts", "log.vkey", "log.key", "policy", "static", "en"),
        *("0", "1", "8", "63", "64", "000", "001", "002", "x000", "000.p", "5", "88", "255", "256", "x999", "999"),
        *("..", ".", "", "//", "\\", "~", "%2e%2e", "data", "keys", "etc", "passwd", "-1", "1e9", "9" * 30),
        *("٣", "\x00", "checkpoints?after=3", "?after=", "a" * 300),
    )
)
PATHS = st.one_of(
    st.lists(WORDS, max_size=8).map("/".join),
    st.text(max_size=40),
    st.builds(
        "tile/{}/{}".format,
        st.integers(-1, 70),
        st.from_regex(r"(x[0-9]{3}/){0,3}[0-9]{3}(\.p/[0-9]{1,3})?", fullmatch=True),
    ),
)


@given(path=PATHS, method=st.sampled_from(["GET", "HEAD", "OPTIONS", "POST", "DELETE"]), quoted=st.booleans())
@example(path="tile/0/002.p/88", method="GET", quoted=False)
@example(path="tile/../../log.key", method="GET", quoted=False)
@example(path="../keys/log.key", method="GET", quoted=True)
@example(path="log.key", method="GET", quoted=False)
def test_every_path_has_a_sane_answer(site: Site, path: str, method: str, quoted: bool) -> None:
    octets = quote(path, safe="/?=").encode() if quoted else path.encode()
    request = b"%s /%s HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n" % (
        method.encode(),
        octets.translate(None, b"\r\n"),
    )
    said = site.raw(request, method)
    assert said.status in ALLOWED, (said.status, said.body)
    assert b"PRIVATE+KEY" not in said.body and b"root:" not in said.body
    if said.status >= 400 and method != "HEAD":
        assert said.body and len(said.body) < 600


@given(
    level=st.one_of(st.none(), st.integers(0, 4)),
    number=st.integers(0, 3),
    width=st.one_of(st.none(), st.integers(0, 257)),
)
def test_exactly_the_tiles_of_published_sizes_are_there(
    site: Site, level: int | None, number: int, width: int | None
) -> None:
    kind = "entries" if level is None else str(level)
    path = f"tile/{kind}/{number:03}" + ("" if width is None else f".p/{width}")
    said = site(f"/{path}")
    try:
        tile = parse_path(path)
    except MalformedTile:
        assert said.status == 400
        return
    there = width_at(TileId(level or 0, number), 600) >= tile.width
    assert said.status == (200 if there else 404)
    if there and level is not None:
        assert len(said.body) == 32 * tile.width


def test_the_folder_of_keys_is_not_served(kept: Published) -> None:
    with served(kept) as site:
        for name in sorted(path.name for path in kept.keys.iterdir() if path.is_file()):
            for path in (f"/{name}", f"/keys/{name}", f"/tile/../{name}", f"/../keys/{name}", f"/static/../{name}"):
                said = site.raw(b"GET %s HTTP/1.1\r\nHost: h\r\n\r\n" % path.encode())
                assert said.status in {400, 404} or (name in {"log.vkey", "log.vkeys"} and path == f"/{name}")

"""The log's files over HTTP: exactly what C2SP tlog-tiles says, and nothing that no checkpoint has signed."""

from __future__ import annotations

import gzip
import json

import pytest

from ledger.log.checkpoint import Checkpoint
from ledger.log.cosignature import MlDsaKey
from ledger.log.merkle import consistency_plan, read_plan, root_of
from ledger.log.note import VerifierKey
from ledger.log.policy import Policy
from ledger.log.tiles import (
    TileHashes,
    TileId,
    bundles_of,
    join_bundle,
    parse_path,
    split_bundle,
    tiles_needed,
    tiles_of,
)
from ledger.log.verify import verify_checkpoint, verify_consistency, verify_receipt
from ledger.log.vkeys import parse_vkey
from services.web import log
from tests.ledger.log.published import ORIGIN, Published, leaf, literal
from tests.services.web.site import SIZES, Site, served

IMMUTABLE = "public, max-age=31536000, immutable"


def test_a_stranger_verifies_the_log_with_what_is_served(site: Site, kept: Published) -> None:
    key = VerifierKey.parse(site("/log.vkey").text.strip())
    signed = verify_checkpoint(site("/checkpoint").body, ORIGIN, [key])
    assert signed == Checkpoint(ORIGIN, 600, root_of(kept.leaves[:600]))
    entries = [entry for each in bundles_of(600) for entry in split_bundle(site(f"/{each.path()}").body, each.width)]
    assert entries == kept.entries[:600]
    tiles = {TileId(each.level or 0, each.number): site(f"/{each.path()}").body for each in tiles_of(600)}
    assert b"".join(tiles[TileId(0, number)] for number in range(3)) == b"".join(leaf(entry) for entry in entries)
    for size in SIZES:
        plan = consistency_plan(size, 600)
        assert tiles_needed(plan) <= tiles.keys()
        proof = read_plan(plan, TileHashes(tiles))
        verify_consistency(size, root_of(kept.leaves[:size]), 600, signed.root, proof)


@pytest.mark.parametrize("size", SIZES)
def test_the_files_of_every_published_size_are_served(site: Site, kept: Published, size: int) -> None:
    for tile in tiles_of(size):
        said = site(f"/{tile.path()}")
        assert (said.status, len(said.body)) == (200, 32 * tile.width)
        assert said.headers["content-type"] == "application/octet-stream"
        assert said.headers["cache-control"] == IMMUTABLE
    for bundle in bundles_of(size):
        said = site(f"/{bundle.path()}")
        first = bundle.number * 256
        assert said.body == join_bundle(kept.entries[first : first + bundle.width])
        assert said.headers["content-type"] == "application/octet-stream"
        assert said.headers["cache-control"] == IMMUTABLE


def test_a_partial_tile_is_a_beginning_of_the_full_one(site: Site) -> None:
    full = site("/tile/0/000").body
    for width in (1, 3, 4, 100, 255):
        assert site(f"/tile/0/000.p/{width}").body == full[: 32 * width]
    assert site("/tile/1/000.p/1").body == site("/tile/1/000.p/2").body[:32]


@pytest.mark.parametrize(
    "path",
    [
        "/tile/0/002",  # 88 of 256
        "/tile/0/002.p/89",  # recorded, and not signed yet
        "/tile/entries/002",
        "/tile/entries/002.p/89",
        "/tile/0/003.p/1",
        "/tile/1/000",
        "/tile/1/000.p/3",
        "/tile/2/000.p/1",
        "/tile/63/000",
        "/tile/0/x009/x223/x372/x036/x854/x775/807",
        "/receipts/601",  # recorded, and not signed yet
        "/receipts/606",
        "/receipts/9223372036854775807",
        "/receipts/0",
        "/policy/x",
        "/checkpoint/",
        "/tile",
    ],
)
def test_what_no_checkpoint_implies_is_not_there(site: Site, path: str) -> None:
    said = site(path)
    assert said.status == 404
    assert said.headers["cache-control"] == "no-store"
    assert said.headers["content-type"] == "text/plain; charset=utf-8"
    assert said.text.endswith(".\n") and len(said.text.splitlines()) == 1


@pytest.mark.parametrize(
    "path",
    [
        "/tile/0/x000/000",
        "/tile/0/000.p/256",
        "/tile/0/000.p/0",
        "/tile/0/000.p/01",
        "/tile/00/000",
        "/tile/0/0",
        "/tile/0/000/",
        "/tile//0/000",
        "/tile/64/000",
        "/tile/8/0/000",
        "/tile/data/000",
        "/tile/-1/000",
        "/tile/0/000%2ep/5",
        "/%74ile/0/000",
        "/tile%2F0/000",
        "/check%70oint",
        "/tile/0/../0/000",
        "/tile/../checkpoint",
        "/tile/0/%2e%2e/000",
        "/tile/0/000%00",
        "/tile/0/٠٠٠".encode().decode("latin-1"),
        "/tile/" + "x000/" * 400,
        "/receipts/01",
        "/receipts/-1",
        "/receipts/1e3",
        "/receipts/9223372036854775808",
        "/receipts/99999999999999999999999999",
    ],
)
def test_a_file_has_one_address(site: Site, path: str) -> None:
    said = site.raw(b"GET %s HTTP/1.1\r\nHost: h\r\n\r\n" % path.encode("latin-1"))
    assert said.status in {400, 404}
    assert len(said.body) < 400


def test_the_checkpoint_moves_and_says_when_it_has_not(grown: Published) -> None:
    with served(grown) as site:
        first = site("/checkpoint")
        assert first.headers["content-type"] == "text/plain; charset=utf-8"
        assert first.headers["cache-control"] == "public, max-age=2"
        again = site("/checkpoint", If_None_Match=f'"other", W/{first.headers["etag"]}')
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", first.headers["etag"])
        assert site("/tile/0/002.p/93").status == 404
        grown.publish()
        moved = site("/checkpoint", If_None_Match=first.headers["etag"])
        assert moved.status == 200 and moved.text.splitlines()[1] == "605"
        assert len(site("/tile/0/002.p/93").body) == 93 * 32


def test_bundles_are_packed_for_whoever_takes_it(site: Site) -> None:
    plain, packed = site("/tile/entries/000"), site("/tile/entries/000", Accept_Encoding="br, gzip;q=0.5")
    assert packed.headers["content-encoding"] == "gzip" and len(packed.body) < len(plain.body)
    assert gzip.decompress(packed.body) == plain.body
    assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"
    for refusing in ("identity", "gzip;q=0", "gzip;q=0.0", "br", ""):
        assert "content-encoding" not in site("/tile/entries/000", Accept_Encoding=refusing).headers
    assert "content-encoding" not in site("/tile/0/000", Accept_Encoding="gzip").headers


def test_a_receipt_is_a_file_that_proves_itself(site: Site, kept: Published) -> None:
    for position in (1, 3, 4, 256, 257, 600):
        said = site(f"/receipts/{position}")
        assert said.headers["content-disposition"] == f'attachment; filename="receipt-{position}.tlog-proof"'
        on_record = verify_receipt(said.body, ORIGIN, [kept.key])
        assert (on_record.position, on_record.entry) == (position, kept.entries[position - 1])


@pytest.mark.parametrize("path", ["/checkpoint", "/tile/0/000", "/tile/entries/000", "/log.vkey", "/receipts/3", "/"])
def test_a_head_is_the_answer_without_its_body(site: Site, path: str) -> None:
    whole, head = site(path), site(path, "HEAD")
    assert (whole.status, head.status, head.body) == (200, 200, b"")
    without_date = [{k: v for k, v in each.headers.items() if k != "date"} for each in (whole, head)]
    assert without_date[0] == without_date[1]
    assert whole.headers["content-length"] == str(len(whole.body))


def test_the_history_is_in_pages_that_make_up_the_file_of_a_bundle(
    site: Site, kept: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = site("/checkpoints")
    assert whole.headers["content-type"] == "application/jsonl"
    lines = [json.loads(line) for line in whole.body.splitlines()]
    assert [line["size"] for line in lines] == list(SIZES)
    for line in lines:
        signed = verify_checkpoint(line["note"].encode(), ORIGIN, [kept.key])
        assert signed == Checkpoint(ORIGIN, line["size"], root_of(kept.leaves[: line["size"]]))
    monkeypatch.setattr(log, "PAGE_CHECKPOINTS", 3)
    first = site("/checkpoints")
    assert first.headers["link"] == '<?after=260>; rel="next"'
    rest = site("/checkpoints?after=260")
    assert first.body + rest.body == whole.body and "link" not in rest.headers
    assert site("/checkpoints?after=600").body == b""
    assert site("/checkpoints.jsonl").body == whole.body
    assert site("/checkpoints.jsonl", "HEAD").status == 200


@pytest.mark.parametrize(
    "query", ["after=", "after=01", "after=-1", "after=x", "after=1&after=2", "limit=3", "after=%31"]
)
def test_history_is_asked_for_in_one_way(site: Site, query: str) -> None:
    assert site(f"/checkpoints?{query}").status == 400


@pytest.mark.parametrize("path", ["/checkpoint", "/tile/0/000", "/tile/0/009", "/tile/0/0", "/nowhere"])
def test_every_answer_is_safe_to_show_and_sets_no_cookie(site: Site, path: str) -> None:
    headers = site(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["access-control-allow-origin"] == "*"
    assert "max-age=31536000" in headers["strict-transport-security"]
    assert "set-cookie" not in headers and "server" not in headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW"])
def test_nothing_can_be_done_but_reading(site: Site, method: str) -> None:
    said = site("/checkpoint", method)
    assert said.status == 405
    assert {"GET", "HEAD"} <= set(said.headers["allow"].split(", "))


def test_a_browser_elsewhere_may_ask(site: Site) -> None:
    said = site("/checkpoint", "OPTIONS", Origin="https://elsewhere.example", Access_Control_Request_Method="GET")
    assert said.status == 204
    assert said.headers["access-control-allow-methods"] == "GET, HEAD"
    assert said.headers["access-control-allow-headers"] == "If-None-Match"


def test_a_damaged_tile_is_not_handed_out_and_said_to_be(grown: Published) -> None:
    name = grown.engine.name
    short = grown.tiles()[0, 0][:-1]
    grown.tamper(
        f"UPDATE tile SET hashes = {literal(name, short)} WHERE level = 0 AND number = 0",
        "DELETE FROM tile WHERE level = 0 AND number = 1",
        "DELETE FROM event WHERE position = 300",
    )
    with served(grown) as site:
        for path in ("/tile/0/000", "/tile/0/000.p/3", "/tile/0/001", "/tile/entries/001", "/receipts/300"):
            said = site(path)
            assert said.status == 503, path
        assert "is damaged here: it is stored with 8191 bytes" in site("/tile/0/000").text
        assert "an event is missing" in site("/tile/entries/001").text
        assert site("/tile/entries/001").headers["retry-after"] == "5"
        assert site("/receipts/4").status == 503, "its proof needs the damaged tile"
        assert site("/tile/entries/000").status == 200


def test_a_log_without_a_checkpoint_says_so(published: Published) -> None:
    published.record(2)
    with served(published) as site:
        said = site("/checkpoint")
        assert said.status == 404 and "none has been published yet" in said.text
        assert site("/tile/0/000.p/1").status == 404
        assert site("/receipts/1").status == 404
        assert site("/log.vkey").status == 404
        published.publish()
        assert site("/checkpoint").status == 200
        assert site("/receipts/1").status == 200


def test_the_keys_that_signed_are_handed_out(site: Site, kept: Published) -> None:
    keys = [parse_vkey(line) for line in site("/log.vkeys").text.splitlines()]
    note = site("/checkpoint").body
    for key in keys:
        assert verify_checkpoint(note, ORIGIN, [key]).size == 600
    assert [type(key) for key in keys] == [VerifierKey, MlDsaKey]
    policy = Policy.parse(site("/policy").body)
    assert policy.logs[0].verifier == kept.key


def test_a_key_that_cannot_be_read_is_no_leak(grown: Published) -> None:
    (grown.keys / "log.vkey").write_text("PRIVATE+KEY+something")
    with served(grown) as site:
        said = site("/log.vkey")
        assert said.status == 503
        assert str(grown.keys) not in said.text and "PRIVATE" not in said.text


def test_every_path_of_a_tile_is_one_the_parser_knows(site: Site) -> None:
    for tile in tiles_of(600):
        assert parse_path(tile.path()) == tile and site(f"/{tile.path()}").status == 200

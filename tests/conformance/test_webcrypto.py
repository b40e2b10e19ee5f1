"""A page in a browser can verify our log: WebCrypto and fetch are all it takes."""

from __future__ import annotations

import json
import re
from base64 import b64encode

import pytest

from ledger.log.merkle import root_of
from tests.conformance.conftest import Ours, Tool
from tests.ledger.log.published import literal
from tests.services.web.site import Site


def test_webcrypto_accepts_entries_and_growth(webcrypto: Tool, ours: Ours, site: Site) -> None:
    before = 0
    for size in (1, 2, 255, 256, 257, 700):
        ours.grow(size)
        vkey = site("/log.vkey").text.strip()
        old = (str(before), b64encode(root_of(ours.published.leaves[:before])).decode()) if before else ()
        for position in {1, size // 2 + 1, size}:
            found = json.loads(webcrypto(site.url, vkey, str(position), *old))
            entry = ours.published.entries[position - 1]
            assert found == {"size": size, "position": position, "bytes": len(entry), "extends": before}
        before = size


def test_webcrypto_refuses_what_does_not_hold(webcrypto: Tool, ours: Ours, site: Site) -> None:
    vkey = site("/log.vkey").text.strip()
    false_id = re.sub(r"\+[0-9a-f]{8}\+", "+00000000+", vkey)
    assert "id is false" in webcrypto.run(site.url, false_id, "1").stderr
    other_root = b64encode(root_of(ours.published.leaves[:254])).decode()
    assert "does not extend" in webcrypto.run(site.url, vkey, "1", "255", other_root).stderr
    assert "404" in webcrypto.run(site.url + "/nowhere", vkey, "1").stderr


@pytest.mark.parametrize("table", ["event", "tile"])
def test_webcrypto_finds_a_changed_record(webcrypto: Tool, ours: Ours, site: Site, table: str) -> None:
    octets = ours.published.entries[3] if table == "event" else ours.published.tiles()[0, 0]
    changed = bytes([octets[0] ^ 1]) + octets[1:]
    where = (
        "SET entry = {} WHERE position = 4" if table == "event" else "SET hashes = {} WHERE level = 0 AND number = 0"
    )
    statement = f"UPDATE {table} {where}"
    ours.published.tamper(statement.format(literal("sqlite", changed)))
    try:
        ran = webcrypto.run(site.url, site("/log.vkey").text.strip(), "4")
        assert ran.returncode == 1 and "is not in the signed tree" in ran.stderr
    finally:
        ours.published.tamper(statement.format(literal("sqlite", octets)))

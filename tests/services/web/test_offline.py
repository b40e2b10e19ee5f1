"""Our own verifier of bundles takes the address of a running server, and finds nothing wrong with it."""

from __future__ import annotations

from contextlib import closing

from services.audit.offline.bundle import Wanted, verify_bundle
from services.audit.offline.sources import Stream
from services.audit.offline.web import Web
from tests.ledger.log.published import Published, literal
from tests.services.web.site import Site, served


def test_a_served_log_is_verified_like_a_bundle(site: Site, kept: Published) -> None:
    with closing(Web(site.url)) as source:
        report = verify_bundle(source, Wanted(keys=kept.folder.verifiers()))
    assert (report.findings, report.size) == ([], 600)
    assert any("bring one with --since" in each for each in report.not_checked)


def test_an_entry_changed_behind_the_server_is_named(grown: Published) -> None:
    entry = grown.entries[299].replace(b"noted", b"voted")
    grown.tamper(f"UPDATE event SET entry = {literal(grown.engine.name, entry)} WHERE position = 300")
    with served(grown) as site, closing(Web(site.url)) as source:
        report = verify_bundle(source, Wanted())
    assert [each.position for each in report.findings] == [300]


def test_a_log_that_grows_while_it_is_read_is_verified_as_far_as_it_was(grown: Published) -> None:
    class Overtaken(Web):
        def stream(self, path: str) -> Stream:
            found = super().stream(path)
            if path == "checkpoint":
                grown.record(300)
                grown.publish()
            return found

    with served(grown) as site, closing(Overtaken(site.url)) as source:
        report = verify_bundle(source, Wanted())
        assert site("/checkpoint").text.splitlines()[1] == "905"
    assert (report.findings, report.size) == ([], 600)

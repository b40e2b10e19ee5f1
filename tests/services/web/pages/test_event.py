"""One event: decoded, placed, and with the very bytes that were signed."""

import json

import pytest

from ledger.log.merkle import leaf_hash
from ledger.log.note import VerifierKey
from ledger.log.verify import verify_receipt
from tests.services.web.paged import LEDGER
from tests.services.web.pages.audited import EVENTS, HOSTILE
from tests.services.web.pages.seen import Read
from tests.services.web.site import Site

INPUT, MATTER, HOSTILE_MATTER, LETTER = 4, 2, 7, 9


def test_an_event_shows_the_bytes_that_its_receipt_proves(audit: Site) -> None:
    shown = json.loads(audit(f"/handelse/{INPUT}.json").body)
    key = VerifierKey.parse(audit("/log.vkey").text.strip())
    proved = verify_receipt(audit(f"/receipts/{INPUT}").body, LEDGER, [key])
    assert proved.entry == shown["entry"].encode()
    assert leaf_hash(proved.entry).hex() == shown["leaf_hash"]
    assert (proved.position, shown["bytes"]) == (INPUT, len(proved.entry))


def test_words_are_opened_and_stay_words(audit: Site) -> None:
    shown = json.loads(audit(f"/handelse/{INPUT}.json").body)["event"]
    assert shown["data"]["text"]["text"] == HOSTILE
    for position in (INPUT, HOSTILE_MATTER):
        for path in ("/handelse", "/en/handelse"):
            page = audit(f"{path}/{position}")
            assert "<img" not in page.text
            assert HOSTILE in Read.of(page.text).text


def test_an_event_says_what_it_is_where_it_stands_and_what_is_about_it(audit: Site) -> None:
    read = Read.of(audit(f"/en/handelse/{MATTER}").text)
    assert read.headings[0] == (1, "A body took up a matter")
    assert {"/en/handelse/1", "/en/handelse/3", "/en/arende/m", "/en/namnd/ks"} <= set(read.links)
    assert "Something in this event was wrong, and was corrected." in read.text
    swedish = Read.of(audit(f"/handelse/{MATTER}").text)
    assert swedish.headings[0] == (1, "Ett organ tog upp ett ärende")
    assert "titel Skolan" in swedish.text


def test_the_first_and_the_last_event_have_one_neighbour(audit: Site) -> None:
    first, last = (json.loads(audit(f"/handelse/{each}.json").body) for each in (1, EVENTS))
    assert (first["previous"], first["next"]) == (None, 2)
    assert (last["previous"], last["next"]) == (EVENTS - 1, None)


def test_the_box_names_the_receipt_the_command_and_what_is_not_shown(audit: Site) -> None:
    page = audit("/handelse/3").text
    assert 'data-position="3"' in page and f'data-origin="{LEDGER}"' in page
    assert "liggare verify receipt-3.tlog-proof --vkey log.vkey" in page
    assert "/receipts/3" in Read.of(page).links
    assert "Den här webbplatsen skickade programmet som kontrollerade." in page
    assert "<script>" not in page and " style=" not in page


@pytest.mark.parametrize("position", ["0", "x", "-1", "1.5", "01", "9" * 40, str(EVENTS + 1), "%00", "%3Cscript%3E"])
def test_what_is_no_event_is_not_there(audit: Site, position: str) -> None:
    assert audit(f"/handelse/{position}").status == 404


def test_an_event_is_not_there_before_it_was_recorded(audit: Site) -> None:
    assert audit(f"/handelse/{INPUT}?at=3").status == 404
    assert audit(f"/handelse/{INPUT}?at=4").status == 200


def test_words_that_were_taken_off_are_shown_neither_decoded_nor_raw(audit: Site) -> None:
    shown = json.loads(audit(f"/handelse/{LETTER}.json").body)
    assert shown["event"]["data"]["title"] == {"withheld": "unpublished"}
    assert shown["entry"] is None
    for path in ("/handelse", "/en/handelse"):
        assert "Utredning" not in audit(f"{path}/{LETTER}").text
    assert "[avpublicerat]" in Read.of(audit(f"/handelse/{LETTER}").text).text


@pytest.mark.parametrize(
    "path",
    [
        f"/handelse/{LETTER}{{}}?at={LETTER}",
        f"/handlingar{{}}?at={LETTER}",
        f"/handlingar/letter{{}}?at={LETTER}",
        f"/jamfor{{}}?sida=/handlingar/letter&fran={LETTER}",
        f"/jamfor{{}}?sida=/handlingar&fran={LETTER}",
        f"/om{{}}?at={LETTER}",
    ],
)
def test_what_is_taken_off_now_is_not_shown_at_any_moment_of_the_past(audit: Site, path: str) -> None:
    for form in ("", ".json"):
        said = audit(path.format(form))
        assert said.status == 200 and "Utredning" not in said.text
        assert "immutable" not in said.headers["cache-control"]

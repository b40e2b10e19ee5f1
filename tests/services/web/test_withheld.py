"""What is withheld is nowhere: every address of the site is read, in every form and at the moment before, for the words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic_core import from_json

from ledger.log.merkle import leaf_hash
from services.cli.doing import command_named
from services.web.open.columns import FORMS
from services.web.open.tables import TABLES
from tests.services.web.crawled import Crawl
from tests.services.web.open.test_privacy import plain
from tests.services.web.open.test_proof import unpacked
from tests.services.web.open.town import nothing, record, served
from tests.services.web.paged import OPENING, received
from tests.services.web.site import Site

CASES = ("titel", "avsandare", "citat", "hemligt", "rattad", "nytitel", "avvisat", "omskrivet", "aterkallat", "plats")
GONE = ("raderat", "radanytt", "radrattat", "avvisrattat")
IN_THE_CLEAR = ("titel", "hemligt", "rattad", "nytitel")
"""Of these the words stand in the clear in an entry, so that the signed log has them."""

SIGNED = ("/tile/entries/", "/receipts/", "/data/handelser.", "/data/handelser-")
"""What hands out entries as they were signed, and says so."""

STANDS = "offentligt"


def words(case: str) -> str:
    """Return words of which the first is looked up, and the second must be found nowhere."""
    return f"{case}ord {forbidden(case)}"


def forbidden(case: str) -> str:
    return f"zq{case}zq"


BEFORE: tuple[dict[str, Any], ...] = (
    *OPENING,
    {"command": "register-document", "document": "brev", "matter": "m", "title": words("titel")}
    | {"kind": "staff_letter", "status": "received", "sender": words("avsandare")},
    {"command": "register-document", "document": "akt", "matter": "m", "title": words("hemligt")}
    | {"kind": "staff_letter", "status": "received"},
    {"command": "register-document", "document": "bilaga", "matter": "m", "title": words("rattad"), "parent": "brev"}
    | {"kind": "attachment", "status": "received", "attachment_number": 1},
    {"command": "quote-passage", "quote": "q1", "document": "brev", "from_anchor": "s. 1", "text": words("citat")},
    received("i1", words("avvisat")),
    {"command": "revise-input", "input": "i1", "author": "author-i1", "text": words("omskrivet")},
    received("i2", words("aterkallat")),
    received("i3", words("plats")),
    received("i4", words("raderat")),
    {"command": "revise-input", "input": "i4", "author": "author-i4", "text": words("radanytt")},
    received("i5", words(STANDS)),
    {"command": "correct-event", "correction": "c1", "tag": "document:bilaga", "position": 6, "by_role": "registrar"}
    | {"topic": "document-registered", "pointer": "/title", "becomes": f'"{words("nytitel")}"', "reason": "Fel namn."},
    {"command": "correct-event", "correction": "c2", "tag": "input:i4", "position": 12, "by_role": "registrar"}
    | {"topic": "input-received", "pointer": "/text", "text": words("radrattat"), "reason": "Fel avskrift."},
    {"command": "correct-event", "correction": "c3", "tag": "input:i1", "position": 8, "by_role": "registrar"}
    | {"topic": "input-received", "pointer": "/text", "text": words("avvisrattat"), "reason": "Fel avskrift."},
)
WITHHOLDING: tuple[dict[str, Any], ...] = (
    {"command": "unpublish", "document": "brev", "reason_code": "personal_data", "by_role": "clerk"},
    {"command": "unpublish", "document": "bilaga", "reason_code": "personal_data", "by_role": "clerk"},
    {"command": "mark-secret", "mark": "s1", "document": "akt", "provision": "OSL 21 kap. 1 §", "by_role": "clerk"},
    {"command": "unpublish", "position": 11, "reason_code": "personal_data", "by_role": "clerk"},
    {"command": "moderate-input", "input": "i1", "verdict": "rejected", "reason_code": "abuse", "by_role": "moderator"},
    {"command": "withdraw-input", "input": "i2", "author": "author-i2"},
    {"command": "request-erasure", "request": "r1", "participant": "author-i4", "scope": ["public_words"]},
    {"command": "decide-erasure", "request": "r1", "outcome": "granted", "by_role": "data_protection_officer"}
    | {"basis": "consent_withdrawn", "keys": ["author:author-i4|P"]},
)
BEFORE_IT = len(BEFORE)


def _command(fields: dict[str, Any]) -> Any:
    given = dict(fields)
    return command_named(given.pop("command")).model_validate(given)


STARTS = (
    *("/", "/en/", "/handelser?antal=1000", "/data"),
    *(f"/sok{form}?q={case}ord" for case in (*CASES, *GONE, STANDS) for form in ("", ".json")),
    *(f"/handelse/{position}{form}" for position in range(1, BEFORE_IT + 1) for form in ("", ".json", ".jsonld")),
    *(f"/jamfor?sida=/handelse/{position}&fran={BEFORE_IT}" for position in range(4, BEFORE_IT + 1)),
    *(f"/jamfor.json?sida={page}&fran={BEFORE_IT}" for page in ("/arende/m", "/handlingar", "/rattelser", "/forslag")),
    *(f"/data/{name}.{form}" for name in TABLES for form in FORMS),
    *(f"/receipts/{position}" for position in range(1, BEFORE_IT + 1)),
)


@pytest.fixture(scope="module")
def before_and_after(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Crawl, Crawl, Site]]:
    """The site read whole before anything was withheld, and after, also at the moment before."""
    folder = tmp_path_factory.mktemp("withheld")
    chosen = nothing(folder)
    record(chosen, [_command(each) for each in BEFORE])
    with served(chosen) as site:
        open_ = Crawl(site, most=1, starts=STARTS).run()
    record(chosen, [_command(each) for each in WITHHOLDING], erasing="r1")
    with served(chosen) as site:
        entries = f"/tile/entries/000.p/{len(BEFORE) + len(WITHHOLDING)}"
        yield open_, Crawl(site, most=12, starts=(*STARTS, entries), moments=(str(BEFORE_IT),)).run(), site


def holding(crawl: Crawl, text: str) -> set[str]:
    """Return the addresses whose answers hold a text, packed or not."""
    return {address for address, said in crawl.answers.items() if text.encode() in plain(said.body)}


def test_the_site_was_read_whole(before_and_after: tuple[Crawl, Crawl, Site]) -> None:
    _, after, _ = before_and_after
    kinds = set(after.read)
    assert {"matter", "document", "proposal", "event", "event.json", "corrections.csv", "arende/zip"} <= kinds
    assert {"flode.atom/atom", "compare", "search.json", "en proposal", "forslag/jsonld", "about"} <= kinds
    assert not {address: said.status for address, said in after.answers.items() if said.status >= 500}


@pytest.mark.parametrize("case", [*CASES, *GONE])
def test_withheld_words_are_in_no_answer(before_and_after: tuple[Crawl, Crawl, Site], case: str) -> None:
    before, after, _ = before_and_after
    assert holding(before, forbidden(case)), "they were shown once, or the test shows nothing"
    still = holding(after, forbidden(case))
    signed = {address for address in still if address.startswith(SIGNED)}
    assert still == signed
    assert bool(signed) is (case in IN_THE_CLEAR)


def test_what_nobody_withheld_is_still_there(before_and_after: tuple[Crawl, Crawl, Site]) -> None:
    _, after, _ = before_and_after
    found = holding(after, forbidden(STANDS))
    assert {"/forslag/i5", "/en/forslag/i5", "/handelse/14", "/forslag/i5?at=17"} & found


def test_the_zip_says_what_it_leaves_out_and_proves_the_rest(before_and_after: tuple[Crawl, Crawl, Site]) -> None:
    site = before_and_after[2]
    for path in ("/arende/m.zip", f"/arende/m.zip?at={BEFORE_IT}"):
        files = unpacked(site, path)
        left_out = from_json(files["undanhallna.json"])
        assert [(each["position"], each["withheld"]) for each in left_out] == [
            (4, "unpublished"),
            (5, "secret"),
            (6, "unpublished"),
            (11, "unpublished"),
        ]
        assert not {f"handelser/{each['position']}.{form}" for each in left_out for form in ("json", "tlog-proof")} & {
            *files
        }
        assert {"handelser/2.json", "handelser/2.tlog-proof"} <= {*files}
        readme = files["README.txt"].decode()
        assert "not shown any more: 4." in readme and "handelser/2.tlog-proof" in readme
        for each in left_out:
            page = site(f"/handelse/{each['position']}.json")
            assert from_json(page.body)["leaf_hash"] == each["leaf_hash"] and from_json(page.body)["entry"] is None
    assert "undanhallna.json" not in unpacked(site, "/forslag/i5.zip")


def test_the_page_of_such_an_event_says_what_can_still_be_proved(before_and_after: tuple[Crawl, Crawl, Site]) -> None:
    site = before_and_after[2]
    assert "går fortfarande att bevisa" in site("/handelse/4").text
    assert "can still be proved" in site("/en/handelse/5").text
    assert "can still be proved" not in site("/en/handelse/14").text


def test_a_zip_of_which_nothing_may_be_shown_says_so(tmp_path: Path) -> None:
    chosen = nothing(tmp_path)
    taken = {"command": "unpublish", "position": 2, "reason_code": "personal_data", "by_role": "clerk"}
    record(chosen, [_command(each) for each in (*OPENING[:2], taken)])
    with served(chosen) as site:
        said = site("/arende/m.zip")
        assert said.status == 410 and "signed log" in said.text
        entry = from_json(site("/handelse/2.json").body)
        assert entry["entry"] is None and entry["leaf_hash"] != leaf_hash(b"").hex()

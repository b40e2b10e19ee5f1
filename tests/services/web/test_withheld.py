"""What is withheld is nowhere: every address of the site is read, in every form and at the moment before, for the words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from pydantic_core import from_json
from starlette.routing import Route

from ledger.log.merkle import leaf_hash
from services.bootstrap import prepared
from services.cli.doing import command_named
from services.settings import Settings
from services.web.pages import PAGES
from services.web.site import Site as Pages
from tests.services.web.crawled import Crawl
from tests.services.web.open.test_privacy import plain
from tests.services.web.open.test_proof import unpacked
from tests.services.web.open.town import nothing, record, served
from tests.services.web.paged import OPENING, received
from tests.services.web.site import Site

CASES = ("titel", "avsandare", "citat", "hemligt", "rattad", "nytitel", "avvisat", "omskrivet", "aterkallat", "plats")
GONE = ("raderat", "radanytt", "radrattat", "avvisrattat")
NAMES = ("arende", "process", "omrostning", "enkat", "beslut", "handling", "program", "nyckeltal", "sammantrade")
"""What things are called in the clear, by an event whose words are taken off by its position."""

IN_THE_CLEAR = ("titel", "hemligt", "rattad", "nytitel", *NAMES)
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
NAMED: tuple[dict[str, Any], ...] = (
    {"command": "open-matter", "matter": "m2", "title": words("arende"), "kind": "decision", "body": "ks"},
    {"command": "open-process", "process": "p2", "title": words("process"), "kind": "dialogue", "owner": "ks"},
    {"command": "open-ballot", "ballot": "b2", "question": words("omrostning"), "rule": "yes_no_abstain"},
    {"command": "plan-survey", "survey": "s2", "title": words("enkat"), "commissioner": "ks", "population": "Alla"}
    | {"design": "open"},
    {"command": "record-decision", "decision": "d2", "matter": "m", "body": "ks", "title": words("beslut")}
    | {"force": "decided", "clauses": [{"number": 1, "verb": "approve", "text": "Ja."}], "scope": [{"matter": "m"}]},
    {"command": "register-document", "document": "h2", "matter": "m", "title": words("handling"), "kind": "report"}
    | {"status": "received"},
    {"command": "adopt-programme", "programme": "g2", "programme_version": "1", "title": words("program")}
    | {"body": "ks", "elements": [{"element": "e", "kind": "goal", "title": "Ett mål"}], "period": "2015/2019"},
    {"command": "define-indicator", "indicator": "n2", "title": words("nyckeltal"), "direction": "up"}
    | {"origin": "register"},
    {"command": "call-meeting", "meeting": "t2", "body": "ks", "date": "2015-03-03", "title": words("sammantrade")},
)
FIRST_NAMED = len(BEFORE) + 1
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
    *(
        {"command": "unpublish", "position": FIRST_NAMED + at, "reason_code": "personal_data", "by_role": "clerk"}
        for at in range(len(NAMED))
    ),
)
BEFORE_IT = len(BEFORE) + len(NAMED)


def _command(fields: dict[str, Any]) -> Any:
    given = dict(fields)
    return command_named(given.pop("command")).model_validate(given)


THINGS: dict[str, tuple[object, ...]] = {
    "input": ("i1", "i2", "i3", "i4", "i5"),
    "matter": ("m", "m2"),
    "process": ("p", "p2"),
    "ballot": ("b2",),
    "survey": ("s2",),
    "decision": ("d2",),
    "document": ("brev", "akt", "bilaga", "h2"),
    "programme": ("g2",),
    "indicator": ("n2",),
    "meeting": ("t2",),
    "body": ("ks",),
    "topic": ("e",),
    "assignment": ("finns-inte",),
    "definition": ("inputs",),
    "position": tuple(range(1, BEFORE_IT + 1)),
    "chunk": ("000000",),
}
"""What every parameter of an address stands for; a page with another one has to be added here."""

QUERIES = {
    "/sok": [f"q={case}ord" for case in (*CASES, *NAMES, *GONE, STANDS)],
    "/jamfor": [f"sida={page}&fran={BEFORE_IT}" for page in ("/handlingar", "/rattelser", "/forslag", "/arende/m")],
    "/handelser": ["antal=1000"],
}
_PARAMETER = re.compile(r"\{([a-z_]+)\}")


def every_address(chosen: Settings, languages: tuple[str, ...]) -> list[str]:
    """Return every address of the site: all of its routes, with every thing of the ledger in them."""
    with prepared(chosen) as parts:
        routes = [each.path for each in Pages(parts, PAGES).routes() if isinstance(each, Route)]
    found = []
    for path in routes:
        if "{address:path}" in path or ("/en/" in f"{path}/" and "en" not in languages):
            continue
        named = _PARAMETER.findall(path)
        for things in product(*(THINGS[name] for name in named)):
            place = path.format(**dict(zip(named, things, strict=True)))
            queries = QUERIES.get(path.removeprefix("/en").partition(".")[0], [""])
            found += [f"{place}?{query}" if query else place for query in queries]
    receipts = [f"/receipts/{position}" for position in THINGS["position"]]
    return [*found, *receipts, f"/tile/entries/000.p/{BEFORE_IT + len(WITHHOLDING)}"]


Answers = dict[str, bytes]


@pytest.fixture(scope="module")
def chosen(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return nothing(tmp_path_factory.mktemp("withheld"))


@pytest.fixture(scope="module")
def before(chosen: Settings) -> Answers:
    """What every event said before anything was withheld."""
    record(chosen, [_command(each) for each in (*BEFORE, *NAMED)])
    with served(chosen) as site:
        return {path: site(path).body for path in (f"/handelse/{each}.json" for each in THINGS["position"])}


@pytest.fixture(scope="module")
def site(chosen: Settings, before: Answers) -> Iterator[Site]:
    """The site after that."""
    assert before
    record(chosen, [_command(each) for each in WITHHOLDING], erasing="r1")
    with served(chosen) as found:
        yield found


@pytest.fixture(scope="module")
def after(site: Site, chosen: Settings) -> Answers:
    """Every address of the site in Swedish, and those of data and files at the moment before it, too."""
    found: Answers = {}
    for address in every_address(chosen, ("sv",)):
        path, mark, query = address.partition("?")
        found[address] = _read(site, address)
        if "." in path.rpartition("/")[2] and not path.endswith((".csv", ".txt", ".svg")):
            past = f"{path}?{query}{'&' if mark else ''}at={BEFORE_IT}"
            found[past] = _read(site, past)
    return found


def _read(site: Site, address: str) -> bytes:
    said = site(address)
    assert said.status < 500, address
    return plain(said.body)


def holding(answers: Answers, text: str) -> set[str]:
    """Return the addresses whose answers hold a text, packed or not."""
    return {address for address, octets in answers.items() if text.encode() in octets}


@pytest.mark.parametrize("case", [*CASES, *NAMES, *GONE])
def test_withheld_words_are_in_no_answer(before: Answers, after: Answers, case: str) -> None:
    assert holding(before, forbidden(case)), "they were shown once, or the test shows nothing"
    still = holding(after, forbidden(case))
    assert still == {address for address in still if address.startswith(SIGNED)}
    assert bool(still) is (case in IN_THE_CLEAR)


def test_what_nobody_withheld_is_still_there(after: Answers) -> None:
    found = holding(after, forbidden(STANDS))
    assert {"/forslag/i5", f"/forslag/i5.json?at={BEFORE_IT}", "/data/forslag.csv", "/data/forslag.parquet"} <= found
    assert {"/handelse/14", "/sok.json?q=offentligtord", "/forslag/i5.zip", "/forslag/i5.jsonld"} <= found


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_whatever_is_linked_holds_none_of_them_in_either_language_and_at_the_moment_before(
    chosen: Settings, site: Site
) -> None:
    starts = ("/", "/en/", *every_address(chosen, ("sv", "en")))
    crawl = Crawl(site, most=12, starts=starts, moments=(str(BEFORE_IT),)).run()
    answers = {address: plain(said.body) for address, said in crawl.answers.items()}
    for case in (*CASES, *NAMES, *GONE):
        assert not {address for address in holding(answers, forbidden(case)) if not address.startswith(SIGNED)}, case


def test_the_zip_says_what_it_leaves_out_and_proves_the_rest(site: Site) -> None:
    for path in ("/arende/m.zip", f"/arende/m.zip?at={BEFORE_IT}"):
        files = unpacked(site, path)
        left_out = from_json(files["undanhallna.json"])
        assert [(each["position"], each["withheld"]) for each in left_out] == [
            (4, "unpublished"),
            (5, "secret"),
            (6, "unpublished"),
            (11, "unpublished"),
            (22, "unpublished"),
            (23, "unpublished"),
        ]
        assert not {f"handelser/{each['position']}.{form}" for each in left_out for form in ("json", "tlog-proof")} & {
            *files
        }
        assert {"handelser/2.json", "handelser/2.tlog-proof"} <= {*files}
        readme = files["README.txt"].decode()
        assert "not shown any more: 6." in readme and "handelser/2.tlog-proof" in readme
        for each in left_out:
            page = site(f"/handelse/{each['position']}.json")
            assert from_json(page.body)["leaf_hash"] == each["leaf_hash"] and from_json(page.body)["entry"] is None
    assert "undanhallna.json" not in unpacked(site, "/forslag/i5.zip")


def test_the_page_of_such_an_event_says_what_can_still_be_proved(site: Site) -> None:
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

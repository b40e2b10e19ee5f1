"""The check in the browser: what holds is said to hold, whatever was changed is refused with the step that failed."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, Route

from ledger.log.merkle import HASH_SIZE, root_of
from ledger.log.note import encode_base64
from tests.services.web.vectors import Vector, vectors

POSITION = 12
PAGE = f"/handelse/{POSITION}"
ORIGIN = "nacka.se/inflytande"
VECTORS = list(vectors())


def checked(page: Page, address: str) -> dict[str, Any]:
    """Press the button, and return the verdict, its sentence, and the class of each step."""
    page.goto(address)
    page.get_by_role("button", name="Kontrollera nu").click()
    page.wait_for_selector("[data-verified]")
    box = page.locator("[data-verify]").first
    steps = box.locator("[data-step]").evaluate_all("all => all.map(each => [each.dataset.step, each.className])")
    return {
        "verdict": box.get_attribute("data-verified"),
        "said": box.locator("[data-result]").inner_text(),
        "steps": dict(steps),
    }


def changing(page: Page, path: str, change: Callable[[str], str]) -> None:
    """Change what the server answers at a path, as a server that lies would."""

    def lie(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(status=200, body=change(answer.body().decode()), content_type="text/plain")

    page.route(f"**{path}", lie)


def line(number: int, becomes: Callable[[str], str]) -> Callable[[str], str]:
    def change(text: str) -> str:
        lines = text.split("\n")
        lines[number] = becomes(lines[number])
        return "\n".join(lines)

    return change


def _other_event(extra: str) -> str:
    entry = base64.b64decode(extra.removeprefix("extra "))
    return f"extra {encode_base64(entry.replace(b'2', b'3'))}"


def _in_note(number: int, becomes: Callable[[str], str]) -> Callable[[str], str]:
    """Change a line of the note in a receipt: 0 is the origin, 1 the size, 2 the root, 4 the first signature."""

    def change(receipt: str) -> str:
        proof, _, note = receipt.partition("\n\n")
        return f"{proof}\n\n{line(number, becomes)(note)}"

    return change


def _flipped(text: str) -> str:
    return text[:-9] + ("A" if text[-9] != "A" else "B") + text[-8:]


def test_what_holds_is_said_to_hold_and_is_remembered(page: Page, site: str) -> None:
    first = checked(page, site + PAGE)
    assert first["verdict"] == "good" and first["said"].startswith("Det stämmer.")
    assert first["steps"] == dict.fromkeys(("leaf", "path", "head", "growth"), "y")
    with urlopen(f"{site}/checkpoint") as answer:
        _, size, root = answer.read().decode().split("\n")[:3]
    kept = json.loads(page.evaluate("name => localStorage.getItem(name)", f"liggare {ORIGIN}"))
    assert kept == {"size": int(size), "root": root}
    assert "som förra gången" in _growth(page, site)


def _growth(page: Page, site: str) -> str:
    checked(page, site + PAGE)
    return page.locator("[data-step=growth] small").inner_text()


@pytest.mark.parametrize(
    ("path", "change", "step"),
    [
        pytest.param(f"/receipts/{POSITION}", line(1, _other_event), "leaf", id="event"),
        pytest.param(f"/receipts/{POSITION}", line(3, _flipped), "path", id="path"),
        pytest.param(f"/receipts/{POSITION}", line(2, lambda _: "index 12"), "leaf", id="index"),
        pytest.param(f"/receipts/{POSITION}", _in_note(1, lambda size: str(int(size) + 1)), "head", id="size"),
        pytest.param(f"/receipts/{POSITION}", _in_note(2, lambda _: encode_base64(bytes(32))), "head", id="root"),
        pytest.param(f"/receipts/{POSITION}", _in_note(4, _flipped), "head", id="signature"),
        pytest.param("/log.vkeys", line(0, _flipped), "head", id="key"),
        pytest.param("/checkpoint", line(1, lambda size: str(int(size) - 1)), "head", id="newest"),
    ],
)
def test_whatever_is_changed_is_refused_with_the_step_that_failed(
    page: Page, site: str, path: str, change: Callable[[str], str], step: str
) -> None:
    changing(page, path, change)
    found = checked(page, site + PAGE)
    assert found["verdict"] == "bad" and found["said"].startswith("Det stämmer inte.")
    assert found["steps"][step] == "x"
    assert page.evaluate("localStorage.length") == 0


@pytest.mark.parametrize(
    ("size", "said"), [(10**6, "Loggen är kortare än förra gången"), (100, "Loggen är en annan än förut")]
)
def test_a_log_that_is_shorter_or_another_than_before_is_loud(page: Page, site: str, size: int, said: str) -> None:
    page.goto(site + PAGE)
    kept = json.dumps({"size": size, "root": encode_base64(bytes(32))})
    page.evaluate("([name, kept]) => localStorage.setItem(name, kept)", [f"liggare {ORIGIN}", kept])
    for _ in range(2):  # and it stays loud
        found = checked(page, site + PAGE)
        assert found["verdict"] == "alarm" and found["said"].startswith("VARNING")
        assert said in page.locator("[data-step=growth] small").inner_text()


def test_growth_is_proved_from_tiles(page: Page, site: str) -> None:
    leaves = b""
    for number in ("000", "001"):
        with urlopen(f"{site}/tile/0/{number}") as answer:
            leaves += answer.read()
    hashes = [leaves[at : at + HASH_SIZE] for at in range(0, len(leaves), HASH_SIZE)]
    page.goto(site + PAGE)
    kept = json.dumps({"size": 300, "root": encode_base64(root_of(hashes[:300]))})
    page.evaluate("([name, kept]) => localStorage.setItem(name, kept)", [f"liggare {ORIGIN}", kept])
    assert checked(page, site + PAGE)["verdict"] == "good"
    assert page.locator("[data-step=growth] small").inner_text().startswith("Från 300 till ")


def test_without_ed25519_the_command_is_named(page: Page, site: str) -> None:
    page.add_init_script("crypto.subtle.importKey = () => Promise.reject(new DOMException('', 'NotSupportedError'))")
    found = checked(page, site + PAGE)
    assert found["verdict"] == "unable" and "kommandot" in found["said"]


def test_a_receipt_that_cannot_be_fetched_is_no_verdict(page: Page, site: str) -> None:
    page.route("**/receipts/*", lambda route: route.abort())
    assert checked(page, site + PAGE)["verdict"] == "unreachable"


def test_without_a_script_the_receipt_and_the_command_stand_there(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site + PAGE)
    assert not page.get_by_role("button", name="Kontrollera nu").is_visible()
    assert page.get_by_role("link", name="Kvitto", exact=True).is_visible()
    assert page.get_by_text(f"liggare verify receipt-{POSITION}.tlog-proof").is_visible()
    context.close()


def test_the_events_behind_a_figure_are_counted_and_their_receipts_checked(page: Page, site: str) -> None:
    address = f"{site}/handelser?typ=decision-recorded"
    page.goto(address)
    page.get_by_role("button", name="Räkna och kontrollera kvittona").click()
    page.wait_for_selector("[data-verified]")
    with urlopen(f"{site}/handelser.json?typ=decision-recorded") as answer:
        count = json.load(answer)["count"]
    said = page.locator("[data-result]").inner_text()
    assert said.startswith(f"{count} händelser ligger bakom siffran.")
    assert "varje en finns i den signerade loggen" in said
    assert "visar en omspelning: kommandot nedan" in said
    assert page.locator("[data-verify]").get_attribute("data-verified") == "good"
    changing(page, "/receipts/*", _in_note(4, _flipped))
    page.goto(address)
    page.get_by_role("button", name="Räkna och kontrollera kvittona").click()
    page.wait_for_selector("[data-verified=bad]")
    assert f"Bara 0 av de {count} kvitton" in page.locator("[data-result]").inner_text()


@pytest.mark.parametrize(
    "path",
    ["/omrostningar/demo-canadian-electoral-reform", "/enkater/medborgarenkat-2018", "/svarstider"],
)
def test_a_page_of_figures_has_its_events_checked(page: Page, site: str, path: str) -> None:
    page.goto(site + path)
    box = page.locator("[data-verify][data-events]")
    page.get_by_role("button", name="Räkna och kontrollera kvittona").click()
    page.wait_for_selector("[data-verified=good]")
    said = box.locator("[data-result]").inner_text()
    with urlopen(site + str(box.get_attribute("data-events"))) as answer:
        listed = json.load(answer)
    assert listed["count"] > 0
    assert f"valde ut {min(listed['count'], 25)} av dem" in said
    assert said.startswith("Mer än") is not listed["count_is_exact"]
    assert box.get_by_text("liggare verify record.zip").is_visible()


def test_a_page_of_figures_refuses_what_is_not_signed(page: Page, site: str) -> None:
    changing(page, "/receipts/*", _in_note(4, _flipped))
    page.goto(f"{site}/svarstider")
    page.get_by_role("button", name="Räkna och kontrollera kvittona").click()
    page.wait_for_selector("[data-verified=bad]")
    assert "Bara 0 av de" in page.locator("[data-result]").inner_text()


def test_in_english_the_verdict_is_english(page: Page, site: str) -> None:
    page.goto(f"{site}/en{PAGE}")
    page.get_by_role("button", name="Check now").click()
    page.wait_for_selector("[data-verified=good]")
    assert page.locator("[data-result]").first.inner_text().startswith("It holds.")


def test_chromium_says_of_every_vector_what_python_says(page: Page, site: str) -> None:
    page.goto(site + PAGE)
    source = page.locator("script[type=module]").first.get_attribute("src")
    found = page.evaluate(
        """async ([source, vectors]) => {
          const { check, decoded, Unreachable } = await import(source);
          return Promise.all(vectors.map(each => check({ ...each,
            kept: each.kept && { size: each.kept.size, root: decoded(each.kept.root) },
            tile: async path => { if (!(path in each.tiles)) throw new Unreachable(path); return decoded(each.tiles[path]); },
          })));
        }""",
        [source, [each.plain() for each in VECTORS]],
    )
    for vector, said in zip(VECTORS, found, strict=True):
        assert _failed(said) == _must_fail(vector), vector.name


def _failed(said: dict[str, Any]) -> bool:
    return not (said["leaf"] and said["path"] and said["head"] and said["growth"] in {"first", "same", "grown"})


def _must_fail(vector: Vector) -> bool:
    return bool(vector.fails)

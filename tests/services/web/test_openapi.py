"""The description of the pages agrees with the routes, and with what they answer."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

from starlette.routing import compile_path

from services.web.asked import forms_of
from services.web.beside import beside
from services.web.forms import AS_SVG, address
from services.web.openapi import description
from services.web.pages import PAGES
from tests.services.web.paged import LEDGER, OPENING, paged, ready


def _routes(paths: list[str]) -> set[str]:
    return {re.sub(r":[a-z]+\}", "}", path) for path in paths}


def test_every_twin_of_every_page_is_described_and_nothing_else() -> None:
    described = description(LEDGER, PAGES)
    expected = [
        address(page.path, form, language)
        for page in PAGES
        for form in forms_of(page)
        for language in ("sv", "en")
        if form.suffix and form is not AS_SVG
    ]
    assert set(described["paths"]) == _routes(expected)
    operations = [path["get"]["operationId"] for path in described["paths"].values()]
    assert len(operations) == len(set(operations)) and described["openapi"] == "3.1.0"


def test_every_parameter_of_a_path_is_described() -> None:
    for path, item in description(LEDGER, PAGES)["paths"].items():
        named = {each["name"] for each in item["get"]["parameters"] if each["in"] == "path"}
        assert named == set(compile_path(path)[2])


async def test_it_is_served_and_each_address_answers(tmp_path: Path) -> None:
    async with paged(tmp_path) as town:
        await town.do(*OPENING)
        said = await town.ask("/openapi.json")
        assert said.headers["content-type"] == "application/json"
        for path, item in json.loads(said.body)["paths"].items():
            found = await town.ask(path.replace("{position}", "1").replace("{", "").replace("}", ""))
            kinds = {
                media
                for status, response in item["get"]["responses"].items()
                if int(status) == found.status
                for media in response["content"]
            }
            assert found.headers["content-type"].partition(";")[0] in kinds, (path, found)


async def test_whom_to_tell_is_served_where_it_is_set(tmp_path: Path) -> None:
    where = ready(tmp_path)
    assert not any("security" in route.path for route in beside(where, PAGES))

    named = beside(replace(where, security_contact="mailto:a@b.example"), PAGES)
    assert any(route.path == "/.well-known/security.txt" for route in named)

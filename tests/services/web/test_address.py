"""Where the site knows its address, it links the other language in full: search engines want it so."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from services.bootstrap import running
from services.web.pages import PAGES
from services.web.server import web_serving
from services.web.site import site_of
from tests.services.web.paged import ready
from tests.services.web.site import Site


@pytest.mark.parametrize(("address", "host"), [("https://nacka.se/inflytande", "https://nacka.se"), (None, "")])
async def test_the_other_language_is_linked(tmp_path: Path, address: str | None, host: str) -> None:
    async with (
        running(replace(ready(tmp_path), web_address=address)) as ledger,
        site_of(ledger.parts, PAGES) as site,
        web_serving(ledger.parts.folder, ledger.reader, "127.0.0.1:0", site.routes(), prefix="/inflytande") as web,
    ):
        said = await asyncio.to_thread(Site(web.port), "/om")
    assert f'<{host}/inflytande/en/om>; rel="alternate"; hreflang="en"' in said.headers["link"]
    assert f'hreflang="en" href="{host}/inflytande/en/om"' in said.text

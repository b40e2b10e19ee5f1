"""Notices whatever a page does that nobody but the site should make it do: runs, asks, opens, leads away.

A vector that runs calls `_r`, which every page of a watched context has; it says so on the console, which is heard here.
Beside that each page is looked through for what would run on a click, and for what only a click would show.

A page is gone to, or, where there are thousands, written as it was answered in place of a page of the site: that keeps
the policy, and what is written is parsed, loaded and run like any page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Dialog, Error, Page, Request, Response

from tests.adversary.markup import HOST

RAN = "RAN "
SERVER_ERROR = 500
PAGES_OF_ONE = 200
AT_ONCE = 60
PATIENCE_MS = 4_000
MARK = f"window._r = number => console.log('{RAN}' + number);"
_LOOK = """document => {
  const found = [];
  const local = /^(https?|mailto):$/;
  for (const each of document.querySelectorAll('*')) {
    const name = each.localName;
    if (/^(iframe|object|embed|base|frame|frameset|style|template|applet|foreignobject)$/i.test(name)) found.push(name);
    if (name === 'script' && !each.src) found.push('script inline');
    if (name === 'meta' && each.httpEquiv) found.push('meta ' + each.httpEquiv);
    for (const {name: key, value} of each.attributes) {
      if (/^on/i.test(key) || key === 'style' || key === 'srcdoc') found.push(name + ' ' + key);
      if (!/^(href|src|action|formaction|xlink:href|data|poster|ping|background)$/i.test(key)) continue;
      try {
        const url = new URL(value, document.baseURI);
        if (!local.test(url.protocol) || url.hostname.endsWith('HOST')) found.push(name + ' ' + key + '=' + value);
      } catch { found.push(name + ' ' + key + '=' + value); }
    }
  }
  return {found: [...new Set(found)], isPage: document.contentType === "text/html", text: document.documentElement.textContent};
}""".replace("HOST", HOST)
_LOOK_HERE = f"() => ({_LOOK})(document)"
_WRITE_IN_TURN = f"""async paths => {{
  const look = {_LOOK};
  const answers = await Promise.all(paths.map(async path => [path, await fetch(path)]));
  const written = [];
  for (const [path, answer] of answers) {{
    const html = await answer.text();
    document.open();
    const loaded = new Promise(done => {{
      window.addEventListener('load', () => setTimeout(done));
      setTimeout(done, {PATIENCE_MS});
    }});
    document.write(html);
    document.close();
    await loaded;
    written.push([path, answer.status, look(document)]);
  }}
  return written;
}}"""


@dataclass
class Heard:
    """What was noticed, and how many pages were looked at."""

    pages: int = 0
    ran: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    away: list[str] = field(default_factory=list)
    elements: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @property
    def faults(self) -> dict[str, list[str]]:
        """Return all that was noticed, by its kind; nothing where there is nothing."""
        return {name: value[:20] for name, value in vars(self).items() if isinstance(value, list) and value}

    def add(self, other: Heard) -> None:
        """Count in what was noticed elsewhere."""
        self.pages += other.pages
        for name, value in vars(other).items():
            if isinstance(value, list):
                getattr(self, name).extend(value)


class Watched:
    """A page in a context of its own; with `bypass` the policy is switched off; not `alone` where foreign hosts are asked."""

    def __init__(self, browser: Browser, site: str, *, bypass: bool, alone: bool = True) -> None:
        self._context = browser.new_context(bypass_csp=bypass, accept_downloads=False, locale="sv-SE")
        self._context.add_init_script(MARK)
        self.heard, self.site, self._at = Heard(), site, ""
        if not alone:
            # What leads there would wait for nobody. A route switches the cache off, so only where it is needed.
            self._context.route(re.compile(re.escape(HOST)), lambda route: route.abort())
        self._made = self._seen = 0
        self._context.on("page", self._opened)
        self.page = self._fresh()

    def _fresh(self) -> Page:
        """Return a new page; one that has shown hundreds holds on to a gigabyte."""
        self._made += 1
        return self._context.new_page()

    def _listen(self, page: Page) -> None:
        page.on("console", self._said)
        page.on("dialog", self._dialog)
        page.on("request", self._asked)
        page.on("response", self._answered)

    def _opened(self, page: Page) -> None:
        self._seen += 1
        self._listen(page)

    def _said(self, said: ConsoleMessage) -> None:
        if said.text.startswith(RAN):
            self.heard.ran.append(f"{self._at}: {said.text}")
        elif said.type in {"error", "warning"} and "Failed to load resource" not in said.text:
            self.heard.console.append(f"{self._at}: {said.text[:300]}")

    def _dialog(self, dialog: Dialog) -> None:
        self.heard.dialogs.append(f"{self._at}: {dialog.message}")
        dialog.dismiss()

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(self.site + "/"):
            self.heard.foreign.append(f"{self._at}: {request.url[:200]}")

    def _answered(self, response: Response) -> None:
        if response.status >= SERVER_ERROR:
            self.heard.failed.append(f"{self._at}: {response.status} {response.url[:200]}")

    def look(self, path: str) -> str:
        """Go to an address of the site, and return the text of the page; what is downloaded has none."""
        self._at = path
        self.heard.pages += 1
        if self.heard.pages % PAGES_OF_ONE == 0:
            self.page.close()
            self.page = self._fresh()
        try:
            self.page.goto(self.site + path, wait_until="load", timeout=60_000)
        except Error as error:
            if "Download is starting" in error.message or "net::ERR_ABORTED" in error.message:
                return ""
            self.heard.failed.append(f"{path}: {error.message[:200]}")
            return ""
        there = urlsplit(self.page.url)
        if f"{there.scheme}://{there.netloc}" != self.site:
            self.heard.away.append(f"{path}: {self.page.url[:200]}")
        if self._seen > self._made:
            self.heard.away.append(f"{path}: opened a window")
            self._seen = self._made
        looked: dict[str, Any] = self.page.evaluate(_LOOK_HERE)
        if looked["isPage"]:
            self.heard.elements += [f"{path}: {each}" for each in looked["found"]]
        return str(looked["text"])

    def look_all(self, paths: Sequence[str], home: str = "/om") -> dict[str, str]:
        """Look at many addresses in place of one page, and return the text of each."""
        texts = {}
        for first in range(0, len(paths), AT_ONCE):
            batch = paths[first : first + AT_ONCE]
            self.look(home)
            self._at = f"among {batch[0][:80]} …"
            self.heard.pages += len(batch) - 1
            try:
                written = self.page.evaluate(_WRITE_IN_TURN, list(batch))
            except Error as error:  # the page is another one now
                self.heard.away.append(f"{self._at}: {error.message[:120]}")
                continue
            for path, status, looked in written:
                self.heard.elements += [f"{path}: {each}" for each in looked["found"]]
                self.heard.failed += [f"{path}: {status}"] if status >= SERVER_ERROR else []
                texts[path] = str(looked["text"])
        return texts

    def close(self) -> None:
        self._context.close()

"""A site that does everything wrong: it writes what it is given as it is. It shows that what runs is noticed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

CONTEXTS = {
    "empty": "<body>",
    "text": "<div>{}</div>",
    "double": '<input value="{}">',
    "single": "<input value='{}'>",
    "bare": "<input value={}>",
    "link": '<a href="{}">x</a><script>document.links[0]?.click()</script>',
    "button": '<form><button formaction="{}">x</button></form><script>document.querySelector("button")?.click()</script>',
    "string": '<script>var text = "{}";</script>',
    "quoted": "<script>var text = '{}';</script>",
    "template": "<script>var text = `{}`;</script>",
    "title": "<title>{}</title>",
    "area": "<textarea>{}</textarea>",
    "comment": "<!-- {} -->",
    "style": "<style>{}</style>",
    "svg": "<svg><text>{}</text></svg>",
    "entities": "<div id=x></div><script>x.innerHTML = document.createRange().createContextualFragment(`{}`).textContent</script>",
}
"""Where in a page something is written, by a name."""


class _Server(ThreadingHTTPServer):
    policy = ""

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a browser that went away."""


class _Wrong(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        parted = urlsplit(self.path)
        context = CONTEXTS.get(parted.path.removeprefix("/"))
        page = b"" if context is None else context.replace("{}", unquote(parted.query)).encode("utf-8", "replace")
        self.send_response(200 if context else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        if self.server.policy:  # type: ignore[attr-defined]  # its maker gave it one
            self.send_header("Content-Security-Policy", self.server.policy)  # type: ignore[attr-defined]
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def wrong_site(policy: str = "") -> Iterator[str]:
    """Serve it until the block ends, with a content security policy or none; yields its address."""
    server = _Server(("127.0.0.1", 0), _Wrong)
    server.policy = policy
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

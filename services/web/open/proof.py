"""A page to keep, with its proof, as one zip file.

    README.txt              what it is and the one command
    side.json  side.csv     what the page shows at the position of the signed head
    handelser/N.json        each event behind it, as recorded
    handelser/N.tlog-proof  the proof of each (C2SP tlog-proof), the entry inside
    undanhallna.json        those left out because words in them are not shown now: why, and the hash of each leaf
    checkpoint  log.vkey    the signed head, and the key that signed it

The same position gives the same bytes, except for words that were erased since and witnesses who signed since.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from importlib.resources import files
from string import Template
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pydantic_core import from_json, to_json

from ledger.log.folder import LogFolder
from ledger.log.merkle import leaf_hash
from ledger.log.proofs import Proofs
from ledger.log.published import cosigned
from ledger.messages import EVENT_TYPES
from projections.views.answer import state_of
from services.web.answers import Refusal
from services.web.moments import Moment
from services.web.open.columns import Column, write_csv
from services.web.open.material import Made, Material, there
from services.web.open.telling import KNOWN, PAGES
from services.web.page import Page, Seen, Shown
from services.web.readable import readable
from services.witness.marks import Marks

EVENTS_MAX = 200
MANY = frozenset({"vote-cast", "vote-withdrawn", "support-given", "support-withdrawn", "answer-received"})
"""Topics of events that come by the thousand; their tables and the entries have them all."""

_TOPICS = tuple(topic for topic in EVENT_TYPES if topic not in MANY)
MEDIA_TYPE = "application/zip"
_TIME = (1980, 1, 1, 0, 0, 0)
_MODE = 0o644 << 16


class Packer:
    """Packs what pages show, with the events behind it."""

    def __init__(self, folder: LogFolder, pages: Sequence[Page]) -> None:
        self._folder = folder
        self._pages = {page.path: page for page in pages}
        self._marks = Marks.of(folder)

    def of(self, kind: str) -> Callable[[Material], Made]:
        """Return the maker of the zip files about the things of a kind."""

        def made(material: Material) -> Made:
            named = material.path[kind]
            there(state_of(material.rows, KNOWN[kind], named))
            found = material.reader.positions([f"{kind}:{named}"], 0, material.position, _TOPICS)
            return self._packed(material, kind, named, found)

        return made

    def _packed(self, material: Material, kind: str, id: str, found: Sequence[int]) -> Made:
        head = material.checkpoint
        key = self._folder.verifier()
        if head is None or key is None or not found:
            raise Refusal(404, "Nothing is signed yet; ask again in a second.", retry_after="1")
        shown = found[:EVENTS_MAX]
        page = self._pages.get(f"/{PAGES[kind]}/{{{kind}}}")
        parts: dict[str, bytes] = {}
        if page is not None:
            parts |= self._twins(material, page)
        proofs, packed, withheld = Proofs(material.reader), list[int](), list[dict[str, Any]]()
        for position, entry in material.reader.at(shown):
            why = readable(material.newest, position, from_json(entry)).withheld
            if why is not None:
                withheld.append({"position": position, "withheld": why, "leaf_hash": leaf_hash(entry).hex()})
                continue
            packed.append(position)
            parts[f"handelser/{position}.json"] = entry
            under = self._marks.covering(material.reader, position)
            parts[f"handelser/{position}.tlog-proof"] = proofs.receipt(position, under)
        if not packed:
            raise Refusal(410, "No event behind this page may be shown any more; the signed log holds them.")
        if withheld:
            parts["undanhallna.json"] = to_json(withheld, indent=1)
        parts["checkpoint"] = cosigned(material.reader, head, first=True)
        parts["log.vkey"] = f"{key.format()}\n".encode()
        parts["README.txt"] = _readme(material, kind, id, packed, len(found), len(withheld))
        modified = material.time(shown[-1])
        return Made(_zipped(parts), MEDIA_TYPE, modified, f"{PAGES[kind]}-{id}-{material.position}.zip")

    def _twins(self, material: Material, page: Page) -> dict[str, bytes]:
        moment = Moment(position=material.position)
        seen = Seen(
            origin=material.origin,
            rows=material.rows,
            reader=material.reader,
            moment=moment,
            on=material.on,
            path=material.path,
            query={},
        )
        shown: Shown = material.opened(there(page.show(seen)))
        parts = {"side.json": to_json({"position": material.position} | shown, indent=1)}
        if page.table is not None:
            table = page.table(shown)
            file = io.BytesIO()
            write_csv(file, [Column(str(name)) for name in table.header], table.rows)
            parts["side.csv"] = file.getvalue()
        return parts


def _readme(material: Material, kind: str, id: str, packed: Sequence[int], found: int, withheld: int) -> bytes:
    template = Template(files("services.web.open").joinpath("readme.txt").read_text(encoding="utf-8"))
    text = template.substitute(
        origin=material.origin,
        address=material.place(PAGES[kind], id),
        position=material.position,
        shown=len(packed),
        found=found,
        withheld=withheld,
        first=packed[0],
        most=EVENTS_MAX,
    )
    return text.encode()


def _zipped(parts: dict[str, bytes]) -> bytes:
    """Return files as a zip: sorted names, fixed times, the same bytes for the same files."""
    file = io.BytesIO()
    with ZipFile(file, "w") as packed:
        for name in sorted(parts):
            info = ZipInfo(name, _TIME)
            info.external_attr = _MODE
            info.compress_type = ZIP_DEFLATED
            packed.writestr(info, parts[name])
    return file.getvalue()

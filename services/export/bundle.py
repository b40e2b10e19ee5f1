"""`liggare export`: one folder or zip with everything that an outsider needs to verify the record, and nothing that is not public.

    claim the place ─▶ is it ours to write? ─▶ tree ─▶ keys, checkpoints ─▶ manifest, last

It can be stopped at any point and goes on when it is run again; what is there and right is kept, and an export of a later
size extends the folder. See services.audit.offline.layout for what a bundle consists of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from ledger.log.checkpoint import Checkpoint
from ledger.log.errors import OriginRefused, ProofError
from ledger.log.folder import LogFolder
from ledger.log.publisher import load_edge
from ledger.log.verify import verify_checkpoint
from services.audit.offline.layout import CHECKPOINT, CHECKPOINTS, KEY, KEYS, MANIFEST, POLICY, README, checkpoint_line
from services.engines import engine
from services.export.folder import DRAFT, BundleFolder, claimed
from services.export.keys import policy_text
from services.export.manifest import manifest_of, write_manifest
from services.export.readme import readme
from services.export.record import Head, Source
from services.export.refusals import HistoryDiffers, OutputUnfit
from services.export.tree import TreeFiles, belongs
from services.settings import Settings

Moved: TypeAlias = Callable[[int, int], None]
Stages: TypeAlias = Callable[[str, int], AbstractContextManager[Moved]]
"""Shows the progress of a stage: its name and how much there is to do; takes (done, total) as it goes on."""

NOTE_MAX = 1_000_000


@contextmanager
def silently(_label: str, _total: int) -> Iterator[Moved]:
    """Show no progress."""
    yield lambda _done, _total: None


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export came to: where it lies, and of which size and root (32 bytes)."""

    place: Path
    signed: Checkpoint
    opened: dict[str, Any]


def export(settings: Settings, out: Path, *, at: int | None = None, stages: Stages = silently) -> Exported:
    """Write the bundle of the newest published size, or of the kept size `at`, to a folder.

    Raises ExportRefused, RecordDamaged, HistoryDiffers, KeyRefused, a StoreError or an OSError; what lies at the place
    then has no manifest, or is what it was.
    """
    log = LogFolder(settings.keys, settings.ledger)
    with closing(engine(settings).reader()) as reader:
        source = Source(reader, log)
        head = source.head(at)
        with claimed(out) as folder:
            return Export(source, log, folder, head, stages).run()


class Export:
    """One export of one size into one folder."""

    def __init__(self, source: Source, log: LogFolder, folder: BundleFolder, head: Head, stages: Stages) -> None:
        self._source, self._log, self._folder, self._head, self._stages = source, log, folder, head, stages
        self._size = head.signed.size
        self._names: list[str] = []

    def run(self) -> Exported:
        """Write everything; the manifest last."""
        self._check_place()
        self._folder.remove(MANIFEST)
        # First of all: by it a folder that was left half done is known again.
        self._put(CHECKPOINT, self._head.note)
        self._sweep()
        roots = self._write_tree()
        self._write_checkpoints()
        self._put(KEY, f"{self._source.key.format()}\n".encode())
        self._put(KEYS, f"{self._source.key.format()}\n".encode())
        self._put(POLICY, policy_text(self._log, [self._source.key]).encode())
        opened: dict[str, Any] = {"included": False}
        self._put(README, readme(self._head.signed, words=False, parquet=False))
        write_manifest(self._folder, manifest_of(self._folder, self._head.signed, roots, self._names, opened))
        return Exported(self._folder.path, self._head.signed, opened)

    # --- Whose folder it is -----------------------------------------------------------------------
    def _check_place(self) -> None:
        """Raise OutputUnfit or HistoryDiffers unless the folder is empty or holds an older export of this record."""
        note = self._folder.read(CHECKPOINT, NOTE_MAX + 1)
        if note is None:
            if any(name != CHECKPOINT + DRAFT for name in self._folder.names()):
                raise OutputUnfit(
                    self._folder.path, "it is not empty and holds no bundle; name an empty folder or a new one"
                )
            return
        found = self._signed(note)
        if found.size > self._size:
            reason = f"it holds a bundle of size {found.size:,}, and this one is of {self._size:,}; name another folder"
            raise OutputUnfit(self._folder.path, reason)
        root = load_edge(self._source.reader, found.size).frontier.root()
        if root != found.root:
            reason = "this log's key signed another root for that size than the record has; keep both, and run `liggare verify`"
            raise HistoryDiffers(f"{self._folder.path / CHECKPOINT} of size {found.size}", reason)

    def _signed(self, note: bytes) -> Checkpoint:
        place = self._folder.path
        try:
            return verify_checkpoint(note, self._source.origin, self._source.keys)
        except OriginRefused as error:
            raise OutputUnfit(
                place, f"it holds a bundle of another ledger ({error.reason}); name another folder"
            ) from error
        except ProofError as error:
            raise OutputUnfit(
                place, f"its checkpoint is none of this log ({error}); name an empty folder or a new one"
            ) from error

    def _sweep(self) -> None:
        """Remove drafts, and the tiles and entry bundles of another size."""
        for name in list(self._folder.names()):
            if name.endswith(DRAFT) or belongs(name, self._size) is False:
                self._folder.remove(name)

    # --- What is written --------------------------------------------------------------------------
    def _put(self, name: str, content: bytes) -> None:
        self._folder.put(name, content)
        self._names.append(name)

    def _write_tree(self) -> list[bytes]:
        tree = TreeFiles(self._folder, self._source, self._source.heads(self._size))
        with self._stages("writing entries and tiles", self._size) as moved:
            for page in self._source.pages(self._size):
                tree.add(page)
                moved(page.first + len(page.entries) - 1, self._size)
        return tree.finish()

    def _write_checkpoints(self) -> None:
        with self._folder.drafted(CHECKPOINTS) as file:
            for head in self._source.heads(self._size):
                file.write(checkpoint_line(head.signed.size, head.note))
        self._names.append(CHECKPOINTS)

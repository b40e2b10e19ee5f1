"""`liggare export`: one folder or zip with everything that an outsider needs to verify the record, and nothing that is not public.

    claim the place ─▶ is it ours to write? ─▶ tree ─▶ keys, checkpoints ─▶ public words ─▶ digests ─▶ manifest, last

It can be stopped at any point and goes on when it is run again; what is there and right is kept, and an export of a later
size extends the folder. See services.audit.offline.layout for what a bundle consists of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from ledger.log.checkpoint import Checkpoint
from ledger.log.errors import OriginRefused, ProofError
from ledger.log.folder import LogFolder
from ledger.log.verify import verify_checkpoint
from ledger.vault.vault import Vault
from projections.rebuild import ReplayHalted
from services.audit.offline.layout import (
    CHECKPOINT,
    CHECKPOINTS,
    DIGESTS,
    KEY,
    KEYS,
    MANIFEST,
    POLICY,
    README,
    VERIFIER,
    checkpoint_line,
)
from services.bootstrap import prepared
from services.engines import Engine, LedgerReader, engine
from services.export.archive import archive, check_archive, work_folder
from services.export.folder import DRAFT, BundleFolder, claimed
from services.export.keys import keys_file, policy_file
from services.export.manifest import Parts, manifest_of, pretty, write_manifest
from services.export.opened import Opened, OpenedWords
from services.export.readme import readme
from services.export.record import Head, Source
from services.export.refusals import HistoryDiffers, OutputUnfit
from services.export.shown import digests_at, gate, newest_covering
from services.export.tree import TreeFiles, belongs
from services.export.verifier import verifier
from services.keys import at_hand, log_folder
from services.settings import Settings

Moved: TypeAlias = Callable[[int, int], None]
Stages: TypeAlias = Callable[[str, int], AbstractContextManager[Moved]]
"""Shows the progress of a stage: its name and how much there is to do; takes (done, total) as it goes on."""

NOTE_MAX = 1_000_000
PARTLY = ("opened/", "parquet/", DIGESTS)
"""What a bundle may be without."""

ROUNDS_MAX = 5
"""How often the words are written anew because some were closed meanwhile."""


@contextmanager
def silently(_label: str, _total: int) -> Iterator[Moved]:
    """Show no progress."""
    yield lambda _done, _total: None


@dataclass(slots=True)
class Exported:
    """What an export came to: where it lies, of which head, its words (None without the key store), what it lacks."""

    place: Path
    signed: Checkpoint
    opened: Opened | None = None
    lacks: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger to export: its engine, its folder of keys, and its vault where the key store is at hand."""

    engine: Engine
    log: LogFolder
    vault: Vault | None


def export(
    settings: Settings, out: Path, *, at: int | None = None, parquet: bool = True, stages: Stages = silently
) -> Exported:
    """Write the bundle of the newest published size, or of the kept size `at`, to a folder or to a file that ends in .zip.

    Raises ExportRefused, RecordDamaged, HistoryDiffers, KeyRefused, a StoreError, a KeyStoreError or an OSError; what lies
    at the place then has no manifest, or is what it was.
    """
    with ExitStack() as stack:
        vault = stack.enter_context(prepared(settings)).vault if at_hand(settings) else None
        ledger = Ledger(engine(settings), log_folder(settings), vault)
        reader = stack.enter_context(closing(ledger.engine.reader()))
        source = Source(reader, ledger.log)
        head = source.head(at)
        if out.suffix != ".zip":
            folder = stack.enter_context(claimed(out))
            return Export(ledger, reader, source, folder, head, stages).run(parquet=parquet)
        check_archive(out, source)
        folder = stack.enter_context(claimed(work_folder(out)))
        exported = Export(ledger, reader, source, folder, head, stages).run(parquet=parquet)
        with stages("packing", head.signed.size) as moved:
            archive(folder, out, moved)
        exported.place = out
        return exported


class Export:
    """One export of one size into one folder."""

    def __init__(
        self, ledger: Ledger, reader: LedgerReader, source: Source, folder: BundleFolder, head: Head, stages: Stages
    ) -> None:
        self._ledger, self._reader, self._source = ledger, reader, source
        self._folder, self._head, self._stages = folder, head, stages
        self._size = head.signed.size
        self._names: list[str] = []
        self._done = Exported(folder.path, head.signed)

    def run(self, *, parquet: bool) -> Exported:
        """Write everything; the manifest last."""
        self._check_place()
        self._folder.remove(MANIFEST)
        # First of all: by it a folder that was left half done is known again.
        self._put(CHECKPOINT, self._head.note)
        roots = self._write_tree()
        self._write_checkpoints()
        self._put(KEY, keys_file([self._source.key]))
        self._put(KEYS, keys_file(self._source.keys))
        self._put(POLICY, policy_file(self._ledger.log, self._source.keys, self._head.note))
        self._write_words()
        self._write_digests()
        if parquet:
            self._write_parquet()
        self._put(VERIFIER, verifier())
        self._put(README, readme(self._head.signed, words=self._done.opened is not None, parquet=parquet))
        self._sweep()
        parts = Parts(self._head.signed, roots, self._names, self._done.opened)
        write_manifest(self._folder, manifest_of(self._folder, parts))
        return self._done

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
        if found.size > self._size and self._folder.read(MANIFEST, 0) is not None:
            reason = f"it holds a bundle of size {found.size:,}, and this one is of {self._size:,}; name another folder"
            raise OutputUnfit(self._folder.path, reason)
        if self._source.root(found.size) != found.root:
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
        """Remove what is ours and of another size, or of an export with other parts: drafts, tiles, words, Parquet files."""
        kept = set(self._names)
        for name in self._folder.names():
            is_ours = name.endswith(DRAFT) or belongs(name, self._size) is False or name.startswith(PARTLY)
            if is_ours and name not in kept:
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

    def _write_words(self) -> None:
        """Write the public words, once more where some were closed, or opened again, while they were written."""
        vault = self._ledger.vault
        if vault is None:
            self._done.lacks.append("the public words: the key store is not at hand; name its folder with --keys")
            return
        for _ in range(ROUNDS_MAX):
            with gate(self._ledger.engine, self._reader) as decides, self._stages("opening words", self._size) as moved:
                words = OpenedWords(self._folder, self._reader, vault, decides)
                names = words.write(self._size, moved)
            self._done.opened = words.counted
            if newest_covering(self._reader, decides.position) == decides.position:
                break
        self._names += names

    def _write_digests(self) -> None:
        try:
            with self._stages("digesting read models", self._size) as moved:
                found = digests_at(self._ledger.engine, self._reader, self._size, moved)
        except ReplayHalted as error:
            self._done.lacks.append(f"the digests of the read models: {error}")
        else:
            self._put(DIGESTS, pretty({"position": self._size, "read_models": found}))

    def _write_parquet(self) -> None:
        # Half a second and a library of its own, for those who want it.
        from services.export.parquet import write_parquet  # noqa: PLC0415

        with self._stages("writing Parquet", self._size) as moved:
            self._names += write_parquet(self._folder, self._size, moved)

"""A bundle as one zip file: sorted names, fixed times, the same bytes for the same bundle.

It is packed from a folder beside it, so that an export that was stopped goes on; the folder goes when the file has its name.
"""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from ledger.log.checkpoint import read_unverified
from ledger.log.errors import ProofError
from services.audit.offline.layout import CHECKPOINT
from services.export.folder import COPIED_AT_ONCE, DRAFT, BundleFolder, flush_folder
from services.export.record import Source
from services.export.refusals import OutputUnfit

WORK = ".unfinished"
PACKED_ALREADY = ("tile/0/", "tile/1/", "tile/2/", "tile/3/", "tile/4/", "tile/5/", "tile/6/", "tile/7/", "parquet/")
"""Hashes, which cannot be packed, and files that are packed in themselves."""

CHECKPOINT_MAX = 1_000_000
_TIME = (1980, 1, 1, 0, 0, 0)
_MODE = 0o644 << 16


def work_folder(out: Path) -> Path:
    """Return the folder in which a zip file is prepared."""
    return out.with_name(out.name + WORK)


def check_archive(out: Path, source: Source) -> None:
    """Raise OutputUnfit where the file is there and is no bundle of this ledger; an older bundle is replaced."""
    if not out.exists():
        return
    try:
        with ZipFile(out) as found, found.open(CHECKPOINT) as file:
            origin = read_unverified(file.read(CHECKPOINT_MAX)).origin
    except (zipfile.BadZipFile, KeyError, ProofError, NotImplementedError, RuntimeError) as error:
        raise OutputUnfit(out, "it is there and holds no bundle; name another file") from error
    except IsADirectoryError as error:
        raise OutputUnfit(out, "it is a folder; name another file") from error
    if origin != source.origin:
        raise OutputUnfit(out, f"it holds a bundle of another ledger ({origin!r}); name another file")


def archive(folder: BundleFolder, out: Path, moved: Callable[[int, int], None]) -> None:
    """Pack the files of a finished bundle and remove its folder; the zip file takes its name when it is whole."""
    names = sorted(folder.names())
    draft = out.with_name(out.name + DRAFT)
    try:
        with draft.open("wb") as file:
            with ZipFile(file, "w") as packed:
                for done, name in enumerate(names, 1):
                    _add(packed, folder.path / name, name)
                    moved(done, len(names))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(out)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise
    flush_folder(out.absolute().parent)
    shutil.rmtree(folder.path)


def _add(packed: ZipFile, path: Path, name: str) -> None:
    info = ZipInfo(name, _TIME)
    info.external_attr = _MODE
    info.compress_type = ZIP_STORED if name.startswith(PACKED_ALREADY) else ZIP_DEFLATED
    info.file_size = path.stat().st_size
    with path.open("rb") as file, packed.open(info, "w") as target:
        shutil.copyfileobj(file, target, COPIED_AT_ONCE)

"""Named SQL: statements live in .sql files, each under a line `-- name: what it does`."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

OUTDATED = "this database was made by an older version; run `liggare init` to bring it up to date"

_HEADER = re.compile(r"^-- (?P<name>[a-z_]+): .*$", re.MULTILINE)


@cache
def statements(package: str, path: str) -> dict[str, str]:
    """Return the statements of a file by their names."""
    text = files(package).joinpath(path).read_text(encoding="utf-8")
    headers = list(_HEADER.finditer(text))
    ends = [header.start() for header in headers[1:]] + [len(text)]
    return {
        header["name"]: text[header.end() : end].strip().rstrip(";") for header, end in zip(headers, ends, strict=True)
    }


@cache
def newest_migration(engine: str) -> int:
    """Return the number of the newest migration of an engine."""
    return max(number for number, _, _ in migrations(engine))


def migrations(engine: str) -> list[tuple[int, str, str]]:
    """Return (number, name, SQL) of every migration of an engine, in order."""
    folder = files("ledger.store").joinpath("schema", engine)
    return sorted(
        (int(file.name[:4]), file.name.removesuffix(".sql"), file.read_text(encoding="utf-8"))
        for file in folder.iterdir()
        if file.name.endswith(".sql")
    )

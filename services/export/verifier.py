"""`verify.py`, the single-file verifier of a bundle: put together from modules that are used and tested here as well.

Each becomes a section under its own docstring. What they import of the standard library and of `cryptography` stands once
at the top, what they import of each other falls away; nothing else is changed. The same sources give the same bytes.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

SECTIONS = (
    "ledger.log.errors",
    "ledger.log.keys",
    "ledger.log.note",
    "ledger.log.merkle",
    "ledger.log.tiles",
    "ledger.log.checkpoint",
    "ledger.log.cosignature",
    "ledger.log.vkeys",
    "ledger.log.policy",
    "ledger.log.endorsement",
    "ledger.log.receipt",
    "ledger.log.verify",
    "ledger.log.rotation",
    "services.audit.report",
    "services.audit.offline.layout",
    "services.audit.offline.strict",
    "services.audit.offline.sources",
    "services.audit.offline.archive",
    "services.audit.offline.web",
    "services.audit.offline.spine",
    "services.audit.offline.tree",
    "services.audit.offline.heads",
    "services.audit.offline.subjects",
    "services.audit.offline.words",
    "services.audit.offline.commitments",
    "services.audit.offline.manifest",
    "services.audit.offline.bundle",
    "services.audit.offline.main",
)
"""The modules, each after those it needs."""

_OURS = ("ledger", "services", "projections", "participation")
_CRYPTOGRAPHY = "cryptography"
_RULE = "# " + "=" * 118

_HEAD = '''\
#!/usr/bin/env python3
"""Verify a public record, or one receipt, with nothing but Python 3.11 and the package `cryptography`.

    python3 verify.py                                the bundle in this folder
    python3 verify.py BUNDLE --vkey KEY              a folder, zip file or address, with the log's key from elsewhere
    python3 verify.py BUNDLE --since CHECKPOINT      whether it has only grown since a checkpoint that you kept
    python3 verify.py receipt FILE --vkey KEY        one receipt

It came with what it verifies, so it proves as much as whoever gave it to you is honest: read it, it is meant to be
read, or take the same program from elsewhere (`pip install liggare`). Formats: RFC 6962 and C2SP (c2sp.org).

This file was put together from the modules named in its sections.
"""

from __future__ import annotations

match 0:  # An older Python stops here: this program needs Python 3.11 or newer.
    case _:
        import sys

if sys.version_info < (3, 11):
    sys.exit("verify.py: Python 3.11 or newer is needed, and this is " + sys.version.split()[0])

'''

_GUARD = """
try:
{imports}except ImportError:
    sys.exit("verify.py: the package `cryptography` is needed: python3 -m pip install cryptography")
"""

_FOOT = """

if __name__ == "__main__":
    sys.exit(main())
"""


class NotAssembled(ValueError):
    """The modules do not fit into one file; the message says which and why."""


class Section(NamedTuple):
    """One module: what it imports from elsewhere (module, name), what it defines, and its text without imports."""

    name: str
    imports: tuple[tuple[str, str], ...]
    defines: tuple[str, ...]
    text: str


@cache
def verifier() -> bytes:
    """Return `verify.py`; raise `NotAssembled`."""
    return assembled([section_of(name, _source(name)) for name in SECTIONS])


def assembled(sections: Sequence[Section]) -> bytes:
    """Return one program from sections in order; raise `NotAssembled` where two use a name for different things."""
    check_names(sections)
    imports = sorted({each for section in sections for each in section.imports} - {("", "sys")})
    standard = [each for each in imports if not _is(each[0] or each[1], (_CRYPTOGRAPHY,))]
    cryptic = [each for each in imports if each not in standard]
    guard = _GUARD.format(imports="".join(f"    {line}\n" for line in _lines(cryptic)))
    top = _HEAD + "".join(f"{line}\n" for line in _lines(standard)) + guard
    return (top + "".join(section.text for section in sections) + _FOOT).encode()


def section_of(name: str, source: str) -> Section:
    """Take one module apart; raise `NotAssembled` for an import that would not stand in one file."""
    tree = ast.parse(source)
    lines = source.splitlines()
    imports: list[tuple[str, str]] = []
    defines: list[str] = []
    dropped: list[ast.stmt] = []
    for statement in tree.body:
        match statement:
            case ast.Import() | ast.ImportFrom():
                imports += _imported(name, statement)
                dropped.append(statement)
            case ast.Assign(targets=[ast.Name(id="__all__")]):
                dropped.append(statement)
            case ast.Expr(value=ast.Constant()) if statement is tree.body[0]:
                dropped.append(statement)
            case _:
                defines += _defined(statement)
    for statement in reversed(dropped):
        lines[statement.lineno - 1 : statement.end_lineno] = []
    text = "\n".join(lines).strip("\n")
    return Section(name, tuple(imports), tuple(defines), f"\n\n{_header(name, ast.get_docstring(tree))}\n\n{text}\n")


def check_names(sections: Sequence[Section]) -> None:
    """Raise `NotAssembled` where a name means two things, or hides one of Python's own."""
    meaning: dict[str, str] = dict.fromkeys(dir(builtins), "Python itself")
    for section in sections:
        for module, name in section.imports:
            _mean(meaning, name, f"{module or 'import'}.{name}")
    for section in sections:
        for name in section.defines:
            _mean(meaning, name, section.name)


def _mean(meaning: dict[str, str], name: str, owner: str) -> None:
    if meaning.setdefault(name, owner) != owner:
        raise NotAssembled(f"{name} belongs to {meaning[name]} and to {owner}: give one of both another name")


# --- Parts ------------------------------------------------------------------------------------
def _source(name: str) -> str:
    package, _, module = name.rpartition(".")
    return files(package).joinpath(f"{module}.py").read_text(encoding="utf-8")


def _header(name: str, docstring: str | None) -> str:
    said = [f"# {line}".rstrip() for line in (docstring or "").splitlines()]
    return "\n".join([_RULE, f"# {name}", _RULE, *said])


def _imported(name: str, statement: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    module = statement.module or "" if isinstance(statement, ast.ImportFrom) else ""
    for each in statement.names:
        whole = module or each.name
        if whole == "__future__":
            continue
        if _is(whole, _OURS):
            if not module or each.asname is not None or module not in SECTIONS[: SECTIONS.index(name)]:
                raise NotAssembled(f"{name} imports {each.name} of {whole}, which is no section before it")
            continue
        alias = each.asname
        if not module and alias is None and "." in each.name:
            raise NotAssembled(f"{name} imports {each.name} whole; import names from it")
        yield (module, each.name if alias is None else f"{each.name} as {alias}")


def _is(module: str, packages: Sequence[str]) -> bool:
    return module.partition(".")[0] in packages


def _defined(statement: ast.stmt) -> Iterator[str]:
    for node in ast.walk(statement) if isinstance(statement, ast.Try | ast.If) else [statement]:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.alias(asname=None, name=name):
                yield name
            case ast.Assign(targets=targets):
                yield from (target.id for target in targets if isinstance(target, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name


def _lines(imports: Sequence[tuple[str, str]]) -> Iterator[str]:
    yield from (f"import {name}" for module, name in imports if not module)
    for module in sorted({module for module, _ in imports if module}):
        names = sorted(name for found, name in imports if found == module)
        yield f"from {module} import {', '.join(names)}"

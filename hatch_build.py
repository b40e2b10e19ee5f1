"""Generate the Python code of `protos/` into `generated/`, before packaging or by hand.

Hatchling runs the hook for wheels and editable installs; `python hatch_build.py` (the verb `make protos`) does the same.
Every `*.proto` is picked up. A stamp over all sources and tool versions makes a second run free.

    generated/participation/   what Python imports: messages, services, type stubs
    generated/image.binpb      descriptor image with comments, for `buf lint` and `buf breaking`

`--baseline` renews `protos/baseline.binpb`, the committed image that `buf breaking` compares with: after a release, or
after additions that are meant to stay.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import shutil
import sys
import tempfile
from importlib import metadata
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
# Their output depends on these, so a change of one rebuilds everything.
TOOLS = ("grpcio-tools", "mypy-protobuf", "protobuf", "protovalidate")


class ProtoBuildHook(BuildHookInterface[Any]):
    """Generate before packaging; a wheel gets the package `participation` beside ours."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build `generated/`; `version` is `standard` for a wheel and `editable` for a development install."""
        generated = build(Path(self.root))
        if version != "editable":  # an editable install finds `generated/` through dev-mode-dirs
            build_data["force_include"][str(generated / "participation")] = "participation"


def build(root: Path = ROOT) -> Path:
    """Return `generated/`, rebuilt when a source or a tool has changed. Raises `RuntimeError` when protoc refuses."""
    generated = root / "generated"
    generated.mkdir(exist_ok=True)
    stamp = generated / "stamp"
    fingerprint = _fingerprint(root)
    with (generated / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two runs at once would take each other's files away
        if stamp.is_file() and stamp.read_text() == fingerprint:
            return generated
        with tempfile.TemporaryDirectory(dir=generated) as scratch:
            fresh = Path(scratch)
            _compile(root / "protos", fresh)
            _complete(root / "protos" / "shim" / "participation_init.py", fresh / "participation")
            _swap(fresh, generated)
        stamp.write_text(fingerprint)
    return generated


def renew_baseline(root: Path = ROOT) -> Path:
    """Write the committed image: all files and imports, without comments (they may change freely)."""
    baseline = root / "protos" / "baseline.binpb"
    with tempfile.TemporaryDirectory() as scratch:
        known = _write_validate_descriptors(Path(scratch))
        _protoc(root / "protos", known, f"--descriptor_set_out={baseline}", "--include_imports")
    return baseline


def _fingerprint(root: Path) -> str:
    sources = [root / "hatch_build.py", root / "protos" / "shim" / "participation_init.py", *_protos(root / "protos")]
    seen = hashlib.sha256(" ".join(f"{tool}={metadata.version(tool)}" for tool in TOOLS).encode())
    for source in sources:
        content = source.read_bytes()
        seen.update(f"\n{source.relative_to(root).as_posix()} {len(content)}\n".encode() + content)
    return seen.hexdigest()


def _protos(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.proto"))


def _compile(protos: Path, fresh: Path) -> None:
    known = _write_validate_descriptors(fresh)
    _protoc(
        protos,
        known,
        f"--python_out={fresh}",
        f"--grpc_python_out={fresh}",
        f"--mypy_out=quiet:{fresh}",
        f"--mypy_grpc_out=quiet:{fresh}",
        f"--descriptor_set_out={fresh / 'image.binpb'}",
        "--include_imports",
        "--include_source_info",
        *_mypy_plugins(),
    )


def _protoc(protos: Path, known: Path, *options: str) -> None:
    from grpc_tools import protoc  # noqa: PLC0415  heavy, and not needed when the stamp still holds

    names = [path.relative_to(protos).as_posix() for path in _protos(protos)]
    arguments = ["protoc", f"--proto_path={protos}", f"--descriptor_set_in={known}", *options, *names]
    if protoc.main(arguments) != 0:
        raise RuntimeError("protoc refused the files under protos/; its reasons stand above.")


def _mypy_plugins() -> list[str]:
    """Name the plug-ins of mypy-protobuf by path: the environment's `bin` need not be on PATH during a build."""
    scripts = {path.name: path for path in metadata.files("mypy-protobuf") or () if path.name.startswith("protoc-gen-")}
    found = [f"--plugin={name}={Path(str(path.locate())).resolve()}" for name, path in sorted(scripts.items())]
    if len(found) != 2:  # noqa: PLR2004  protoc-gen-mypy and protoc-gen-mypy_grpc
        raise RuntimeError("mypy-protobuf is installed without its two protoc plug-ins.")
    return found


def _write_validate_descriptors(folder: Path) -> Path:
    """Write `buf/validate/validate.proto` and what it imports as a descriptor set, and return its path.

    The protovalidate wheel holds the descriptor but not the file. Its module is private, hence the narrow version range.
    """
    from google.protobuf import (  # noqa: PLC0415  as above
        any_pb2,
        descriptor_pb2,
        duration_pb2,
        field_mask_pb2,
        timestamp_pb2,
    )
    from google.rpc import status_pb2  # noqa: PLC0415  as above
    from protovalidate._gen.buf.validate import validate_pb  # noqa: PLC0415  as above

    known = descriptor_pb2.FileDescriptorSet()
    for module in (descriptor_pb2, duration_pb2, field_mask_pb2, timestamp_pb2, any_pb2, status_pb2):
        module.DESCRIPTOR.CopyToProto(known.file.add())
    validate = validate_pb.desc().proto.to_binary()
    known.file.add().ParseFromString(validate)
    (folder / "validate.binpb").write_bytes(validate)
    path = folder / "known.binpb"
    path.write_bytes(known.SerializeToString())
    return path


def _complete(shim: Path, package: Path) -> None:
    """Turn protoc's output into a typed package whose import registers the validation rules."""
    shutil.copyfile(shim, package / "__init__.py")
    (package.parent / "validate.binpb").rename(package / "validate.binpb")
    (package / "py.typed").touch()
    for folder in (path for path in package.rglob("*") if path.is_dir()):
        (folder / "__init__.py").touch()


def _swap(fresh: Path, generated: Path) -> None:
    """Put the fresh files in the place of the old in one step each, so that nobody imports a half-written package."""
    package = generated / "participation"
    if package.exists():
        package.rename(fresh / "replaced")
    (fresh / "participation").rename(package)
    (fresh / "image.binpb").replace(generated / "image.binpb")


def main() -> int:
    """Run the builder by hand."""
    parser = argparse.ArgumentParser(description="Generate the Python code of protos/ into generated/.")
    parser.add_argument("--baseline", action="store_true", help="renew protos/baseline.binpb")
    arguments = parser.parse_args()
    build()
    if arguments.baseline:
        renew_baseline()
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Messages and services of the participation ledger, generated from `protos/`.

The messages carry validation rules (protovalidate), so their descriptors name `buf/validate/validate.proto`. The
protovalidate wheel ships no Python module for that file. This package therefore puts the file's descriptor, taken from
that wheel when the code was generated, into the default pool, and stands in for the module the generated code imports.
A real `buf.validate.validate_pb2`, where one is installed, is used instead; no top-level `buf` is added.
"""

import importlib
import sys
from pathlib import Path
from types import ModuleType

# Imported for their effect: the descriptor below depends on these four being in the pool.
from google.protobuf import descriptor_pb2, descriptor_pool, duration_pb2, field_mask_pb2, timestamp_pb2

__all__: list[str] = []

_WELL_KNOWN = (descriptor_pb2, duration_pb2, field_mask_pb2, timestamp_pb2)


def _stand_in_for_validate() -> None:
    try:
        importlib.import_module("buf.validate.validate_pb2")
    except ModuleNotFoundError:
        descriptor = Path(__file__).with_name("validate.binpb").read_bytes()
        descriptor_pool.Default().AddSerializedFile(descriptor)
        package, module = ModuleType("buf.validate"), ModuleType("buf.validate.validate_pb2")
        package.validate_pb2 = module  # type: ignore[attr-defined]
        sys.modules[package.__name__] = package
        sys.modules[module.__name__] = module


_stand_in_for_validate()

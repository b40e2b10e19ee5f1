"""The small town's ledger that the audits use, on both engines; and one on SQLite to copy."""

from tests.ledger.store.conftest import engine_name, place
from tests.services.audit.town import town, untouched

__all__ = ["engine_name", "place", "town", "untouched"]

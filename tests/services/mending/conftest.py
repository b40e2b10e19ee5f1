"""A small town's ledger, recorded through the application and signed, on both engines."""

from tests.ledger.store.conftest import engine_name, place
from tests.services.audit.town import town, untouched

__all__ = ["engine_name", "place", "town", "untouched"]

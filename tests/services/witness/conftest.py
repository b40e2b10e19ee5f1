from tests.ledger.log.conftest import engine, engine_name, place, published

__all__ = ["engine", "engine_name", "place", "published"]

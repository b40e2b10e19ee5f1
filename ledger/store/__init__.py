"""Where the record lives: one port, two engines (PostgreSQL and SQLite), one group commit."""

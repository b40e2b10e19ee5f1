"""Where read models live: in PostgreSQL, in SQLite, or in memory."""

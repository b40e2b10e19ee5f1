"""Pictures of figures: SVG drawn on the server, each with its finding as title and its numbers as a table."""

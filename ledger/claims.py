"""Claims: what a document asserts, with or without evidence, and references to what is not in the ledger."""

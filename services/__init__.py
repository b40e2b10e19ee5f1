"""The faces of the ledger: composition root, gRPC, command line, imports, the demonstration."""

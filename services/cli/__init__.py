"""The command `liggare`: everything an operator, an auditor or a script does with a ledger."""

"""The demonstration: a real matter of a Swedish municipality, and the votes of a real conversation."""

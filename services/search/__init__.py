"""Full-text search over public words. The index holds words, so it is no read model: it is filled and emptied apart."""

"""Standard sets of rules, as data: what the law says, from when to when, and how to adopt it."""

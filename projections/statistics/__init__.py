"""Statistics of surveys: pure functions over counts, answers and weights, each with its formula and source.

    rates        how many answered, and why the others did not
    index        an index of 0 to 100 from answers on a scale, with its standard error
    intervals    how far chance reaches, and how little a low response guarantees
    weights      raking to known margins
    waves        whether two results differ
    effects      what goes with a higher score, and what to attend to first
    disclosure   which cells of published tables must be hidden so that none can be worked out

`rates` answers in exact fractions, `disclosure` in integers, the others in floats. What is recorded is
never a float. Only `weights`, `effects`, `intervals` and `disclosure` need numpy or scipy, and no read
model imports any of them: a replay of the record does without.
"""

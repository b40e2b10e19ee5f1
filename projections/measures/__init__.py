"""Measures of influence: published definitions, each one pure function over the rows of one moment.

`catalogue` lists them and is all that a page, an rpc or a command calls. `measure` says what a measure and a figure are,
`scope` of what part of the ledger one is asked, `population` gathers the inputs it is about, `suppression` hides what
too few stand behind. Source of the definitions: the project's study of participation, §4.4-4.6.
"""

"""Surveys at work: answers are opened here and nowhere else, and leave as tables that show nobody.

opened      a survey's state and its respondents, out of the record and the vault
weighting   weights from the margins the ledger holds
shares      shares by group, protected together
scores      means, indices and effects
tables      all tables of a release
releasing   the three steps, as commands
"""

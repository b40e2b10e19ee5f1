"""Views: pure functions from the rows of one moment to what is shown, as plain JSON.

Page, JSON, CSV and gRPC all call the same function, so a figure has one definition. Each answer says
at which position it holds, by which definition, and how to list the events behind its figures. All
read the rows of a single moment, so a view as of a position or a day is the same function.
"""

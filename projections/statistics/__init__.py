"""What a survey says and how surely: pure functions, each with its formula and source."""

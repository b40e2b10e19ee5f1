"""Read models: pure functions from the record to what people see, and the machinery that keeps them up."""

"""Engines: each is one function `run(dataset, instances) -> Outcomes`, and all give the same outcomes."""

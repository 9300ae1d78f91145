"""Commands that stand in modules of their own; `govrules.cli` puts them together."""

"""The commands of `govrules`, and the options that they share; `govrules.cli` puts them together."""

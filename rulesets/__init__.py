"""Forms and rules as data."""

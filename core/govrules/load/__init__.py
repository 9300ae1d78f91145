"""YAML to forms and rulesets: every fault is an error with file, line and column."""

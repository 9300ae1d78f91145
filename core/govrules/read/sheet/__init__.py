"""Workbooks, old and new."""

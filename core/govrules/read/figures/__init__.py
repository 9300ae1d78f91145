"""Figures that another program read: JSON, CSV, Parquet."""

"""dataframely, lazy."""

from __future__ import annotations

import sys

from dataframely_rules import main

if __name__ == "__main__":
    main(*sys.argv[1:], lazy=True)

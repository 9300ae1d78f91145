"""Precision and recall of the figures found in prose, over the sentences labelled by hand.

Run: python benchmarks/claims.py [--details]
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from test_claims import FILES, compare, labels, measured, precision_and_recall, whole


def main() -> None:
    """Print the figures of each file, and with --details the sentences that differ."""
    for name in FILES:
        print(f"{name}.yaml: {len(labels(name))} sentences")
        for title, facets in (("all claims", whole), ("measured claims", measured)):
            precision, recall = precision_and_recall(name, facets)
            right, differ = compare(name, facets)
            print(f"  {title}: {right} right, precision {precision:.3f}, recall {recall:.3f}")
            for text, missed, false in differ if "--details" in sys.argv else ():
                print(f"    {text}\n      missed {missed}\n      false  {false}")


if __name__ == "__main__":
    main()

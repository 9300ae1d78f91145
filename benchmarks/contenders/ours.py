"""govrules: the pack of the 444 rules asked of a wide table, batch by batch; failures with their operands."""

from __future__ import annotations

import sys

from govrules.compiled import compiled
from govrules.corpus import ask


def main(corpus: str, pack: str, found: str) -> None:
    rules = compiled(["benchmark"], [pack], third_party=False)
    ask(corpus, rules, details=sys.maxsize).failures.write_parquet(found)


if __name__ == "__main__":
    main(*sys.argv[1:])

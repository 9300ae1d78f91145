"""govrules: the pack of the 444 rules asked of a wide table, batch by batch; failures with their operands."""

from __future__ import annotations

import sys

from govrules.corpus import ask
from govrules.installed import installed
from govrules.plan import make_plan


def main(corpus: str, pack: str, found: str) -> None:
    plan = make_plan(installed([pack], third_party=False), ["benchmark"])
    ask(corpus, plan, details=sys.maxsize).failures.write_parquet(found)


if __name__ == "__main__":
    main(*sys.argv[1:])

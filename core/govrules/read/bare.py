"""A table of one row that lost all its column titles: only figures are left below the heading of its section."""

from __future__ import annotations

from dataclasses import replace

from govrules.form import Form, Table
from govrules.read.align import Words
from govrules.read.labels import columns, official_key
from govrules.read.run import Run
from govrules.read.runs import HEADING, slots_from

_MOST_WORDS, _LONGEST = 3, 20


def bare_run(words: Words, form: Form, table: Table) -> Run | None:
    """Give the row whose figures stand, as many as there are columns, below the heading of the table's section.

    It is sure where every sum of the row holds: the figures say themselves which columns they are of.
    """
    tokens, block = words.tokens, table.blocks[0]
    names, cells = columns(block, block.rows[0])
    section = form.section(table.section)
    titles = {official_key(title) for title in (section.title, *section.variants)} if section else set()
    for heading in (word.token for word in words.all if word.key in titles):
        first = heading + 1
        while first < len(tokens) and tokens[first].kind == "words" and first - heading <= _MOST_WORDS:
            if len(tokens[first].text) > _LONGEST or HEADING.match(tokens[first].text):
                break
            first += 1
        slots, pads, _ = slots_from(tokens, first, len(tokens), 10**6)
        if len(slots) != len(cells) or slots[0].kind != "value":
            continue
        run = Run(block.rows[0], names, cells, slots, pads, 0, slots[0].line, sure=True, in_row=slots[0].row >= 0)
        return run if _sums_hold(table, run) else replace(run, sure=False)
    return None


def _sums_hold(table: Table, run: Run) -> bool:
    known = {column: slot.number or 0 for column, slot in zip(run.columns, run.slots, strict=True)}
    return bool(table.row_sums) and all(
        known.keys() >= {total, *parts} and known[total] == sum(known[part] for part in parts)
        for total, parts in table.row_sums
    )

"""Mutation scores in words: a line a table, and below it the slips that nothing finds, by reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from govrules.authoring.mutants import PAIRS, SINGLE, Slip
from govrules.authoring.mutation import Reason, Survivors, TableScore, Tally
from govrules.finding import Lang

_GROUPS: tuple[tuple[tuple[Slip, ...], str, str], ...] = (
    (SINGLE, "单格", "single cells"),
    (PAIRS, "同行、同列移动", "moved in a row or column"),
    ((Slip.WITH_TOTAL,), "一项与其总计同改", "a part and its total"),
    ((Slip.SWAP,), "相邻两格互换", "neighbours swapped"),
    ((Slip.ROWS,), "两行互换", "rows transposed"),
)
_REASONS: dict[Reason, tuple[str, str]] = {
    Reason.CANCELS: (
        "落在等式的零空间：改动在 {rules} 中相互抵消，没有别的等式区分这些单元",
        "in the null space of the equalities: the change cancels out in {rules}, and no other tells these cells apart",
    ),
    Reason.INFO: ("只有程度为提示的 {rules} 不成立", "breaks {rules} alone, which give no more than an info"),
    Reason.SLACK: (
        "只有不等式读取这些单元，且仍然成立：{rules}",
        "only inequalities read these cells, and hold still: {rules}",
    ),
    Reason.BLANK: (
        "留空后有关合计无法判定，也没有规则要求此格有值",
        "left blank: sums with it are undetermined, and no rule wants a figure there",
    ),
    Reason.UNREAD: ("没有规则读取这些单元", "no rule reads these cells"),
}


@dataclass(frozen=True, slots=True)
class Escape:
    """Slips of one group that nothing finds for one reason."""

    slip: str
    number: int
    reason: str
    names: str


def escapes(score: TableScore, lang: Lang) -> Iterator[Escape]:
    """Give what gets past the rules in a table, the slips of a group together."""
    english = lang == "en"
    for slips, *titles in _GROUPS:
        groups: dict[tuple[Reason, tuple[str, ...]], list[Survivors]] = {}
        for one in score.survivors:
            if one.slip in slips:
                groups.setdefault((one.reason, one.rules), []).append(one)
        for (reason, rules), several in groups.items():
            names = dict.fromkeys(name for one in several for name in one.names)
            number = sum(one.number for one in several)
            words = _REASONS[reason][english].format(rules=(", " if english else "、").join(rules))
            yield Escape(titles[english], number, words, braced(names))


def text(scores: Sequence[TableScore], lang: Lang) -> Iterator[str]:
    """Give the lines for a terminal."""
    english = lang == "en"
    for score in scores:
        yield f"{score.form} {score.table} {score.title}"
        for slips, *titles in _GROUPS:
            if (tally := score.of(slips)).made:
                yield f"  {_share(tally)}  {tally.found}/{tally.made}  {titles[english]}"
        for one in escapes(score, lang):
            yield f"  - {one.slip} {one.number}: {one.reason}: {one.names}"


def markdown(scores: Sequence[TableScore]) -> str:
    """Give the tables for a document in English."""
    heads = ["Form", "Table", *(english for _, _, english in _GROUPS)]
    lines = [_row(heads), _row(["---"] * len(heads))]
    for score in scores:
        shares = [_counted(score.of(slips)) for slips, *_ in _GROUPS]
        lines.append(_row([f"`{score.form}`", f"`{score.table}`", *shares]))
    for score in scores:
        if not score.survivors:
            continue
        lines += ["", f"Not found in `{score.table}` of `{score.form}`:", ""]
        lines += [_row(["Slip", "Number", "Why", "Cells or rows"]), _row(["---"] * 4)]
        lines += [_row([one.slip, str(one.number), one.reason, one.names]) for one in escapes(score, "en")]
    return "\n".join(lines) + "\n"


def braced(names: Iterable[str]) -> str:
    """List names, those below one another's parent together: `review.{upheld, other}`."""
    groups: dict[str, list[str]] = {}
    for name in names:
        parent, _, last = name.rpartition(".")
        groups.setdefault(parent, []).append(last)
    return ", ".join(
        f"{parent}.{{{', '.join(lasts)}}}" if len(lasts) > 1 else f"{parent}.{lasts[0]}".removeprefix(".")
        for parent, lasts in groups.items()
    )


def _share(tally: Tally) -> str:
    """Give a score to four places, never rounded up to a full one."""
    return f"{int(tally.score * 10_000) / 10_000:.4f}"


def _counted(tally: Tally) -> str:
    return f"{_share(tally)} ({tally.found}/{tally.made})" if tally.made else "–"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"

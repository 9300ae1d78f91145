"""`govrules pack test`: the examples and cases of a pack, what its rules cover, and how many slips they find."""

# ruff: noqa: PT028 -- `test` is a command, no test.
from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from govrules.commands.options import Lang, Language, ListFormat, packs_and_folders, tell
from govrules.errors import BROKEN_RULES, GovrulesError

if TYPE_CHECKING:
    from govrules.authoring.coverage import Coverage
    from govrules.authoring.mutation import TableScore
    from govrules.authoring.subject import Subject
    from govrules.authoring.trial import Trial


def test(
    target: Annotated[
        str, typer.Argument(metavar="DIR|NAME", help="规则包文件夹或已安装的名称 folder or installed name")
    ],
    mutation: Annotated[
        bool, typer.Option("--mutation", help="另算变异得分：故意改错的数据有多少能被发现 how many slips are found")
    ] = False,
    format: Annotated[  # noqa: A002
        ListFormat, typer.Option("--format", "-f", help="输出格式；markdown 只有变异得分 markdown: only the scores")
    ] = ListFormat.text,
    lang: Lang = Language.zh,
) -> None:
    """运行规则包的示例和整篇报告，并说明覆盖情况。 Run the examples and cases of a pack, and show what it covers."""
    from govrules.authoring.coverage import coverage
    from govrules.authoring.subject import subject
    from govrules.installed import installed

    packs_and_folders([target], lambda: installed().packs)
    with subject(target) as pack:
        _stop(pack.faults)
        if format is ListFormat.markdown:
            from govrules.authoring.scorecard import markdown

            typer.echo(markdown(scores(pack)), nl=False)
            return
        tried = _tried(pack, lang.value)
        covered = coverage(pack)
        made = scores(pack) if mutation else None
    if format is ListFormat.json:
        typer.echo(_json(pack, tried, covered, made))
    else:
        for line in _text(pack, tried, covered, made, english=lang is Language.en):
            typer.echo(line)
    raise typer.Exit(int(any(words for _, words in tried)))


def scores(pack: Subject) -> list[TableScore]:
    """Give the mutation scores of every form that a pack reads."""
    from govrules.authoring.coverage import forms_read
    from govrules.authoring.mutation import mutation_scores

    return [
        score for form in forms_read(pack) for score in mutation_scores(pack.plan, form, pack.region(form))
    ]  # fmt: skip


def _tried(pack: Subject, lang: str) -> list[tuple[Trial, str]]:
    """Give every trial with what is wrong; one that cannot be tried means that the pack is broken."""
    from govrules.authoring.trial import trials

    several, faults = trials(pack)
    tried: list[tuple[Trial, str]] = []
    for one in several:
        try:
            tried.append((one, one.failure("en" if lang == "en" else "zh")))
        except GovrulesError as fault:
            faults.append(fault)
    _stop(faults)
    return tried


def _stop(faults: Sequence[GovrulesError]) -> None:
    """Name what is broken on stderr and leave with its exit code; silence when all is well."""
    tell(faults)
    if faults:
        raise typer.Exit(BROKEN_RULES)


def _text(
    pack: Subject,
    tried: Sequence[tuple[Trial, str]],
    covered: Coverage,
    made: Sequence[TableScore] | None,
    *,
    english: bool,
) -> Iterator[str]:
    failed = [(trial, words) for trial, words in tried if words]
    for trial, words in failed:
        yield f"✗ {trial.where}  {trial.name}"
        yield from (f"    {line}" for line in words.splitlines())
    yield from _coverage(covered, english=english)
    if made is not None:
        from govrules.authoring.scorecard import text

        yield "mutation scores:" if english else "变异得分："
        yield from (f"  {line}" for line in text(made, "en" if english else "zh"))
        if not made:
            yield "  no form with sums" if english else "  没有带合计关系的表样"
    names, cases = ", ".join(pack.names), sum(not trial.rule for trial, _ in tried)
    counts = (covered.rules, len(tried) - cases, cases, len(tried) - len(failed), len(failed))
    zh = "{0}：{1} 条规则，{2} 个示例，{3} 份整篇报告；{4} 个符合，{5} 个不符合"
    en = "{0}: {1} rules, {2} examples, {3} whole documents; {4} as they should, {5} not"
    yield (en if english else zh).format(names, *counts)


def _coverage(covered: Coverage, *, english: bool) -> Iterator[str]:
    """Give a line for the examples and one for each table."""
    from govrules.authoring.scorecard import braced

    both, lacking = len(covered.both), ", ".join(covered.lacking)
    if english:
        yield f"examples of both kinds: {both} of {covered.rules} rules{f'; not: {lacking}' if lacking else ''}"
    else:
        yield f"兼有两种示例的规则：{both}/{covered.rules}{f'，缺：{lacking}' if lacking else ''}"
    for table in covered.tables:
        names = ", ".join(f"{rule}*" if rule in table.own else rule for rule in table.readers) or "-"
        whole = ", ".join(f"{rule}*" if rule in table.own else rule for rule in table.lookers)
        head = f"{table.form} {table.table} {table.title}"
        if english:
            yield f"{head}: {table.cells} cells, {len(table.unread)} read by no rule; read by {names}"
            labels = ("looked at by", "not read")
        else:
            yield f"{head}：{table.cells} 格，{len(table.unread)} 格没有规则读取；读取的规则 {names}"
            labels = ("整表检查", "未读取")
        if whole:
            yield f"  {labels[0]}: {whole}"
        if table.unread:
            yield f"  {labels[1]}: {braced(table.unread)}"
    if covered.tables:
        yield "(* rules of this pack)" if english else "（* 为本包的规则）"


def _json(
    pack: Subject, tried: Sequence[tuple[Trial, str]], covered: Coverage, made: Sequence[TableScore] | None
) -> str:
    trials = [
        {"name": one.name, "rule": one.rule or None, "file": one.where.file, "line": one.where.line, "failure": words}
        for one, words in tried
    ]
    failed = sum(bool(words) for _, words in tried)
    content = {
        "schema": "govrules.trials/1",
        "packs": list(pack.names),
        "trials": trials,
        "coverage": asdict(covered),
        "mutation": None if made is None else [_score(one) for one in made],
        "summary": {"rules": covered.rules, "trials": len(trials), "failed": failed},
    }
    return json.dumps(content, ensure_ascii=False, indent=1)


def _score(score: TableScore) -> dict[str, object]:
    return {
        "form": score.form,
        "table": score.table,
        "single": asdict(score.single) | {"score": score.single.score},
        "pairs": asdict(score.pairs) | {"score": score.pairs.score},
        "slips": {slip.value: asdict(tally) for slip, tally in score.tallies.items()},
        "survivors": [asdict(one) for one in score.survivors],
    }

"""`govrules pack diff`: what changed between two editions of a pack, and whether something breaks."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from govrules.commands.options import AsList, Lang, Language, ListFormat, Plugins, packs_and_folders, tell
from govrules.commands.writing import write

if TYPE_CHECKING:
    from govrules.authoring.change import Change
    from govrules.authoring.difference import Difference

_MOST = 160
_OF = {
    "zh": {"pack": "规则包", "rule": "规则", "override": "对其他规则的改动", "form": "表样", "measure": "正文指标",
           "kind": "审核公式类型"},
    "en": {"pack": "pack", "rule": "rule", "override": "change of a rule", "form": "form", "measure": "measure",
           "kind": "check kind"},
}  # fmt: skip
_BREAKING = {"zh": "不兼容", "en": "breaking"}


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="旧版：文件夹或已安装的规则包 folder or installed pack")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="新版：文件夹或已安装的规则包 folder or installed pack")],
    format: AsList = ListFormat.text,  # noqa: A002
    lang: Lang = Language.zh,
    breaking: Annotated[
        bool, typer.Option("--breaking", help="有不兼容的改动时退出码为 1 exit 1 when something breaking is there")
    ] = False,
    plugins: Plugins = True,
) -> None:
    """比较规则包的两个版本：增删、放宽、收紧、改变含义。 Compare two editions of a pack: looser, tighter, gone."""
    from govrules.authoring.difference import difference
    from govrules.installed import installed

    base = installed(third_party=plugins)
    tell(base.faults)
    packs_and_folders([old, new], lambda: base.packs)
    found = difference(old, new, base)
    shown = {ListFormat.text: _text, ListFormat.json: _json, ListFormat.markdown: _markdown}[format](found, lang.value)
    write(shown, None)
    raise typer.Exit(int(breaking and bool(found.breaking)))


def _text(found: Difference, lang: str) -> str:
    lines = [f"{found.old} → {found.new}"]
    for (of, name), several in _grouped(found.changes):
        lines.append(f"{_OF[lang][of]} {name}")
        lines += [f"  {_tag(change, lang)} {_short(change.words(lang))}" for change in several]
    return "\n".join([*lines, _sum(found, lang)]) + "\n"


def _markdown(found: Difference, lang: str) -> str:
    lines = [f"# {found.old} → {found.new}", "", _sum(found, lang)]
    for (of, name), several in _grouped(found.changes):
        lines += ["", f"## {_OF[lang][of]} {name}", ""]
        lines += [f"- **{_tag(change, lang)}** {_escaped(change.words(lang))}" for change in several]
    return "\n".join(lines) + "\n"


def _json(found: Difference, lang: str) -> str:
    import json

    changes = [
        {"of": change.of, "id": change.id, "part": change.part, "effect": change.effect.value,
         "breaking": change.breaking, "old": change.old, "new": change.new, "words": change.words(lang)}
        for change in found.changes
    ]  # fmt: skip
    content = {
        "schema": "govrules.pack-diff/1",
        "old": found.old,
        "new": found.new,
        "changes": changes,
        "summary": {"changes": len(changes), "breaking": len(found.breaking), "effects": _counts(found)},
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _grouped(changes: Iterable[Change]) -> Iterable[tuple[tuple[str, str], Iterable[Change]]]:
    return groupby(changes, lambda change: (change.of, change.id))


def _tag(change: Change, lang: str) -> str:
    from govrules.authoring.change import EFFECTS

    words = [EFFECTS[lang][change.effect], *([_BREAKING[lang]] if change.breaking else [])]
    return f"[{', '.join(words)}]" if lang == "en" else f"［{'，'.join(words)}］"


def _counts(found: Difference) -> dict[str, int]:
    from govrules.authoring.change import Effect

    return {effect.value: n for effect in Effect if (n := sum(change.effect is effect for change in found.changes))}


def _sum(found: Difference, lang: str) -> str:
    from govrules.authoring.change import EFFECTS, Effect

    total, broken = len(found.changes), len(found.breaking)
    if not total:
        return "没有改动" if lang == "zh" else "nothing changed"
    said = [f"{EFFECTS[lang][Effect(name)]} {n}" for name, n in _counts(found).items()]
    if lang == "zh":
        return f"共 {total} 处改动：{'，'.join(said)}；其中不兼容 {broken} 处"
    return f"{total} changes: {', '.join(said)}; {broken} breaking"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _MOST else f"{line[: _MOST - 1]}…"


def _escaped(text: str) -> str:
    plain = " ".join(text.split())
    return "".join(f"\\{char}" if char in "\\`*_<>|[]" else char for char in plain)

"""`govrules pack`: make a new pack, and review one; `test` and `diff` are attached from modules of their own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from govrules.commands.options import AsResult, Lang, Language, ResultFormat

if TYPE_CHECKING:
    from govrules.authoring.complaint import Complaint
    from govrules.authoring.review import Review

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="规则包：新建、检查、测试、比较。 Packs of rules: new, check, test, diff.",
)


_ASKED = {
    "name": "规则包名称，小写字母 name, small letters",
    "region": "地区代码或名称，可留空 region, code or name, may be empty",
    "extends": "所扩展的规则包 pack to extend",
}
_LEVELS = {"zh": {"error": "错误", "warning": "警告"}, "en": {"error": "error", "warning": "warning"}}
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="规则包所在文件夹 folder of the pack")]


@app.command()
def new(
    folder: Folder,
    name: Annotated[str | None, typer.Option("--name", help="名称，小写字母、数字和 _ name of the pack")] = None,
    region: Annotated[str | None, typer.Option("--region", help="只适用的地区 region, code or name")] = None,
    extends: Annotated[str | None, typer.Option("--extends", help="所扩展的规则包 pack to extend [national]")] = None,
    prefix: Annotated[str, typer.Option("--prefix", help="规则编号的开头，如 CC beginning of rule ids")] = "",
    yaml_only: Annotated[
        bool, typer.Option("--yaml-only", help="只要 YAML，供 --pack 使用 a folder for --pack, no Python")
    ] = False,
) -> None:
    """新建规则包：含示例规则、示例报告、测试，可直接安装。 Make a new pack that can be tested and installed at once."""
    from govrules.authoring.scaffold import blueprint, write_pack

    plan = blueprint(
        _given(name, "name", folder.resolve().name),
        region=_given(region, "region", ""),
        extends=_given(extends, "extends", "national"),
        prefix=prefix,
        yaml_only=yaml_only,
    )
    for file in write_pack(folder, plan):
        typer.echo(str(file))
    typer.echo(f"下一步 next: govrules pack check {folder} --strict", err=True)


@app.command()
def check(
    folder: Folder,
    strict: Annotated[
        bool, typer.Option("--strict", help="发布前：警告也算错误，须有英文 for publishing: warnings are errors")
    ] = False,
    format: AsResult = ResultFormat.text,  # noqa: A002
    lang: Lang = Language.zh,
) -> None:
    """检查规则包的写法，列出每一处问题。 Review a pack: every complaint with its file, line and column."""
    from govrules.authoring.review import review

    found = review(folder, strict=strict)
    typer.echo(_json(found) if format is ResultFormat.json else _text(found, lang.value), nl=False)
    raise typer.Exit(found.exit_code)


def _given(option: str | None, name: str, default: str) -> str:
    """Give an option, or what is answered on a terminal, or the default."""
    if option is not None:
        return option
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return default
    answer: str = typer.prompt(_ASKED[name], default=default, err=True)
    return answer


def _text(found: Review, lang: str) -> str:
    lines = [_line(complaint, lang) for complaint in found.complaints]
    warnings = len(found.complaints) - found.errors
    names, files = ", ".join(found.packs) or "-", len(found.files)
    if lang == "zh":
        lines.append(f"{names}：{files} 个文件，{found.rules} 条规则；{found.errors} 个错误，{warnings} 个警告\n")
    else:
        lines.append(f"{names}: {files} files, {found.rules} rules; {found.errors} errors, {warnings} warnings\n")
    return "".join(lines)


def _line(complaint: Complaint, lang: str) -> str:
    hint = f" ({complaint.hint})" if complaint.hint else ""
    level = _LEVELS[lang][complaint.level]
    head = f"{complaint.where}: {level} [{complaint.kind}] {complaint.title[lang]}: {complaint.words}{hint}"
    return f"{head}{complaint.where.shown()}\n"


def _json(found: Review) -> str:
    import json

    complaints = [
        {
            "level": one.level, "kind": one.kind.value, "title": one.title, "message": one.words, "hint": one.hint,
            "file": one.where.file, "line": one.where.line, "column": one.where.column,
        }
        for one in found.complaints
    ]  # fmt: skip
    content = {
        "schema": "govrules.review/1",
        "packs": list(found.packs),
        "files": list(found.files),
        "strict": found.strict,
        "complaints": complaints,
        "summary": {
            "rules": found.rules,
            "errors": found.errors,
            "warnings": len(found.complaints) - found.errors,
        },
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"

"""A new pack to begin with: a distribution or a folder of YAML that loads, is tested, and can be installed at once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from string import Template

from govrules.errors import UsageError
from govrules.installed import Installed, installed
from govrules.load.schema import nearest
from govrules.region import Region, region_named

_NAME, _PREFIX = re.compile(r"[a-z][a-z0-9_]*"), re.compile(r"[A-Z][A-Z0-9]*")
_SYLLABLE = re.compile(r"(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?[aeiouv]{1,3}(?:(?:ng|n|r)(?![aeiouv]))?")
_CASE = "cases/not-held"
_YAML_ONLY = {
    "rules.yaml": "rules.yaml",
    f"{_CASE}/report.txt": "report.txt",
    f"{_CASE}/expected.yaml": "expected.yaml",
    "README.md": "README.yaml-only.md",
}
_DISTRIBUTION = {
    "pyproject.toml": "pyproject.toml",
    "{package}/__init__.py": "init.py",
    "{package}/rules.yaml": "rules.yaml",
    f"{_CASE}/report.txt": "report.txt",
    f"{_CASE}/expected.yaml": "expected.yaml",
    "tests/test_pack.py": "test_pack.py",
    ".github/workflows/check.yml": "check.yml",
    "README.md": "README.md",
    "LICENSE": "LICENSE",
    ".gitignore": "gitignore",
}


@dataclass(frozen=True)
class Blueprint:
    """What a new pack is to be: its name, the beginning of its rule ids, the pack it extends, and where it holds."""

    name: str
    prefix: str
    extends: str
    region: Region | None = None
    yaml_only: bool = False

    @property
    def package(self) -> str:
        """Give the name of the Python package."""
        return f"govrules_{self.name}"

    @property
    def title(self) -> str:
        """Give the title in Chinese."""
        return f"{self.region.name if self.region else self.name + ' '}政府信息公开工作年度报告审核规则"

    @cached_property
    def words(self) -> dict[str, str]:
        """Give what the templates say of the pack."""
        place, code = (self.region.name, self.region.code) if self.region else ("", "")
        applies = f'applies: {{regions: ["{code}"]}}  # {place}'
        everywhere = (
            '# applies: {regions: ["3308"]}  # 只适用于一个地区时写明代码 the code of a region, to be for it alone'
        )
        return {
            "name": self.name, "package": self.package, "distribution": self.package.replace("_", "-"),
            "title": self.title, "extends": self.extends, "prefix": self.prefix, "rule": f"{self.prefix}-T3-01",
            "applies": applies if self.region else everywhere, "issuer": f"{place}青山县人民政府",
            "where_zh": f"，只适用于{place}的报告" if place else "", "where_zh_only": f"{place or '所有'}的报告",
            "where_en": f"for reports of region {code}" if place else "for every report",
            "rules_path": f"{self.package}/rules.yaml", "year": str(date.today().year),
            "schema_file": "rules.schema.json" if self.yaml_only else f"{self.package}/rules.schema.json",
        }  # fmt: skip


def blueprint(
    name: str, *, region: str = "", extends: str = "national", prefix: str = "", yaml_only: bool = False
) -> Blueprint:
    """Settle what a new pack is to be; raises UsageError, saying what would be right, for what cannot be."""
    known = installed()
    name = _checked_name(name, known)
    if extends not in known.packs:
        hint = nearest(extends, list(known.packs)) or f"known: {', '.join(known.packs)}"
        raise UsageError(f"no installed pack is called {extends!r}", hint=hint)
    place = region_named(region) if region else None
    taken = {rule.id.partition("-")[0] for pack in known.packs.values() for rule in pack}
    return Blueprint(name, _checked_prefix(prefix, taken) or _prefix_of(name, taken), extends, place, yaml_only)


def write_pack(folder: Path, plan: Blueprint) -> list[Path]:
    """Write a new pack into a folder, and give the files written; raises UsageError if something is there already."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError("is there already and not empty", where=str(folder), hint="name a folder that is new or empty")
    templates = files("govrules.authoring") / "templates"
    made: list[Path] = []
    for name, template in (_YAML_ONLY if plan.yaml_only else _DISTRIBUTION).items():
        file = folder / name.format(package=plan.package)
        text = Template((templates / f"{template}.tmpl").read_text(encoding="utf-8")).substitute(plan.words)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise UsageError(f"cannot be written: {error.strerror}", where=str(file)) from error
        made.append(file)
    return made


def _checked_name(given: str, known: Installed) -> str:
    """Give the name in small letters, with `_` for blanks and hyphens and without `govrules` before it."""
    name = re.sub(r"[\s\-.]+", "_", given.strip().lower()).removeprefix("govrules_")
    if not _NAME.fullmatch(name):
        hint = "small letters a–z, digits and _, beginning with a letter, such as chengchuan or cheng_chuan"
        raise UsageError(f"{given!r} cannot be the name of a pack", hint=hint)
    if name in known.packs:
        raise UsageError(f"a pack called {name!r} is installed: {known.packs[name].origin}", hint="take another name")
    return name


def _checked_prefix(given: str, taken: Iterable[str]) -> str:
    prefix = given.strip().removesuffix("-")
    if prefix and not _PREFIX.fullmatch(prefix):
        hint = "capital letters and digits, beginning with a letter, such as CC: the rules are then CC-T3-01 and so on"
        raise UsageError(f"{given!r} cannot begin the ids of rules", hint=hint)
    if prefix in taken:
        raise UsageError(f"the ids of another pack begin with {prefix!r}", hint="choose others with --prefix")
    return prefix


def _prefix_of(name: str, taken: Iterable[str]) -> str:
    """Give the initials of a name's words or pinyin syllables, or its first letters where they are taken."""
    words = [word for word in name.split("_") if word]
    syllables = [found.group() for found in _SYLLABLE.finditer(name)]
    whole = len(words) == 1 and len(syllables) > 1 and "".join(syllables) == name
    initials = "".join(part[0] for part in (syllables if whole else words if len(words) > 1 else [name[:3]]))
    initials = name[:3] if len(initials) < 2 else initials
    letters = name.replace("_", "")
    choices = [text.upper() for text in (initials, letters[:4], letters)]
    free = next((choice for choice in choices if choice not in taken and _PREFIX.fullmatch(choice)), None)
    if free is None:
        raise UsageError(f"the ids of other packs begin with {choices[0]!r}", hint="choose others with --prefix")
    return free

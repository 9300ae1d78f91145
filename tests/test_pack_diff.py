"""`govrules pack diff`: what changed between two editions of a pack, and which way."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import pytest
from govrules import expr
from govrules.authoring.change import Change
from govrules.authoring.difference import Difference, difference
from govrules.authoring.implication import implies
from govrules.cli import app
from govrules.errors import GovrulesError, RulesetError, UsageError
from govrules.installed import installed
from typer.testing import CliRunner

ROOT = Path(__file__).parents[1]
BASE = installed(third_party=False)
RULES = """\
pack: mycity
api: 1
title: 本市规则
extends: national
disable:
- {rule: T3-10, because: 本市另有规定}
severity:
  T3-06: {to: info, because: 本市文件}
narrative:
- {measure: visits, units: [次], phrases: [来访]}
rules:
- id: MC-A-01
  title: {zh: 一, en: one}
  severity: warning
  basis: 甲文件
  forms: [national-2019, national-2021]
  effective: {from: 2020, to: 2022}
  check: compare
  that: requests.outcome.total.total <= 1000
  message: {zh: "{left} 件", en: "{left}"}
  tags: [table3]
  examples:
    pass: [{requests.outcome.total.total: 8}]
    fail: [{requests.outcome.total.total: 9000}]
- id: MC-A-02
  title: 二
  severity: {default: warning, closes: info}
  check: filled
  table: requests
  message: 有空格
- id: MC-A-03
  title: 三
  severity: error
  check: equal
  left: review.total
  right: review.upheld + review.other
  message: 不等
- id: MC-A-04
  title: 四
  severity: info
  default: off
  check: unwanted
  patterns: {网络用语: 给力}
  most: 5
  message: 有
- id: MC-A-05
  title: 五
  severity: info
  foreach: {who: [natural, total]}
  check: implies
  when: requests.received_new.{who} > 10
  then: requests.outcome.total.{who} >= 2 and abs(requests.carried_in.{who} - 5) <= 3
  message: 少
"""
FORM = """\
form: mycity-2021
api: 1
title: {zh: 本市格式, en: form of the city}
years: {from: 2021, to: 2023}
sections:
- {id: visits, title: 接待情况, number: 1, variants: [来访]}
tables:
- id: visits
  title: 接待情况
  section: visits
  blocks:
  - headers: [类别, 合计]
    columns:
    - {id: all, title: 合计, aliases: [总计]}
    - {id: new, title: 新}
    rows:
    - {id: visits.people, title: 人次, aliases: [人, 人数]}
    - {id: visits.groups, title: 批次}
"""

# What is replaced, and the changes that it makes: what of, which part, which way, whether breaking.
RULE_CHANGES: dict[str, tuple[str, str, list[tuple[str, str, str, bool]]]] = {
    "a raised severity": ("severity: warning\n", "severity: error\n", [("MC-A-01", "severity", "tighter", False)]),
    "a lowered severity": ("severity: error\n", "severity: info\n", [("MC-A-03", "severity", "looser", False)]),
    "a lowered grade": ("default: warning", "default: info", [("MC-A-02", "severity", "looser", False)]),
    "fewer forms": ("[national-2019, national-2021]", "[national-2021]", [("MC-A-01", "forms", "looser", False)]),
    "every form": ("  forms: [national-2019, national-2021]\n", "", [("MC-A-01", "forms", "tighter", False)]),
    "other forms": ("[national-2019, national", "[national-2014, national", [("MC-A-01", "forms", "changed", False)]),
    "more years": ("{from: 2020, to: 2022}", "{from: 2020}", [("MC-A-01", "years", "tighter", False)]),
    "fewer years": ("{from: 2020, to: 2022}", "{from: 2021, to: 2022}", [("MC-A-01", "years", "looser", False)]),
    "later years": ("{from: 2020, to: 2022}", "{from: 2021, to: 2023}", [("MC-A-01", "years", "changed", False)]),
    "switched on": ("  default: off\n", "", [("MC-A-04", "default", "tighter", False)]),
    "switched off": (
        "  check: filled\n", "  default: off\n  check: filled\n", [("MC-A-02", "default", "looser", False)],
    ),
    "no longer waivable": (
        "  check: filled\n", "  waivable: false\n  check: filled\n", [("MC-A-02", "waivable", "tighter", True)],
    ),
    "a higher limit": ("<= 1000", "<= 2000", [("MC-A-01", "check", "looser", False)]),
    "a lower limit": ("<= 1000", "<= 500", [("MC-A-01", "check", "tighter", False)]),
    "a limit left out": ("<= 1000", "< 1000", [("MC-A-01", "check", "tighter", False)]),
    "one more condition": (
        "<= 1000", "<= 1000 and review.total >= 0", [("MC-A-01", "check", "tighter", False)],
    ),
    "one more way out": ("<= 1000", "<= 1000 or review.total > 5", [("MC-A-01", "check", "looser", False)]),
    "the same in other words": (
        "requests.outcome.total.total <= 1000", "2 * requests.outcome.total.total - 1000 <= 1000",
        [("MC-A-01", "check", "same", False)],
    ),
    "another cell": (
        "outcome.total.total <= 1000", "carried_in.total <= 1000", [("MC-A-01", "check", "changed", True)],
    ),
    "turned round": ("<= 1000", ">= 1000", [("MC-A-01", "check", "changed", True)]),
    "a tolerance": (
        "  right: review.upheld", "  tolerance: 2\n  right: review.upheld", [("MC-A-03", "check", "looser", False)],
    ),
    "blanks as zero": (
        "  right: review.upheld", "  blank_as_zero: true\n  right: review.upheld",
        [("MC-A-03", "check", "changed", True)],
    ),
    "equal by another kind": (
        "  check: equal\n  left: review.total\n  right: review.upheld + review.other",
        "  check: compare\n  that: review.total >= review.upheld + review.other",
        [("MC-A-03", "check kind", "looser", False)],
    ),
    "a weaker consequence": (">= 2 and abs", ">= 1 and abs", [("MC-A-05", "check", "looser", False)]),
    "a narrower band": (") <= 3", ") <= 2", [("MC-A-05", "check", "tighter", False)]),
    "a wider premise": (".{who} > 10", ".{who} > 5", [("MC-A-05", "check", "tighter", False)]),
    "one item more": (
        "who: [natural, total]", "who: [natural, total, research]", [("MC-A-05", "check", "tighter", False)],
    ),
    "one item less": ("who: [natural, total]", "who: [total]", [("MC-A-05", "check", "looser", False)]),
    "one pattern more": (
        "{网络用语: 给力}", "{网络用语: 给力, 口号: 扎实}", [("MC-A-04", "check", "changed", False)],
    ),
    "another number": ("most: 5", "most: 6", [("MC-A-04", "check", "changed", False)]),
    "another table": ("table: requests", "table: reviews", [("MC-A-02", "check", "changed", True)]),
    "another kind": (
        "severity: {default: warning, closes: info}\n  check: filled", "severity: warning\n  check: known_rows",
        [("MC-A-02", "check kind", "changed", True), ("MC-A-02", "severity", "tighter", False)],
    ),
    "another message": ("message: 有空格", "message: 表中有空格", [("MC-A-02", "message", "wording", False)]),
    "another title": ("zh: 一,", "zh: 第一,", [("MC-A-01", "title", "wording", False)]),
    "another basis": ("basis: 甲文件", "basis: 乙文件", [("MC-A-01", "basis", "wording", False)]),
    "another tag": ("tags: [table3]", "tags: [table4]", [("MC-A-01", "tags", "changed", False)]),
    "one example more": (
        "pass: [{requests", "pass: [{review.total: 1, requests.outcome.total.total: 1}, {requests",
        [("MC-A-01", "examples", "added", False)],
    ),
    "another id": (
        "id: MC-A-02", "id: MC-A-09", [("MC-A-02", "rule", "removed", True), ("MC-A-09", "rule", "added", False)],
    ),
    "no longer disabled": (
        "disable:\n- {rule: T3-10, because: 本市另有规定}\n", "", [("T3-10", "disable", "tighter", False)],
    ),
    "one more disabled": (
        "disable:\n", "disable:\n- {rule: T2-01, because: 本市}\n", [("T2-01", "disable", "looser", False)],
    ),
    "another reason": ("because: 本市另有规定", "because: 省里规定", [("T3-10", "basis", "wording", False)]),
    "graded higher": ("to: info", "to: error", [("T3-06", "severity", "tighter", False)]),
    "one enabled": (
        "disable:\n", "enable:\n- {rule: SEC-07, because: 本市}\ndisable:\n", [("SEC-07", "enable", "tighter", False)],
    ),
    "another measure": ("phrases: [来访]", "phrases: [来访, 上访]", [("visits", "measure", "changed", False)]),
    "a measure renamed": (
        "measure: visits", "measure: callers",
        [("callers", "measure", "added", False), ("visits", "measure", "removed", True)],
    ),
    "for a region": (
        "extends: national\n", "extends: national\napplies: {regions: ['33']}\n",
        [(f"MC-A-0{n}", "applies to regions", "looser", False) for n in range(1, 6)]
        + [("T3-10", "disable", "looser", False), ("T3-10", "disable", "tighter", False),
           ("T3-06", "severity", "looser", False), ("T3-06", "severity", "tighter", False)],
    ),
    "no longer an extension": ("extends: national\n", "", [("mycity", "extends", "changed", True)]),
    "another pack": ("pack: mycity", "pack: ourcity", [
        ("mycity", "pack", "removed", True), ("ourcity", "pack", "added", False),
        *[(f"MC-A-0{n}", "pack", "changed", False) for n in range(1, 6)],
    ]),
    "the title of the pack": ("title: 本市规则", "title: 我市规则", [("mycity", "title", "wording", False)]),
}  # fmt: skip
FORM_CHANGES: dict[str, tuple[str, str, list[tuple[str, str, bool]]]] = {
    "a row less": (
        "    - {id: visits.groups, title: 批次}\n", "", [("cells", "removed", True), ("row", "removed", False)],
    ),
    "a column more": (
        "    rows:", "    - {id: old, title: 旧}\n    rows:", [("cells", "added", False), ("column", "added", False)],
    ),
    "an alias more": ("aliases: [人, 人数]", "aliases: [人, 人数, 次]", [("aliases", "added", False)]),
    "an alias less": ("aliases: [总计]", "aliases: []", [("aliases", "removed", False)]),
    "another unit": (
        "{id: visits.groups,", "{id: visits.groups, unit: 批,", [("cell", "changed", True), ("cell", "changed", True)],
    ),
    "another label": ("title: 批次", "title: 批数", [("row", "changed", False)]),
    "more years": ("{from: 2021, to: 2023}", "{from: 2021}", [("years", "tighter", False)]),
    "another section title": ("variants: [来访]", "variants: [来访, 来客]", [("section", "changed", False)]),
    "another form": ("form: mycity-2021", "form: mycity-2022", [("form", "removed", True), ("form", "added", False)]),
}  # fmt: skip


def write(folder: Path, rules: str = RULES, form: str = FORM) -> str:
    folder.mkdir()
    (folder / "rules.yaml").write_text(rules, encoding="utf-8")
    (folder / "form.yaml").write_text(form, encoding="utf-8")
    return str(folder)


def compared(tmp_path: Path, old: str, new: str) -> Difference:
    """Compare the packs of the tests before and after one text is replaced."""
    assert (RULES + FORM).count(old) >= 1, old
    made = write(tmp_path / "new", RULES.replace(old, new, 1), FORM.replace(old, new, 1) if old in FORM else FORM)
    return difference(write(tmp_path / "old"), made, BASE)


def shown(change: Change) -> tuple[str, str, str, bool]:
    return change.id, change.part, change.effect.value, change.breaking


@pytest.mark.parametrize(("old", "new", "expected"), RULE_CHANGES.values(), ids=RULE_CHANGES)
def test_a_change_of_rules_is_told_with_its_direction(
    tmp_path: Path, old: str, new: str, expected: list[tuple[str, str, str, bool]]
) -> None:
    made = write(tmp_path / "new", RULES.replace(old, new, 1))
    found = difference(write(tmp_path / "old"), made, BASE)
    assert RULES.count(old) >= 1
    assert sorted(map(shown, found.changes)) == sorted(expected)


@pytest.mark.parametrize(("old", "new", "expected"), FORM_CHANGES.values(), ids=FORM_CHANGES)
def test_a_change_of_forms_is_told_and_a_lost_cell_is_breaking(
    tmp_path: Path, old: str, new: str, expected: list[tuple[str, str, bool]]
) -> None:
    assert FORM.count(old) >= 1
    made = write(tmp_path / "new", form=FORM.replace(old, new, 1))
    found = difference(write(tmp_path / "old"), made, BASE)
    assert sorted((c.part, c.effect.value, c.breaking) for c in found.changes) == sorted(expected)


def test_what_was_and_what_is_are_said_in_both_languages(tmp_path: Path) -> None:
    (change,) = compared(tmp_path, "<= 1000", "<= 2000").changes
    assert change.old.endswith("requests.outcome.total.total <= 1000")
    assert change.words("zh") == f"审核公式：{change.old} → {change.new}"
    assert change.words("en").startswith("check: that: requests.outcome.total.total <= 1000 → that:")


def test_severities_are_named_as_people_call_them(tmp_path: Path) -> None:
    (change,) = compared(tmp_path, "severity: warning\n", "severity: error\n").changes
    assert (change.words("zh"), change.words("en")) == ("严重程度：警告 → 错误", "severity: warning → error")


@pytest.mark.parametrize("name", sorted(BASE.packs))
def test_an_installed_pack_is_like_itself(name: str) -> None:
    assert difference(name, name, BASE).changes == ()


@pytest.mark.parametrize("name", sorted(BASE.packs))
def test_the_folder_of_a_pack_is_like_the_installed_pack(name: str) -> None:
    assert difference(str(ROOT / "rulesets" / name), name, BASE).changes == ()
    assert difference(name, str(ROOT / "rulesets" / name), BASE).changes == ()


def test_a_rule_taken_out_of_the_national_pack_is_missed(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "rulesets" / "national", tmp_path / "national")
    file = tmp_path / "national" / "table4.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("id: T4-01", "id: T4-77"), encoding="utf-8")
    found = difference("national", str(tmp_path / "national"), BASE)
    assert [shown(change) for change in found.changes if change.breaking] == [("T4-01", "rule", "removed", True)]


def test_a_distribution_is_compared_with_its_own_kinds_and_forms(tmp_path: Path) -> None:
    pack = ROOT / "tests" / "packs" / "chengnan"
    assert difference(str(pack), str(pack), BASE).changes == ()
    shutil.copytree(pack, tmp_path / "new", ignore=shutil.ignore_patterns("__pycache__", "build", "*.egg-info"))
    rules = tmp_path / "new" / "govrules_chengnan" / "rules.yaml"
    rules.write_text(rules.read_text(encoding="utf-8").replace("share: 0.1", "share: 0.2"), encoding="utf-8")
    form = tmp_path / "new" / "govrules_chengnan" / "form.yaml"
    form.write_text(form.read_text(encoding="utf-8").replace("denied.work_secret", "denied.secret"), encoding="utf-8")
    found = difference(str(pack), str(tmp_path / "new"), BASE)
    assert ("CN-T3-01", "check", "changed", False) in map(shown, found.changes)
    assert ("chengnan-2021", "cells", "removed", True) in map(shown, found.changes)


def test_what_is_no_pack_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no installed pack is called 'nationel'"):
        difference("nationel", "national", BASE)
    with pytest.raises(RulesetError, match="unknown check kind 'compar'"):
        compared(tmp_path, "check: compare", "check: compar")
    with pytest.raises(GovrulesError, match="not YAML"):
        difference(write(tmp_path / "broken", "pack: ["), "national", BASE)


def test_python_that_gives_files_of_elsewhere_is_not_compared(tmp_path: Path) -> None:
    for name in ("pyproject.toml", "rulesets"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    with pytest.raises(UsageError, match="lies outside of it"):
        difference(str(tmp_path), "national", BASE)


IMPLIED = [
    ("a <= 5", "a <= 6"), ("a < 5", "a <= 5"), ("a == 5", "a >= 5"), ("a == b", "abs(a - b) <= 1"),
    ("2 * a <= 10", "a <= 5"), ("-a <= -5", "a >= 5"), ("a <= b", "a - b <= 3"), ("a > 5", "a != 5"),
    ("abs(a) <= 1", "abs(a) <= 2"), ("abs(a) > 2", "abs(a) > 1"), ("a <= 1 and b <= 1", "b <= 1"),
    ("a <= 1", "a <= 1 or b <= 1"), ("not a > 5", "a <= 5"), ("not (a > 5 or b > 5)", "a <= 5 and b <= 5"),
    ("either(a, b) <= 1", "either(a, b) <= 2"), ("sum(a, b) <= 1", "a + b <= 1"), ("3 <= a", "a >= 2"),
    ("known(a)", "known(a) or b > 1"), ("max(a, b) + c <= 1", "max(a, b) + c <= 2"), ("2 <= abs(a)", "1 <= abs(a)"),
]  # fmt: skip
NOT_IMPLIED = [
    ("a <= 6", "a <= 5"), ("a <= 5", "a < 5"), ("a >= 5", "a <= 6"), ("a <= 5", "b <= 5"), ("a != 5", "a > 5"),
    ("abs(a) <= 2", "abs(a) <= 1"), ("abs(a) <= 1", "abs(a) >= 0 and b <= 1"), ("a <= 1 or b <= 1", "a <= 1"),
    ("not a > 5", "a <= 4"), ("known(a)", "not known(a)"), ("a * b <= 1", "a * c <= 1"), ("a / b <= 2", "a / b <= 1"),
    ("a == 5", "a == 6"), ("a <= 5", "a == 5"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), IMPLIED)
def test_what_follows_is_found_to_follow(one: str, other: str) -> None:
    assert implies(expr.parse(one), expr.parse(other))


@pytest.mark.parametrize(("one", "other"), NOT_IMPLIED)
def test_what_does_not_follow_is_not_claimed(one: str, other: str) -> None:
    assert not implies(expr.parse(one), expr.parse(other))


def made_up(chance: random.Random, depth: int = 2) -> str:
    """Make a comparison of few cells and small numbers, so that many pairs imply one another."""
    if depth and chance.random() < 0.5:
        word, parts = chance.choice(("and", "or")), [made_up(chance, depth - 1) for _ in range(2)]
        return f"{chance.choice(('', 'not '))}({f' {word} '.join(parts)})"
    left = chance.choice(
        ("a", "b", "2 * a", "-a", "a - b", "abs(a - b)", "abs(a)", "either(a, b)", "max(a, b)", "b - a")
    )
    return f"{left} {chance.choice(('<=', '<', '>=', '>', '==', '!='))} {chance.randint(-2, 2)}"


def test_where_one_truth_is_said_to_follow_it_does_for_every_row_missing_values_included() -> None:
    chance, claims = random.Random(7), 0
    values = (None, -3, -2, -1.5, -1, 0, 0.5, 1, 2, 3)
    rows = [{"a": a, "b": b} for a in values for b in values]
    for _ in range(1500):
        one, other = expr.parse(made_up(chance)), expr.parse(made_up(chance))
        if one == other or not implies(one, other):
            continue
        claims += 1
        for row in rows:
            first, second = expr.evaluate(one, row), expr.evaluate(other, row)
            assert not (first is True and second is False), (one, other, row)
            assert first is not True or second is True, (one, other, row)
            assert second is not False or first is False, (one, other, row)
    assert claims > 20


def test_the_command_says_it_in_words_and_exits_with_1_for_what_breaks_only_when_asked(tmp_path: Path) -> None:
    old, new = write(tmp_path / "old"), write(tmp_path / "new", RULES.replace("id: MC-A-02", "id: MC-A-09"))
    told = CliRunner().invoke(app, ["pack", "diff", old, new, "--no-plugins"])
    assert told.exit_code == 0
    assert "［删去，不兼容］ 规则：二" in told.stdout
    assert "共 2 处改动：新增 1，删去 1；其中不兼容 1 处" in told.stdout
    strict = CliRunner().invoke(app, ["pack", "diff", old, new, "--no-plugins", "--breaking", "--lang", "en"])
    assert strict.exit_code == 1
    assert "[removed, breaking] rule: 二" in strict.stdout
    same = CliRunner().invoke(app, ["pack", "diff", old, old, "--no-plugins", "--breaking"])
    assert (same.exit_code, same.stdout.splitlines()[-1]) == (0, "没有改动")


def test_json_and_markdown_hold_every_change(tmp_path: Path) -> None:
    old, new = write(tmp_path / "old"), write(tmp_path / "new", RULES.replace("<= 1000", "<= 2000"))
    read = json.loads(CliRunner().invoke(app, ["pack", "diff", old, new, "--no-plugins", "-f", "json"]).stdout)
    assert read["schema"] == "govrules.pack-diff/1"
    assert read["summary"] == {"changes": 1, "breaking": 0, "effects": {"looser": 1}}
    assert [(c["id"], c["effect"], c["breaking"]) for c in read["changes"]] == [("MC-A-01", "looser", False)]
    shown = CliRunner().invoke(app, ["pack", "diff", old, new, "--no-plugins", "-f", "markdown", "--lang", "en"]).stdout
    assert "## rule MC-A-01" in shown
    assert "- **[looser]** check: that: requests.outcome.total.total \\<= 1000 →" in shown

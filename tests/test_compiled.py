"""Questions that were kept: the same answers without packs being loaded, and made anew when anything changes."""

from __future__ import annotations

import pickle
import random
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from govrules.compiled import Compiled, compiled
from govrules.corpus import ask
from govrules.load import cache
from govrules.pattern import compile_pattern, in_rust

RULES = """
pack: near
api: 1
title: 测试
rules:
- id: N-1
  title: 收件
  severity: error
  basis: 测试
  forms: [national-2021]
  effective: {from: 2022}
  check: equal
  left: requests.received_new.total
  right: requests.received_new.natural + WHAT
  message: "{left} 与 {right}"
- id: N-2
  title: 写明期限
  severity: warning
  basis: 测试
  forms: [national-2021]
  check: words_found
  words: '\\d{4}年1月1日'
  message: 没有写明
"""
ASK = """
import sys
from govrules.compiled import compiled
from govrules.corpus import ask
answers = ask(sys.argv[1], compiled(["near"], [sys.argv[2]], third_party=False))
print(sorted(map(str, answers.failures.drop("?row").rows())), answers.by_rule)
print([name for name in ("pydantic", "yaml", "lark", "govrules.rules", "govrules.plan") if name in sys.modules])
"""


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GOVRULES_NO_CACHE", raising=False)
    monkeypatch.setenv("GOVRULES_CACHE_DIR", str(tmp_path / "cache"))


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    rows = [
        {
            "report": f"R{number}",
            "issuer": "某某县",
            "year": 2020 + number,
            "form": "national-2021",
            "requests.received_new.total": 5,
            "requests.received_new.natural": 5 - number % 2,
            "text": "2023年1月1日" if number % 3 else "２０２３年1月1日",
        }
        for number in range(6)
    ]
    file = tmp_path / "corpus.parquet"
    pl.DataFrame(rows).write_parquet(file)
    return file


def pack(folder: Path, what: str = "0") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "pack.yaml").write_text(RULES.replace("WHAT", what), encoding="utf-8")
    return folder


def told(corpus: Path, folder: Path) -> list[str]:
    """Give what a process of its own says: the answers, then which modules that it should not need are loaded."""
    command = [sys.executable, "-c", ASK, str(corpus), str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def test_a_second_process_answers_alike_and_loads_no_packs(corpus: Path, tmp_path: Path) -> None:
    folder = pack(tmp_path / "near")
    first, second = told(corpus, folder), told(corpus, folder)
    assert first[0] == second[0]
    assert "R3" in first[0]
    assert "govrules.rules" in first[1]
    assert second[1] == "[]"


def test_a_changed_file_of_a_pack_is_asked_as_it_is_now(corpus: Path, tmp_path: Path) -> None:
    before = told(corpus, pack(tmp_path / "near"))
    after = told(corpus, pack(tmp_path / "near", "1"))
    assert before[0] != after[0]
    assert "govrules.rules" in after[1]


def test_what_is_kept_says_what_a_plan_says(corpus: Path, tmp_path: Path) -> None:
    folder = pack(tmp_path / "near")
    made = [compiled(["near"], [folder], third_party=False) for _ in range(2)]
    by_plan = ask(corpus, made[0].plan)
    for rules in made:
        answers = ask(corpus, rules)
        assert answers.failures.equals(by_plan.failures)
        assert answers.by_rule == by_plan.by_rule
    assert by_plan.failures.filter(pl.col("rule") == "N-1")["report"].to_list() == ["R3", "R5"]
    assert by_plan.failures.filter(pl.col("rule") == "N-2")["report"].to_list() == ["R0", "R3"]


def test_rules_that_are_broken_are_not_kept(corpus: Path, tmp_path: Path) -> None:
    folder = pack(tmp_path / "near", "no.such.cell")
    said = [ask(corpus, compiled(["near"], [folder], third_party=False)).faults for _ in range(2)]
    assert len(said[0]) == 1
    assert [str(fault) for fault in said[0]] == [str(fault) for fault in said[1]]


def test_with_plugins_of_others_nothing_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rules = compiled(["near"], [pack(tmp_path / "near")], third_party=False)
    plan = rules.plan
    monkeypatch.setattr(Compiled, "plan", property(lambda _: plan))
    object.__setattr__(plan.installed, "others", True)
    fresh = compiled(["near"], [pack(tmp_path / "near", "2")], third_party=False)
    fresh.questions("national-2021", "")
    assert fresh._name is None


def test_an_installed_distribution_makes_other_questions(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    site = tmp_path / "site"
    (site / "other-1.0.dist-info").mkdir(parents=True)
    one = compiled()._name
    monkeypatch.syspath_prepend(site)
    two = compiled()._name
    (site / "other-1.0.dist-info" / "entry_points.txt").write_text("[govrules]\n", encoding="utf-8")
    three = compiled()._name
    assert len({one, two, three, None}) == 4


def test_a_column_with_a_function_in_it_is_neither_kept_nor_read() -> None:
    column = pl.col("a").map_batches(lambda values: values, return_dtype=pl.Int64)
    memory = cache.Memory()
    memory.put("function", {"a": column})
    assert memory.get("function") is None
    with pytest.raises(pickle.UnpicklingError, match="function"):
        cache._column(pl.col("a").meta.serialize() + b"PLPYUDF")
    memory.put("plain", {"a": pl.col("a") + 1})
    kept = memory.get("plain")
    assert isinstance(kept, dict)
    assert pl.DataFrame({"a": [1]}).select(kept["a"]).item() == 2


@pytest.mark.parametrize(
    "pattern",
    [
        r"\d{4}年",
        r"[\d一二]+月",
        r"\\d",
        r"第\w+条",
        r"[^\s]年",
        r"\bno\b",
        r"\S\s\S",
        r"[\W]年",
        r"\pN日",
        r"a\.b|\D$",
    ],
)
def test_polars_finds_what_re2_finds(pattern: str) -> None:
    chance, signs = random.Random(pattern), "2０一年月日条第 \t　nob.\\da-_\u0660"
    texts = ["".join(chance.choices(signs, k=chance.randint(0, 9))) for _ in range(400)] + ["2023年", "no b", "第3条"]
    told = in_rust(pattern)
    assert told is not None
    found = pl.Series(texts).str.contains(told).to_list()
    assert found == [compile_pattern(pattern).search(text) is not None for text in texts]
    assert any(found)


@pytest.mark.parametrize("pattern", [r"\Qa.b\E", "[[:alpha:]]", "[a&&b]", r"\C"])
def test_a_pattern_that_polars_reads_otherwise_is_not_given_to_it(pattern: str) -> None:
    assert in_rust(pattern) is None

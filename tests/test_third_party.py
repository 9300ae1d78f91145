"""A pack that a third party could have written: built, installed beside a built govrules, and used."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path
from typing import Any

import pytest
from distributions import distribution
from generate import Figures, make_cells, make_report, print_values
from govrules.form import Form
from govrules.load.forms import load_form
from govrules.load.parse import read_yaml
from reading import FORMS, ISSUER

pytestmark = pytest.mark.slow
ROOT, PACK = Path(__file__).parents[1], Path(__file__).parent / "packs" / "chengnan"
FORM = PACK / "govrules_chengnan" / "form.yaml"
SECRET = "requests.outcome.denied.work_secret"
Content = dict[str, Any]


def built(source: Path, folder: Path) -> Path:
    """Build the wheel of a copy of a project, so that nothing is left in the original."""
    wanted = ("core", "rules", "plugins", "rulesets", "pyproject.toml", "README.md", "LICENSE", "govrules_chengnan")
    copy = folder / source.name
    copy.mkdir(parents=True)
    for name in wanted:
        if (source / name).is_dir():
            shutil.copytree(source / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif (source / name).exists():
            shutil.copy(source / name, copy / name)
    if "readme" in (copy / "pyproject.toml").read_text(encoding="utf-8") and not (copy / "README.md").exists():
        (copy / "README.md").write_text("govrules\n", encoding="utf-8")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder / "dist"), str(copy))
    (wheel,) = (folder / "dist").glob("*.whl")
    return wheel


def run(*command: str, cwd: Path | None = None, code: int = 0, path: Path | None = None) -> str:
    clean = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONWARNINGS"}}
    clean |= {"PYTHONPATH": str(path)} if path else {}
    done = subprocess.run(command, cwd=cwd, env=clean, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == code, done.stderr[-2000:] or done.stdout[-2000:]
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the wheel of govrules."""
    return built(ROOT, tmp_path_factory.mktemp("govrules"))


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give the Python of a fresh environment that holds both wheels; all else it borrows from ours."""
    home = tmp_path_factory.mktemp("env")
    pack = built(PACK, tmp_path_factory.mktemp("chengnan"))
    venv.create(home, with_pip=False, symlinks=True)
    python = str(home / "bin" / "python")
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    ours = sysconfig.get_path("purelib")
    run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", str(wheel), str(pack))
    # The path of a .pth file comes last, so that both wheels win; its own .pth files (editable installs) are not run.
    (site / "borrowed.pth").write_text(f"{ours}\n", encoding="utf-8")
    return python


def chengnan() -> Form:
    return load_form(read_yaml(FORM), {form.name: form for form in FORMS})


def report(secrets: int, year: int = 2023) -> tuple[str, Figures]:
    """Give a report of the district in which natural persons were denied `secrets` times for work secrets."""
    form, rng = chengnan(), random.Random(11)
    cells = make_cells(form, rng, 60)
    cells |= {cell.id: 0 for cell in form.cells.values() if cell.table == "requests"}
    for column in ("natural", "total"):
        cells |= {f"requests.received_new.{column}": 20, f"requests.outcome.total.{column}": 20}
        cells |= {f"requests.outcome.granted.{column}": 20 - secrets, f"{SECRET}.{column}": secrets}
    return make_report(form, cells, year, ISSUER, rng, values=print_values(form, cells, rng)), cells


def govrules(python: str, folder: Path, *args: str, code: int = 0, path: Path | None = None) -> Content:
    command = (python, "-m", "govrules", *args, "--format", "json")
    content: Content = json.loads(run(*command, cwd=folder, code=code, path=path))
    return content


def test_the_wheel_has_one_top_name_and_every_yaml(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        record = next(name for name in archive.namelist() if name.endswith(".dist-info/RECORD"))
        names = {line.split(",")[0] for line in archive.read(record).decode().splitlines()}
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"govrules"}
    yamls = {f"govrules/rulesets/{file.relative_to(ROOT / 'rulesets')}" for file in (ROOT / "rulesets").rglob("*.yaml")}
    assert yamls
    assert yamls <= names
    modules = {f"govrules/{file.relative_to(ROOT / 'core' / 'govrules')}" for file in (ROOT / "core").rglob("*.py")}
    assert modules <= names
    assert "govrules/py.typed" in names


def test_the_built_govrules_is_the_one_in_use(python: str, tmp_path: Path) -> None:
    code = "import govrules, govrules.rules, importlib.metadata as m; print(govrules.__file__, govrules.rules.__file__)"
    here = run(python, "-c", code, cwd=tmp_path)
    assert str(ROOT) not in here
    assert here.count(str(Path(python).parents[1])) == 2


def test_the_form_is_recognised_and_its_row_read(python: str, tmp_path: Path) -> None:
    text, cells = report(secrets=1)
    (tmp_path / "report.txt").write_text(text, encoding="utf-8")
    (found,) = govrules(python, tmp_path, "parse", "report.txt")["reports"]
    assert (found["form"], found["issuer"], found["year"], found["extra"]) == ("chengnan-2021", ISSUER, 2023, [])
    assert {cell: found["cells"][cell]["value"] for cell in cells} == cells


@pytest.mark.parametrize(("secrets", "fires"), [(2, False), (3, True)])
def test_the_rule_fires_with_a_check_kind_of_its_own(python: str, tmp_path: Path, secrets: int, fires: bool) -> None:
    (tmp_path / "report.txt").write_text(report(secrets)[0], encoding="utf-8")
    found = govrules(python, tmp_path, "validate", "report.txt")
    mine = [(f["rule"], f["pack"], f["severity"]) for f in found["findings"] if f["severity"] != "info"]
    assert mine == [("CN-T3-01", "chengnan", "warning")] * fires
    assert found["errors"] == []
    assert found["reports"][0]["outcomes"]["errored"] == 0


def test_the_rules_of_the_nation_hold_for_the_form_of_the_district(python: str, tmp_path: Path) -> None:
    text, cells = report(secrets=3)
    row = text.index("9.属于工作秘密 |\n3 |")
    (tmp_path / "report.txt").write_text(text[:row] + text[row:].replace("3 |", "4 |", 1), encoding="utf-8")
    found = govrules(python, tmp_path, "validate", "report.txt", code=1)
    assert cells[f"{SECRET}.natural"] == 3
    assert {f["rule"] for f in found["findings"] if f["severity"] == "error"} == {"T3-02", "T3-03"}


def test_the_override_holds_in_its_scope_alone(python: str, tmp_path: Path) -> None:
    form = FORMS["national-2021"]
    zero = make_report(form, dict.fromkeys(form.cells, 0), 2023, ISSUER, random.Random(1))
    (tmp_path / "national.txt").write_text(zero, encoding="utf-8")
    own = make_report(chengnan(), dict.fromkeys(chengnan().cells, 0), 2023, ISSUER, random.Random(1))
    (tmp_path / "own.txt").write_text(own, encoding="utf-8")
    found = govrules(python, tmp_path, "validate", ".", "--select", "T3-10")["findings"]
    assert {f["source"]: f["severity"] for f in found} == {"national.txt": "info", "own.txt": "warning"}


def test_the_reader_reads_files_of_its_suffix(python: str, tmp_path: Path) -> None:
    (tmp_path / "2023.report").write_text("城南报告/1\n" + report(secrets=3)[0], encoding="utf-8")
    found = govrules(python, tmp_path, "validate", ".")
    assert [(r["source"], r["form"]) for r in found["reports"]] == [("2023.report", "chengnan-2021")]
    govrules(python, tmp_path, "validate", "2023.report", "--no-plugins", code=4)


def test_the_pack_is_listed_with_its_distribution(python: str, tmp_path: Path) -> None:
    rows = json.loads(run(python, "-m", "govrules", "packs", "--format", "json", cwd=tmp_path))
    (row,) = (row for row in rows if row["pack"] == "chengnan")
    assert (row["extends"], row["rules"], row["origin"]) == ("national", 2, "govrules-chengnan 1.0.0")
    assert "城南区要求书面说明" in run(python, "-m", "govrules", "explain", "T3-10", cwd=tmp_path)


def test_without_plugins_the_district_is_not_there(python: str, tmp_path: Path) -> None:
    (tmp_path / "report.txt").write_text(report(secrets=3)[0], encoding="utf-8")
    found = govrules(python, tmp_path, "validate", "report.txt", "--no-plugins", code=1)
    assert found["reports"][0]["form"] == "national-2021"
    assert {f["rule"] for f in found["findings"]} >= {"T3-02", "T3-07"}


def test_the_examples_of_the_pack_are_its_tests(python: str, tmp_path: Path) -> None:
    code = (
        "from govrules.installed import installed; from govrules.plan import make_plan\n"
        "from govrules.testing import check_example, examples\n"
        "plan = make_plan(installed()); mine = [e for e in examples(plan) if e[0].pack == 'chengnan']\n"
        "[check_example(*e, plan) for e in mine]; print(len(mine))"
    )
    assert run(python, "-c", code, cwd=tmp_path).strip() == "4"


def test_the_cases_of_the_pack_come_out_as_they_say(python: str, tmp_path: Path) -> None:
    told = run(python, "-m", "govrules", "pack", "test", "chengnan", cwd=tmp_path)
    assert "2 条规则，4 个示例，3 份整篇报告；7 个符合，0 个不符合" in told


def told_in_prose(text: str, stated: int) -> str:
    """Have a report say in prose how many requests were denied for work secrets."""
    return text.replace("（三）政府信息管理。", f"（三）政府信息管理。全年以工作秘密为由不予公开{stated}件。", 1)


@pytest.mark.parametrize(("stated", "fires"), [(2, False), (1, True)])
def test_a_figure_in_prose_is_read_by_words_of_its_own(python: str, tmp_path: Path, stated: int, fires: bool) -> None:
    (tmp_path / "report.txt").write_text(told_in_prose(report(secrets=2)[0], stated), encoding="utf-8")
    (read,) = govrules(python, tmp_path, "parse", "report.txt")["reports"]
    assert [claim["value"] for claim in read["claims"] if claim["measure"] == "work_secret"] == [stated]
    found = govrules(python, tmp_path, "validate", "report.txt", code=int(fires))["findings"]
    mine = [(f["rule"], f["severity"], f["actual"], f["expected"]) for f in found if f["severity"] == "error"]
    assert mine == [("CN-NAR-01", "error", 1, 2)] * fires


def test_words_of_the_district_are_not_looked_for_in_reports_of_others(python: str, tmp_path: Path) -> None:
    form = FORMS["national-2021"]
    text = make_report(form, dict.fromkeys(form.cells, 0), 2023, ISSUER, random.Random(11))
    (tmp_path / "report.txt").write_text(told_in_prose(text, 2), encoding="utf-8")
    (read,) = govrules(python, tmp_path, "parse", "report.txt")["reports"]
    assert read["form"] == "national-2021"
    assert "work_secret" not in {claim["measure"] for claim in read["claims"]}


@pytest.mark.parametrize(("where", "severity"), [("浙江省", "error"), ("江西省", "warning")])
def test_a_change_for_a_province_holds_there_alone(python: str, tmp_path: Path, where: str, severity: str) -> None:
    text, _ = report(secrets=1)
    row = text.index("9.属于工作秘密 |\n1 |")
    (tmp_path / "report.txt").write_text(text[:row] + text[row:].replace("1 |", "4 |", 1), encoding="utf-8")
    found = govrules(python, tmp_path, "validate", "report.txt", "--region", where, code=1)["findings"]
    assert {f["severity"] for f in found if f["rule"] == "T3-03"} == {severity}
    assert {f["severity"] for f in found if f["rule"] == "T3-02"} == {"error"}


@pytest.mark.parametrize(("issuer", "rules"), [("江西省城南市人民政府", set()), ("城南区人民政府", {"T3-10"})])
def test_a_rule_is_off_where_the_body_lies_in_the_province(
    python: str, tmp_path: Path, issuer: str, rules: set[str]
) -> None:
    own = make_report(chengnan(), dict.fromkeys(chengnan().cells, 0), 2023, issuer, random.Random(1))
    (tmp_path / "own.txt").write_text(own, encoding="utf-8")
    found = govrules(python, tmp_path, "validate", "own.txt", "--select", "T3")["findings"]
    assert {f["rule"] for f in found} == rules
    told = run(python, "-m", "govrules", "explain", "T3-10", cwd=tmp_path)
    assert "江西省）：停用。理由：江西省（虚构的要求）由省里统一核对" in told


def exported(text: str, version: str = "CNX2") -> bytes:
    records = [line.replace("|", "\x1f") for line in text.split("\n")]
    return "\x1e".join([version, *records]).encode("gb18030")


def test_a_reader_that_is_an_object_reads_the_exports_of_an_office_system(python: str, tmp_path: Path) -> None:
    text, cells = report(secrets=3)
    (tmp_path / "2023.cnx").write_bytes(exported(text))
    (found,) = govrules(python, tmp_path, "parse", ".")["reports"]
    assert (found["source"], found["form"], found["issuer"]) == ("2023.cnx", "chengnan-2021", ISSUER)
    assert {cell: found["cells"][cell]["value"] for cell in cells} == cells
    (tmp_path / "old.cnx").write_bytes(exported(text, "CNX1"))
    both = govrules(python, tmp_path, "validate", ".", code=4)
    assert [r["source"] for r in both["reports"]] == ["2023.cnx"]
    assert ["is an export of version 'CNX1'" in error["message"] for error in both["errors"]] == [True]


RIVAL = """
from pathlib import Path
from govrules.hooks import hookimpl
from govrules.read.text import read_text
from govrules.rule import Check

HERE = Path(__file__).parent

class Mine(Check):
    scope = "report"

def read_rival(content, source):
    return read_text(content, source)

@hookimpl
def govrules_checks():
    return {"most_of_total": Mine}

@hookimpl
def govrules_readers():
    return {".report": read_rival}

@hookimpl
def govrules_forms():
    return [HERE / "rival_form.yaml"]

@hookimpl
def govrules_rulesets():
    return [HERE / "rival_rules.yaml"]
"""
RIVAL_RULES = """pack: rival
api: 1
extends: national
applies: {forms: [chengnan-2021]}
severity:
  T3-10: {to: error, because: 另有规定}
rules:
- {id: CN-T3-01, title: 甲, severity: error, check: compare, that: 1 == 2, message: 乙}
- {id: RV-T3-01, title: 甲, severity: info, check: compare, that: requests.outcome.total.total > 0, message: 没有办理}
"""


@pytest.fixture(scope="module")
def rival(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder of the path with a second distribution that wants the same names."""
    site = tmp_path_factory.mktemp("rival")
    distribution(site, "govrules-rival", "2.0.0", "rival", RIVAL)
    (site / "rival_rules.yaml").write_text(RIVAL_RULES, encoding="utf-8")
    shutil.copy(FORM, site / "rival_form.yaml")
    return site


def test_two_distributions_that_want_the_same_are_both_named_and_all_else_runs(
    python: str, rival: Path, tmp_path: Path
) -> None:
    (tmp_path / "report.report").write_text("城南报告/1\n" + report(secrets=3)[0], encoding="utf-8")
    empty = make_report(chengnan(), dict.fromkeys(chengnan().cells, 0), 2023, ISSUER, random.Random(1))
    (tmp_path / "zero.txt").write_text(empty, encoding="utf-8")
    found = govrules(python, tmp_path, "validate", ".", code=3, path=rival)
    told = [error["message"] for error in found["errors"]]
    for words in (
        "the check kind 'most_of_total'", "the reader '.report'", "the form 'chengnan-2021'",
        "two rules are called CN-T3-01", "the rule T3-10 is changed in two ways",
    ):  # fmt: skip
        (one,) = (message for message in told if words in message)
        assert "govrules-chengnan 1.0.0" in one
        assert "govrules-rival 2.0.0" in one
    assert len(told) == 5
    by_source = {one["source"]: one for one in found["reports"]}
    assert set(by_source) == {"report.report", "zero.txt"}
    assert all(one["form"] == "chengnan-2021" and one["outcomes"]["passed"] > 100 for one in by_source.values())
    rules = {(f["source"], f["rule"], f["severity"]) for f in found["findings"]}
    assert rules >= {("report.report", "CN-T3-01", "warning"), ("zero.txt", "RV-T3-01", "info")}
    assert {severity for _, rule, severity in rules if rule == "T3-10"} == {"info"}

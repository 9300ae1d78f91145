"""What a project says once holds for all its runs; the command line wins; what is written wrongly is shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from govrules.batch import Recipe
from govrules.errors import UsageError
from govrules.installed import installed
from govrules.plan import make_plan
from govrules.rule import Severity
from govrules.settings import Settings, find_settings, load_settings, settings_of
from test_bad_input import run
from test_jobs import text_of

WHOLE = """\
packs = ["national"]
folders = ["rules"]
select = ["T3"]
ignore = ["T3-10"]
fail-on = "warning"
region = "62"
lang = "en"
jobs = 2
plugins = []
waivers = "waivers.yaml"
baseline = "../known.json"
rule-seconds = 2.5

[severity]
T3-06 = "info"
"T3-07" = "warning"
"""


def written(folder: Path, text: str, name: str = "govrules.toml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_every_key_is_read_and_paths_are_seen_from_the_file(tmp_path: Path) -> None:
    said = load_settings(written(tmp_path, WHOLE))
    assert (said.packs, said.folders) == (("national",), (str(tmp_path / "rules"),))
    assert (said.select, said.ignore, said.fail_on) == (("T3",), ("T3-10",), "warning")
    assert (said.region, said.lang, said.jobs, said.plugins, said.rule_seconds) == ("62", "en", 2, (), 2.5)
    assert (said.waivers, said.baseline) == (tmp_path / "waivers.yaml", tmp_path / ".." / "known.json")
    assert said.severity == {"T3-06": Severity.INFO, "T3-07": Severity.WARNING}


def test_a_pyproject_may_say_the_same_and_another_table_says_nothing(tmp_path: Path) -> None:
    head = "[project]\nname = 'x'\nlang = 'of others'\n\n[tool.govrules]\n"
    shared = written(tmp_path, head + WHOLE.replace("[severity]", "[tool.govrules.severity]"), "pyproject.toml")
    own = written(tmp_path / "own", WHOLE)
    said, other = load_settings(shared), load_settings(own)
    assert (said.select, said.severity, said.jobs) == (other.select, other.severity, other.jobs)
    with pytest.raises(UsageError, match=r"pyproject\.toml:6:1: unknown key 'sleect' \(did you mean 'select'\?\)"):
        load_settings(written(tmp_path, head + "sleect = []\n", "pyproject.toml"))
    with pytest.raises(UsageError, match="has no table"):
        load_settings(written(tmp_path, "[project]\nname = 'x'\n", "pyproject.toml"))


def test_the_nearest_file_is_found_as_far_as_the_repository(tmp_path: Path) -> None:
    above, deep = tmp_path / "repository", tmp_path / "repository" / "a" / "b"
    deep.mkdir(parents=True)
    written(tmp_path, "")
    assert find_settings(deep) is None
    (above / ".git").mkdir()
    assert find_settings(deep) is None
    shared = written(above, "[tool.govrules]\n", "pyproject.toml")
    assert find_settings(deep) == shared
    own = written(above, "")
    assert find_settings(deep) == own
    written(deep.parent, "[project]\n", "pyproject.toml")
    assert find_settings(deep) == own
    near = written(deep, "jobs = 3\n")
    assert find_settings(deep) == near
    assert settings_of(None, deep).jobs == 3
    assert settings_of(None, tmp_path / "repository" / "..").jobs is None


def test_folders_above_are_looked_into_below_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path / "home" / "a"
    deep.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    written(tmp_path, "")
    assert settings_of(None, deep) == Settings()
    own = written(tmp_path / "home", "")
    assert find_settings(deep) == own


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('pakcs = ["a"]', "1:1: unknown key 'pakcs' (did you mean 'packs'?)"),
        ('\nfail_on = "error"', "2:1: unknown key 'fail_on' (did you mean 'fail-on'?)"),
        ('jobs = "3"', "1:8: jobs: "), ("jobs = 0", "1:8: jobs: "), ("jobs = true", "1:8: jobs: "),
        ('select = "T3"', "1:10: select: "), ('\nlang = "fr"', "2:8: lang: should be 'zh' or 'en'"),
        ('[severity]\n"T3-06" = "fatal"', "2:11: T3-06: should be 'error', 'warning' or 'info'"),
        ("rule-seconds = nan", "1:16: rule-seconds: "), ("rule-seconds = 0", "1:16: rule-seconds: "),
        ("lang = ", "1:8: is not TOML"), ('lang = "zh"\nlang = "en"', "2:12: is not TOML"),
    ],
)  # fmt: skip
def test_a_wrong_key_or_value_is_shown_where_it_stands(tmp_path: Path, text: str, says: str) -> None:
    file = written(tmp_path, text + "\n")
    with pytest.raises(UsageError) as caught:
        load_settings(file)
    assert says in str(caught.value).removeprefix(f"{file}:")


def test_a_file_that_cannot_be_read_is_a_wrong_command(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load_settings(tmp_path / "absent.toml")
    (tmp_path / "govrules.toml").write_bytes(b"lang = '\xff'")
    with pytest.raises(UsageError, match="not UTF-8"):
        load_settings(tmp_path / "govrules.toml")


def test_a_rule_may_be_graded_otherwise_unless_it_is_not_waivable() -> None:
    known = installed(third_party=False)
    plan = make_plan(known, severity={"T3-10": Severity.ERROR})
    graded = {i.rule.id: set(i.rule.severity.values()) for i in plan.instances("national-2021")}
    assert graded["T3-10"] == {Severity.ERROR}
    usual = {i.rule.id: set(i.rule.severity.values()) for i in make_plan(known).instances("national-2021")}
    assert {rule for rule in graded if graded[rule] != usual[rule]} == {"T3-10"}
    with pytest.raises(UsageError, match="the rule T3-01 keeps its severity"):
        make_plan(known, severity={"T3-01": Severity.INFO})
    with pytest.raises(UsageError, match="no rule is called 'T3-011'"):
        make_plan(known, severity={"T3-011": Severity.INFO})


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder, on the path, in which two distributions are installed that each give a check kind."""
    site = tmp_path / "site"
    for name in ("one", "other"):
        known = site / f"govrules_{name}-1.0.dist-info"
        kind = f"from govrules.hooks import hookimpl\nfrom govrules.rule import Check\nclass Kind(Check):\n    pass\n@hookimpl\ndef govrules_checks():\n    return {{'{name}': Kind}}\n"  # noqa: E501
        written(site, kind, f"settings_{name}.py")
        written(known, f"Metadata-Version: 2.1\nName: govrules-{name}\nVersion: 1.0\n", "METADATA")
        written(known, f"[govrules]\n{name} = settings_{name}\n", "entry_points.txt")
    monkeypatch.syspath_prepend(str(site))
    return site


@pytest.mark.usefixtures("site")
def test_only_allowed_distributions_are_used() -> None:
    def kinds(allowed: tuple[str, ...] | None) -> set[str]:
        return set(Recipe(allowed=allowed).installed().checks) & {"one", "other"}

    assert kinds(None) == {"one", "other"}
    assert kinds(("govrules-one",)) == {"one"}
    assert kinds(("Govrules_Other", "govrules.one")) == {"one", "other"}
    assert kinds(()) == set()
    with pytest.raises(UsageError, match="no plugin of a distribution 'govrules-on' is installed"):
        kinds(("govrules-on",))


def test_the_command_line_wins_over_the_settings(tmp_path: Path) -> None:
    (tmp_path / "1.txt").write_text(text_of(1), encoding="utf-8")
    written(tmp_path, 'select = ["T3"]\nfail-on = "info"\nlang = "en"\n\n[severity]\nT3-10 = "warning"\n')
    done = run(tmp_path, "validate", "1.txt")
    assert (done.returncode, "warning T3-10" in done.stdout) == (1, True)
    done = run(tmp_path, "validate", "1.txt", "--fail-on", "error", "--lang", "zh", "--format", "json")
    (finding,) = json.loads(done.stdout)["findings"]
    assert (done.returncode, finding["severity"], finding["rule"]) == (0, "warning", "T3-10")
    assert "表三" in finding["message"]


@pytest.mark.slow
def test_the_settings_reach_the_worker_processes(tmp_path: Path, site: Path) -> None:
    for number in range(4):
        (tmp_path / f"{number}.txt").write_text(text_of(number), encoding="utf-8")
    (tmp_path / "big.txt").write_bytes(b" " * 1_200_000)
    said = 'select = ["T3-10"]\nplugins = ["govrules-one"]\njobs = 2\n\n[severity]\nT3-10 = "error"\n'
    own = written(tmp_path / "elsewhere", said, "mine.toml")
    words = ("validate", ".", "--config", str(own), "--format", "json")
    found = json.loads(run(tmp_path, *words, PYTHONPATH=str(site)).stdout)
    assert [(f["rule"], f["severity"], f["source"]) for f in found["findings"]] == [("T3-10", "error", "1.txt")]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("said", "place"),
    [('[severity]\n"T3-01" = "info"\n', "2:1: the rule T3-01 keeps"), ('plugins = ["x"]\n', "1:1: no")],
)
def test_what_settings_say_of_rules_and_plugins_is_shown_where_it_stands(tmp_path: Path, said: str, place: str) -> None:
    file = written(tmp_path, said)
    done = run(tmp_path, "validate", ".")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"govrules: {file}:{place}")

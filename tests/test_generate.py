from __future__ import annotations

import random
import re
from functools import partial

import opencc
import pytest
from generate import Figures, load_forms, make_cells, make_report, print_values
from govrules.form import Form, Table
from render import DIALECTS, cut_labels, drop_zeros, is_label, render_table, spam_labels, table_width, wrap_labels

FORMS = load_forms()
NATIONAL = ("national-2019", "national-2021")
TABLED = (*NATIONAL, "zhejiang-2013")
YEARS = {"national-2019": 2020, "national-2021": 2023, "zhejiang-2013": 2013, "narrative-2008": 2012}
TABLES = [pytest.param(table, id=f"{name}-{table.id}") for name in TABLED for table in FORMS[name].tables]
Z13_SUMS = {
    "proactive.total": "proactive.gazette proactive.website proactive.press_conf",
    "requests.total": "requests.mode.in_person requests.mode.fax requests.mode.online requests.mode.letter "
    "requests.mode.other",
    "requests.accepted.total": "requests.accepted.on_time requests.accepted.extended",
    "requests.reply.total": "requests.reply.granted requests.reply.partial requests.reply.denied.total "
    "requests.reply.not_held_or_not_exist requests.reply.unclear_or_other_channel requests.reply.other",
    "requests.reply.denied.total": "requests.reply.denied.state_secret requests.reply.denied.trade_secret "
    "requests.reply.denied.privacy requests.reply.denied.security_stability",
    "review.total": "review.upheld review.illegal review.other_corrected",
    "litigation.total": "litigation.upheld litigation.illegal litigation.other_corrected",
}


def made(name: str, seed: int) -> tuple[Form, Figures, random.Random]:
    rng = random.Random(f"{name} {seed}")
    return FORMS[name], make_cells(FORMS[name], rng, rng.choice((1, 20, 60, 600))), rng


@pytest.mark.parametrize("name", TABLED)
def test_every_cell_has_a_value(name: str) -> None:
    for seed in range(300):
        form, cells, _ = made(name, seed)
        assert list(cells) == list(form.cells)
        assert all(value >= 0 or form.cells[cell].type == "signed" for cell, value in cells.items())


@pytest.mark.parametrize("name", NATIONAL)
def test_table_three_balances(name: str) -> None:
    for seed in range(300):
        form, cells, _ = made(name, seed)
        table = form.table("requests")
        assert table is not None
        columns = [column.id for column in table.columns]
        outcomes = [row.id for row in table.rows if ".outcome." in row.id and not row.total]
        for column in columns:
            new, old, done, left = (
                cells[f"requests.{row}.{column}"]
                for row in ("received_new", "carried_in", "outcome.total", "carried_out")
            )
            assert new + old == done + left
            assert done == sum(cells[f"{row}.{column}"] for row in outcomes)
        for row in (row.id for row in table.rows):
            assert cells[f"{row}.total"] == sum(cells[f"{row}.{column}"] for column in columns[:-1])


@pytest.mark.parametrize("name", NATIONAL)
def test_table_four_adds_up(name: str) -> None:
    for seed in range(300):
        _, cells, _ = made(name, seed)
        for group in ("review", "litigation.direct", "litigation.after_review"):
            parts = (cells[f"{group}.{part}"] for part in ("upheld", "corrected", "other", "pending"))
            assert cells[f"{group}.total"] == sum(parts)


def test_table_two_is_plausible() -> None:
    for seed in range(300):
        _, old, _ = made("national-2019", seed)
        _, new, _ = made("national-2021", seed)
        assert (old["proactive.procurement.items"] > 0) == (old["proactive.procurement.amount"] > 0)
        for row in ("proactive.rules", "proactive.normative_docs"):
            assert max(old[f"{row}.created"], old[f"{row}.newly_published"]) <= old[f"{row}.published_total"]
            assert new[f"{row}.in_force"] >= new[f"{row}.issued"] - new[f"{row}.repealed"]


def test_the_statistics_table_adds_up() -> None:
    for seed in range(300):
        _, cells, _ = made("zhejiang-2013", seed)
        for total, parts in Z13_SUMS.items():
            assert cells[f"z13.{total}"] == sum(cells[f"z13.{part}"] for part in parts.split())


@pytest.mark.parametrize("name", NATIONAL)
def test_some_reports_have_no_request_at_all(name: str) -> None:
    received = [made(name, seed)[1]["requests.received_new.total"] for seed in range(300)]
    assert 0 < received.count(0) < 150


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_shows_every_value_in_order(table: Table, dialect: str) -> None:
    values = {cell.id: str(10_000 + number) for number, cell in enumerate(table.cells())}
    lines = render_table(table, values, dialect)
    assert re.findall(r"\b1\d{4}\b", "\n".join(lines)) == list(values.values())


@pytest.mark.parametrize("table", TABLES)
def test_own_cells_and_pads_fill_the_width(table: Table) -> None:
    values = {cell.id: "0" for cell in table.cells()}
    text = "".join(f"{line}\n" for line in render_table(table, values, "piped_pads"))
    runs = re.findall(r"((?:[^|\n]+ \|\n)+)(\|+)\n", text)
    assert all((own.count("\n") + len(pads)) % table_width(table) == 0 for own, pads in runs)
    assert text.endswith("0 |\n")


def test_widths_are_those_of_the_printed_tables() -> None:
    widths = [table_width(table) for name in TABLED for table in FORMS[name].tables]
    assert widths == [5, 10, 15, 4, 10, 15, 3]


def test_a_blank_is_a_bar_or_nothing() -> None:
    table = FORMS["national-2021"].tables[2]
    values = {cell.id: None if cell.id == "review.other" else "7" for cell in table.cells()}
    shown = {dialect: render_table(table, values, dialect) for dialect in DIALECTS}
    assert shown["piped_pads"][-15:] == ["7 |", "7 |", "|", *["7 |"] * 12]
    assert shown["bar_before"][-29:-23] == ["|", "7", "|", "7", "|", "|"]
    assert shown["piped_dropped"][-14:] == ["7 |"] * 14
    assert shown["tabs"][-1].split("\t").count("") == 1
    assert shown["markdown"][-1].startswith("| 7 | 7 |  | 7 |")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_damage_to_labels_spares_the_values(dialect: str) -> None:
    form, cells, rng = made("national-2019", 7)
    for table in form.tables:
        lines = render_table(table, print_values(form, cells, rng), dialect)
        kinds = (partial(cut_labels, length=4), partial(spam_labels, rng=rng, share=0.5, spam="广告"))
        for damage in (*kinds, partial(wrap_labels, rng=rng)):
            assert figures(damage(lines)) == figures(lines)


def figures(lines: list[str]) -> list[str]:
    cells = (cell.strip() for line in lines for cell in re.split(r"\||\t| {2,}", line))
    return [cell for cell in cells if cell and not is_label(cell) and not set(cell) <= {"-"}]


def test_drop_zeros_drops_the_share_of_zeros() -> None:
    values = {str(number): str(number % 2) for number in range(100)}
    dropped = drop_zeros(values, random.Random(1), 0.2)
    assert (list(dropped.values()).count(None), list(dropped.values()).count("1")) == (10, 50)


@pytest.mark.parametrize("name", YEARS)
def test_a_report_has_its_title_its_sections_and_its_tables(name: str) -> None:
    form, cells, rng = made(name, 3)
    text = make_report(form, cells, YEARS[name], "青石县水务局", rng)
    assert text.startswith(f"青石县水务局{YEARS[name]}年")
    assert "统计期限" in text
    titles = [s.title for s in form.sections if s.required and not s.number]
    assert all(f"、{title}\n" in text for title in titles)
    assert len(re.findall(r"\d \|\n", text)) >= min(1, len(cells))


@pytest.mark.parametrize("name", YEARS)
def test_the_same_seed_makes_the_same_report(name: str) -> None:
    form, cells, _ = made(name, 3)
    first, second = (make_report(form, cells, YEARS[name], "青石县水务局", random.Random(5)) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("name", YEARS)
def test_traditional_text_comes_back_simplified(name: str) -> None:
    form, cells, _ = made(name, 4)
    plain, traditional = (
        make_report(form, cells, YEARS[name], "青石县水务局", random.Random(5), traditional=script)
        for script in (False, True)
    )
    assert traditional != plain
    assert opencc.OpenCC("t2s").convert(traditional) == plain

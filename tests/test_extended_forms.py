"""The laws of docs/inheritance.md on forms: rows and columns where they are put, in the ties that the base declares."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from generate import make_cells, make_report, print_values
from govrules.errors import FormError
from govrules.form import Form, Forms, Table
from govrules.load.forms import load_form
from govrules.load.parse import parse_yaml, read_yaml
from govrules.load.source import Source
from govrules.read.reports import reports
from govrules.read.text import read_text
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import FORMS, ISSUER, is_right, silent
from render import drop_zeros

Content = dict[str, Any]
PACK = Path(__file__).parent / "packs" / "chengnan" / "govrules_chengnan"


def laws(cases: int) -> settings:
    return settings(max_examples=cases, deadline=None, database=None)


def source(content: object, name: str) -> Source:
    return parse_yaml(json.dumps(content, ensure_ascii=False).encode(), name)


NATIONAL = [(form.name, table.id, row.id) for form in FORMS for table in form.tables for row in table.rows if row.id]
KNOWN = {form.name: form for form in FORMS}


@st.composite
def insertions(draw: st.DrawFn) -> tuple[str, list[Content]]:
    """Draw a form and rows to insert in it, each beside a row of the form or one inserted before."""
    name, table, _ = draw(st.sampled_from(NATIONAL))
    rows = [row for form, held, row in NATIONAL if (form, held) == (name, table)]
    made = []
    for number in range(draw(st.integers(1, 4))):
        side, anchor = draw(st.sampled_from(["after", "before"])), draw(st.sampled_from(rows))
        made.append({"table": table, side: anchor, "row": {"id": f"{table}.added{number}", "title": f"增{number}"}})
        rows.append(f"{table}.added{number}")
    return name, made


def extension(name: str, base: str, inserted: list[Content]) -> Form:
    content = {"form": name, "api": 1, "title": {"zh": name}, "extends": base, "insert": inserted}
    return load_form(source(content, f"{name}.yaml"), KNOWN)


def rows_of(form: Form, table: str) -> list[str]:
    found = form.table(table)
    assert found is not None
    return [row.id for row in found.rows]


@laws(300)
@given(insertions())
def test_inserted_rows_stand_where_they_are_put_and_the_cells_of_the_base_as_they_stood(
    drawn: tuple[str, list[Content]],
) -> None:
    name, inserted = drawn
    form, base = extension("mine", name, inserted), KNOWN[name]
    assert [cell for cell in form.cells if ".added" not in cell] == list(base.cells)
    assert [form.cells[cell] for cell in base.cells] == list(base.cells.values())
    want = rows_of(base, table := inserted[0]["table"])
    for one in inserted:
        at = want.index(one.get("after") or one["before"]) + ("after" in one)
        want.insert(at, one["row"]["id"])
    assert rows_of(form, table) == want
    assert all(f"{one['row']['id']}" in {cell.row for cell in form.cells.values()} for one in inserted)


@laws(200)
@given(insertions(), st.booleans())
def test_two_forms_that_insert_at_the_same_place_know_nothing_of_each_other(
    drawn: tuple[str, list[Content]], first: bool
) -> None:
    name, inserted = drawn
    renamed = [one | {"row": {"id": f"{one['row']['id']}z", "title": "另"}} for one in inserted[:1]]
    alone = extension("mine", name, inserted)
    forms = [extension("mine", name, inserted), extension("yours", name, renamed)]
    both = Forms([*FORMS, *(forms if first else forms[::-1])])
    assert both["mine"].cells == alone.cells
    assert set(both["yours"].cells) - set(KNOWN[name].cells) == {
        cell
        for cell in both["yours"].cells
        if cell.startswith(f"{renamed[0]['row']['id']}.") or cell == renamed[0]["row"]["id"]
    }
    assert not set(both["mine"].cells) & (set(both["yours"].cells) - set(KNOWN[name].cells))
    assert both.lineage(both["mine"])[0] == both.lineage(both["yours"])[0] == name


# Ties of a form, and forms that extend it


def table_of(form: Form, name: str) -> Table:
    found = form.table(name)
    assert found is not None
    return found


def tied(*rows: str, **said: object) -> Content:
    """Give a form of some rows (`=` before those that are totals), whose total is tied to all below it."""
    made = [{"id": row.removeprefix("="), "title": row, "total": row.startswith("=")} for row in rows]
    blocks = [{"headers": [], "columns": [{"id": "n", "title": "数量"}], "rows": made}]
    ties = [{"left": ["t.total"], "right": ["t.**"]}]
    table = {"id": "t", "title": "表", "section": "s", "ties": ties, "blocks": blocks}
    return {"form": "base", "api": 1, "title": {"zh": "甲"}, "tables": [table], **said}


def ties_of(base: Content, **changes: object) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """Give the ties of a form that extends another with some changes."""
    known = {"base": load_form(source(base, "base.yaml"), {})}
    mine = {"form": "mine", "api": 1, "title": {"zh": "乙"}, "extends": "base", **changes}
    return table_of(load_form(source(mine, "mine.yaml"), known), "t").ties


@laws(300)
@given(
    insertions(), st.sampled_from(["requests.outcome.", "requests.outcome.denied.", "requests.", "requests.outcomes."])
)
def test_a_row_inserted_below_a_tie_takes_part_in_it_and_any_other_in_none(
    drawn: tuple[str, list[Content]], prefix: str
) -> None:
    name, inserted = drawn
    own = [one | {"row": one["row"] | {"id": f"{prefix}added{n}"}} for n, one in enumerate(inserted)]
    own = [one for one in own if ".added" not in (one.get("after") or one["before"])]
    base, form = KNOWN[name], extension("mine", name, own)
    table = own[0]["table"] if own else "requests"
    added = [row for row in rows_of(form, table) if row not in rows_of(base, table)]
    taking = {row for row in added if prefix.startswith("requests.outcome.")} if table == "requests" else set()
    for (left, right), (was_left, was_right) in zip(
        table_of(form, table).ties, table_of(base, table).ties, strict=True
    ):
        grown = "requests.outcome.granted" in right
        assert (set(left), set(right)) == (set(was_left), set(was_right) | (taking if grown else set()))
        assert len(right) == len(set(right))


def chengnan() -> Form:
    return load_form(read_yaml(PACK / "form.yaml"), KNOWN)


def test_a_row_of_a_third_party_takes_part_in_the_tie_of_the_form_that_it_extends() -> None:
    ties = table_of(chengnan(), "requests").ties
    (outcomes,) = (right for left, right in ties if left == ("requests.outcome.total",))
    assert "requests.outcome.denied.work_secret" in outcomes
    assert len(outcomes) == len(table_of(KNOWN["national-2021"], "requests").ties[0][1]) + 1


def test_a_form_that_extends_an_extension_takes_part_as_well() -> None:
    known = {"base": load_form(source(tied("t.a", "=t.total"), "base.yaml"), {})}
    for name, base in (("mine", "base"), ("ours", "mine")):
        put = [{"table": "t", "after": "t.a", "row": {"id": f"t.{name}", "title": name}}]
        content = {"form": name, "api": 1, "title": {"zh": name}, "extends": base, "insert": put}
        known[name] = load_form(source(content, f"{name}.yaml"), known)
    assert [table_of(form, "t").ties for form in known.values()] == [
        ((("t.total",), ("t.a",)),),
        ((("t.total",), ("t.a", "t.mine")),),
        ((("t.total",), ("t.a", "t.ours", "t.mine")),),
    ]


def test_a_row_that_is_removed_or_replaced_leaves_the_tie() -> None:
    base = tied("t.a", "t.b", "t.c", "=t.total")
    gone = ties_of(base, remove=[{"table": "t", "row": "t.b"}])
    other = ties_of(base, replace=[{"table": "t", "row": "t.b", "by": {"id": "t.new", "title": "新"}}])
    apart = ties_of(base, replace=[{"table": "t", "row": "t.b", "by": {"id": "u.new", "title": "新"}}])
    assert gone == apart == ((("t.total",), ("t.a", "t.c")),)
    assert other == ((("t.total",), ("t.a", "t.new", "t.c")),)


def test_a_subtotal_is_not_counted_beside_its_parts() -> None:
    base = tied("t.a", "t.x.one", "t.x.two", "=t.total")
    put = {"table": "t", "before": "t.x.one", "row": {"id": "t.x.total", "title": "小计", "total": True}}
    assert ties_of(base, insert=[put]) == ((("t.total",), ("t.a", "t.x.one", "t.x.two")),)
    alone = tied("t.a", "=t.y.total", "=t.total")
    assert ties_of(alone) == ((("t.total",), ("t.a", "t.y.total")),)


def test_a_column_is_replaced_by_a_column() -> None:
    put = [{"table": "t", "column": "n", "by": {"id": "m", "title": "件数", "kept": True}}]
    plain = [{"table": "t", "column": "n", "by": {"id": "m", "title": "件数"}}]
    known = {"base": load_form(source(tied("t.a", "=t.total"), "base.yaml"), {})}
    for said in (put, plain):
        mine = {"form": "mine", "api": 1, "title": {"zh": "乙"}, "extends": "base", "replace": said}
        assert list(load_form(source(mine, "mine.yaml"), known).cells) == ["t.a.m", "t.total.m"]


@pytest.mark.parametrize(("what", "key", "value"), [("row", "kept", False), ("column", "captions", ["甲"])])
def test_a_key_of_the_other_kind_in_a_replacement_is_an_error(what: str, key: str, value: object) -> None:
    target = {"row": "t.a", "column": "n"}[what]
    put = [{"table": "t", what: target, "by": {"id": "m", "title": "件数", key: value}}]
    with pytest.raises(FormError, match=f"`{key}` is no key of a {what}") as caught:
        ties_of(tied("t.a", "=t.total"), replace=put)
    assert str(caught.value.where).startswith("mine.yaml:1:")


def test_a_row_beside_none_is_an_error_at_its_place() -> None:
    with pytest.raises(FormError, match=r"no row 'requests\.nowhere' in requests") as caught:
        extension(
            "mine",
            "national-2021",
            [{"table": "requests", "after": "requests.nowhere", "row": {"id": "r", "title": "行"}}],
        )
    assert str(caught.value.where).startswith("mine.yaml:1:")


def lossy(form: Form, dialect: str, seed: int) -> tuple[float, int]:
    """Give the share of cells that are read as printed after many zeros were lost, and how many are wrong for sure."""
    rng = random.Random(f"{dialect} {seed}")
    cells = make_cells(form, rng, 60)
    shown = drop_zeros(print_values(form, cells, rng), rng, 0.3)
    text = make_report(form, cells, 2023, ISSUER, rng, dialect, values=shown)
    (report,), _ = reports(read_text(text.encode(), "made.txt"), Forms([*FORMS, form]))
    right = [is_right(report.cells.get(cell), value, shown[cell]) for cell, value in cells.items()]
    return sum(right) / len(right), len(silent(report, cells, shown))


@pytest.mark.parametrize("dialect", ["piped_dropped", "plain"])
def test_the_sums_of_a_form_place_what_a_copy_lost_in_an_inserted_row_too(dialect: str) -> None:
    made = [lossy(chengnan(), dialect, seed) for seed in range(10)]
    assert sum(right for right, _ in made) / len(made) >= 0.97
    assert sum(wrong for _, wrong in made) == 0

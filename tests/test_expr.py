"""Expressions: how they are read, what they mean in one row and in a column, and how they are refused."""

from __future__ import annotations

import pickle
import subprocess
import sys

import polars as pl
import pytest
from govrules import expr
from govrules.expr import Binary, Call, Cell, Compare, ExpressionError, Glob, Logic, Number, Unary
from hypothesis import given, settings
from hypothesis import strategies as st

NAMES = ["a.x", "a.y", "a.deep.x", "b.x", "行政许可.数量", "行政处罚.数量"]
Value = float | int | bool | None


def both(text: str, **values: float | None) -> Value:
    """Evaluate `text` in both ways and give the value they agree on."""
    node = expr.parse(text)
    frame = pl.DataFrame({name: [value] for name, value in values.items()})
    column: Value = frame.with_columns(expr.polars(node).alias("result"))["result"][0]
    row = expr.evaluate(node, values)
    assert row == column
    assert (row is None) == (column is None)
    return row


def refused(text: str) -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        expr.parse(text)
    return caught.value


def said(text: str) -> str:
    return expr.spoken(expr.parse(text), lambda name: name.upper())


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7), ("(1 + 2) * 3", 9), ("10 - 3 - 2", 5), ("12 / 3 / 2", 2), ("-2 * -3", 6), ("2 - -3", 5),
        ("1 + 1 == 2 and not 2 < 1", True), ("1 == 2 or 2 == 2 and 1 == 1", True), ("not 1 == 1 or 1 == 1", True),
        ("not (1 == 1 or 1 == 1)", False), ("known(1) == (2 > 1)", True), ("abs(2 - 5) + min(4, 3) + max(1, 2)", 8),
    ],
)  # fmt: skip
def test_operators_bind_as_in_arithmetic(text: str, value: Value) -> None:
    assert both(text, a=1) == value


def test_each_form_of_text_gives_its_node() -> None:
    assert expr.parse("a.b") == Cell("a.b", 0)
    assert expr.parse("1") == Number(1)
    assert isinstance(expr.evaluate(expr.parse("1.0"), {}), float)
    assert expr.parse("-行政许可.数量") == Unary("-", Cell("行政许可.数量", 1))
    assert expr.parse("a+1 >= b") == Compare(">=", Binary("+", Cell("a", 0), Number(1)), Cell("b", 7))
    assert expr.parse("a > 1 and b > 1 and c > 1") == Logic(
        "and", tuple(Compare(">", Cell(name, offset), Number(1)) for name, offset in (("a", 0), ("b", 10), ("c", 20)))
    )
    assert expr.parse("sum(a.*, 1)") == Call("sum", (Glob("a.*", 4), Number(1)))


def test_names_may_resemble_words_and_functions() -> None:
    assert expr.cells(expr.parse("android + sum + order.and.2020 > nothing")) == {
        "android", "sum", "order.and.2020", "nothing",
    }  # fmt: skip


def test_a_missing_cell_makes_arithmetic_and_comparison_missing() -> None:
    for text in ("a + b", "a * 0", "-a", "abs(a)", "a == a", "sum(b, a)", "min(a, b)", "max(a, b)", "a / b"):
        assert both(text, a=None, b=1) is None


def test_logic_with_a_missing_side_is_decided_where_the_other_side_decides() -> None:
    values = {"a": None, "b": 1}
    assert both("a > 0 and b > 5", **values) is False
    assert both("a > 0 and b > 0", **values) is None
    assert both("a > 0 or b > 0", **values) is True
    assert both("a > 0 or b > 5", **values) is None
    assert both("not a > 0", **values) is None


def test_either_takes_the_first_known_and_known_is_never_missing() -> None:
    assert both("either(a, b, 7)", a=None, b=3) == 3
    assert both("either(a, b)", a=None, b=None) is None
    assert both("either(a > 0, b > 0)", a=None, b=3) is True
    assert both("known(a)", a=None) is False
    assert both("known(a + b) == known(b)", a=0, b=None) is True


def test_prior_reads_the_column_of_last_year() -> None:
    node = expr.parse("a.x == prior(a.x) + 1")
    assert expr.cells(node) == {"a.x", "prior.a.x"}
    assert expr.evaluate(node, {"a.x": 3, "prior.a.x": 2}) is True
    asked: list[str] = []

    def column(name: str) -> pl.Expr:
        asked.append(name)
        return pl.lit(1)

    expr.polars(node, column)
    assert asked == ["a.x", "prior.a.x"]


@pytest.mark.parametrize("text", ["a / 0", "0 / 0", "a / (a - a)", "a / (0 * -1)", "1 / 0 == 1"])
def test_division_by_zero_is_missing(text: str) -> None:
    assert both(text, a=4) is None


def test_what_is_no_finite_number_is_missing() -> None:
    assert both("a + 1", a=float("nan")) is None
    assert both("a == a", a=float("inf")) is None
    assert both("a * a", a=1e200) is None
    assert both("a * a - a * a + 1", a=1e150) == 1


def test_a_column_that_is_null_throughout_and_built_from_a_literal_is_read() -> None:
    frame = pl.DataFrame({"b": [1, 2]}).with_columns(a=pl.lit(None))
    for text in ("0 == a", "1 + 1 < abs(a)", "1 <= 2 * a", "(1 > 0) == (a > 0)", "2 / a != 1", "min(1, a) == 1"):
        assert frame.select("b", result=expr.polars(expr.parse(text)))["result"].to_list() == [None, None]


def test_division_by_a_constant_is_rounded_as_in_python() -> None:
    node = expr.parse("a / 49")
    values = list(range(200))
    assert pl.DataFrame({"a": values}).select(expr.polars(node))["a"].to_list() == [value / 49 for value in values]


def test_large_whole_numbers_never_wrap_around() -> None:
    assert both("a + a > 0", a=2**63 - 1) is True
    assert both("a * a * a > 0", a=10**15) is True
    frame = pl.DataFrame({"a": [1]}, schema={"a": pl.UInt8})
    assert frame.select(expr.polars(expr.parse("a - 2"))).item() == -1


def test_a_pattern_becomes_the_matching_cells_in_order() -> None:
    def matched(text: str, own: list[str] | None = None) -> list[str]:
        node = expr.resolve(expr.parse(text), NAMES, own)
        assert isinstance(node, Call)
        return [arg.name for arg in node.args if isinstance(arg, Cell)]

    assert matched("sum(a.*)") == ["a.x", "a.y"]
    assert matched("sum(a.**)") == ["a.x", "a.y", "a.deep.x"]
    assert matched("max(**.x)") == ["a.x", "a.deep.x", "b.x"]
    assert matched("min(*.数量)") == ["行政许可.数量", "行政处罚.数量"]
    assert matched("sum(b.x, a.*)", own=["a.y", "a.x"]) == ["b.x", "a.y", "a.x"]
    assert matched("sum(*.x)", own=["b.x"]) == ["b.x"]
    assert matched("sum(a.*)", own=["b.x"]) == ["a.x", "a.y"]
    assert matched("sum(**.*.*)") == ["a.deep.x"]


def test_a_pattern_without_match_is_refused_at_its_place() -> None:
    with pytest.raises(ExpressionError, match=r"no cell matches 'c\.\*\*'") as caught:
        expr.resolve(expr.parse("1 + sum(c.**)"), NAMES)
    assert caught.value.offset == 8


@pytest.mark.parametrize("text", ["a.* + 1", "abs(a.*)", "sum(a.* + 1)", "a.*", "either(a.*, 1)", "known(a.*)"])
def test_a_pattern_stands_only_in_sum_min_and_max(text: str) -> None:
    assert "may only be an argument of sum, min or max" in refused(text).message


@pytest.mark.parametrize("text", ["prior(a.*)", "prior(1)", "prior(a, b)", "prior(prior(a))"])
def test_prior_takes_one_cell(text: str) -> None:
    assert "prior takes" in refused(text).message


def test_an_unresolved_pattern_is_never_ignored() -> None:
    node = expr.parse("sum(a.*)")
    with pytest.raises(ExpressionError, match="call resolve first"):
        expr.evaluate(node, {})
    with pytest.raises(ExpressionError, match="call resolve first"):
        expr.cells(node)


@pytest.mark.parametrize(
    "text", ["1 + 行政许可.数目", "1 + prior(行政许可.数目)", "sum(1, 行政许可.数目)", "- 行政许可.数目"]
)
def test_an_unknown_cell_is_refused_with_its_place_and_the_nearest_name(text: str) -> None:
    with pytest.raises(ExpressionError, match=r"did you mean '行政许可\.数量'\?") as caught:
        expr.resolve(expr.parse(text), NAMES)
    assert caught.value.offset == text.index("行政许可")


def test_resolve_reaches_every_part_and_changes_nothing_else() -> None:
    text = "not (-a.x + sum(a.y, a.deep.x) == either(b.x, 0) or abs(a.x) > prior(a.x))"
    assert expr.resolve(expr.parse(text), NAMES) == expr.parse(text)


@pytest.mark.parametrize(
    ("text", "offset", "hint"),
    [
        ("", 0, "empty"), ("  ", 0, "empty"), ("a = b", 2, "'=='"), ("a ＋ b", 2, "'+'"), ("a ≥ b", 2, "'>='"),
        ("a => b", 2, "'>='"), ("a && b", 2, "'and'"), ("sum（a）", 3, "'('"), ("a b", 2, "an operator"),
        ("a +", 3, "a cell, a number"), ("(a + b", 6, "')'"), ("a)", 1, "operator or the end"), ("+ a", 0, "a cell"),
        ("a..b", 1, "unexpected '.'"), ("_a", 0, "unexpected '_'"), ("1e5", 1, "unexpected 'e5'"), ("'a'", 0, "a cell"),
        ("a < b < c", 6, "a < b and b < c"), ("1 + (a > b)", 2, "'+' takes numbers"), ("not a", 0, "comparisons"),
        ("a and b > 1", 2, "comparisons"), ("abs(a > 1)", 0, "numbers"), ("a == (b > 1)", 2, "numbers"),
        ("either(a, b > 1)", 0, "numbers"), ("1 + summ(a)", 4, "did you mean 'sum'"), ("f(a)", 0, "known: sum"),
        ("abs(a, b)", 0, "exactly 1 argument, not 2"), ("sum()", 0, "at least 1 argument, not 0"),
        ("either(a)", 0, "at least 2 arguments"), ("prior.a.b", 0, "prior(a.b)"),
        ("a + 9999999999999999", 4, "too large"),
        ("and", 0, "a cell"), ("a andb", 2, "an operator"), ("__import__('os')", 0, "unexpected"),
        ("a ** 2", 5, "operator"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_at_its_place_with_what_would_be_right(text: str, offset: int, hint: str) -> None:
    error = refused(text)
    assert hint in str(error)
    assert error.offset == offset


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("(" * 100_000 + "a" + ")" * 100_000, "at most 2000"), ("a+" * 100_000 + "a", "at most 2000"),
        ("(" * 900 + "a" + ")" * 900, "parentheses are nested"), ("(" * 1999, "parentheses are nested"),
        ("-" * 1999 + "a", "nested deeper"), ("not " * 450 + "a>1", "nested deeper"), ("-" * 1999, "ends too early"),
        ("a+" * 999 + "a", "write a long addition as sum"), ("abs(" * 300 + "a" + ")" * 300, "nested"),
        ("-" * 1900 + "a b", "unexpected"), ("sum(" + "a," * 400 + "a)", "more than 400 parts"),
        ("9" * 1999, "too large"),
    ],
)  # fmt: skip
def test_what_is_too_long_or_too_deep_is_refused_without_recursion(text: str, reason: str) -> None:
    assert reason in refused(text).message


def test_the_deepest_allowed_expression_works_everywhere() -> None:
    text = "abs(" * 40 + "a" + ")" * 40
    assert both(text, a=-1) == 1
    assert both("a" + " + a" * 40, a=2) == 82
    assert expr.linear(expr.parse(text)) is None
    assert expr.cells(expr.resolve(expr.parse(text), ["a"])) == {"a"}
    assert said(text).startswith("绝对值(绝对值(")


def test_a_sum_over_many_cells_is_computed() -> None:
    values = {f"a.c{number}": number for number in range(1000)}
    node = expr.resolve(expr.parse("sum(a.*)"), values)
    frame = pl.DataFrame({name: [value] for name, value in values.items()})
    assert frame.select(expr.polars(node)).item() == expr.evaluate(node, values) == sum(range(1000))


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("a + 2 * b - 3", ({"a": 1, "b": 2}, -3)), ("sum(a, b, 1) / 2", ({"a": 0.5, "b": 0.5}, 0.5)),
        ("-(a - prior(a))", ({"a": -1, "prior.a": 1}, 0)), ("a - a", ({"a": 0}, 0)),
        ("(a + 1) * (2 + 1)", ({"a": 3}, 3)),
        ("4", ({}, 4)), ("a * b", None), ("a / b", None), ("1 / a", None), ("a / 0", None), ("abs(a)", None),
        ("either(a, 0)", None), ("min(a, b)", None), ("a == b", None), ("known(a)", None), ("1 + max(a, b)", None),
    ],
)  # fmt: skip
def test_the_linear_form_has_coefficients_and_a_constant(
    text: str, form: tuple[dict[str, float], float] | None
) -> None:
    assert expr.linear(expr.parse(text)) == form


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a == b + c", "A等于B＋C"), ("a - (b - c) * 2", "A－(B－C)×2"), ("a / (b * -c)", "A÷(B×－C)"),
        ("sum(a, b) <= prior(c)", "合计(A、B)不大于上年C"),
        ("a > 1 and (b < 2 or c != 0)", "A大于1且(B小于2或C不等于0)"),
        ("not (a >= 0.5)", "非(A不小于0.5)"), ("-(a + b)", "－(A＋B)"), ("known(a) == (b > c)", "有值(A)等于(B大于C)"),
        ("either(a, b)", "首个有值(A、B)"), ("a > 1 or b > 1 and c > 1", "A大于1或B大于1且C大于1"),
    ],
)  # fmt: skip
def test_an_expression_is_said_in_chinese(text: str, sentence: str) -> None:
    assert said(text) == sentence


def test_an_error_survives_pickling() -> None:
    error = refused("a = b")
    copy = pickle.loads(pickle.dumps(error))
    assert (copy.message, copy.offset, str(copy)) == (error.message, error.offset, str(error))


def test_importing_the_module_loads_neither_polars_nor_lark() -> None:
    code = "import sys, govrules.expr; sys.exit(bool({'polars', 'lark', 'rapidfuzz'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


CELLS = ["a", "b.c", "甲.乙", "prior(a)", "w"]
COLUMNS = {"a": pl.Int64, "b.c": pl.Int64, "甲.乙": pl.Int64, "prior.a": pl.Int64, "w": pl.Float64}
whole = st.none() | st.integers(-4, 4) | st.integers(-(2**63), 2**63 - 1)
rows = st.lists(
    st.fixed_dictionaries(
        {name: whole if kind == pl.Int64 else st.none() | st.floats() for name, kind in COLUMNS.items()}
    ),
    min_size=1,
    max_size=6,
)


def listed(parts: st.SearchStrategy[str], least: int = 1) -> st.SearchStrategy[str]:
    return st.lists(parts, min_size=least, max_size=3).map(", ".join)


def grown(numbers: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("({} {} {})".format, numbers, st.sampled_from("+-*/"), numbers),
        st.builds("{}({})".format, st.sampled_from(["sum", "min", "max"]), listed(numbers)),
        st.builds("either({})".format, listed(numbers, 2)),
        st.builds("{}({})".format, st.sampled_from(["abs", "-"]), numbers),
    )


numbers = st.recursive(
    st.sampled_from(CELLS) | st.integers(0, 5).map(str) | st.integers(1, 99).map(lambda n: f"{n / 10}"),
    grown,
    max_leaves=8,
)
comparisons = st.one_of(
    st.builds("{} {} {}".format, numbers, st.sampled_from(["==", "!=", "<=", ">=", "<", ">"]), numbers),
    st.builds("known({})".format, numbers),
)
truths = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner),
        st.builds("(not {})".format, inner),
        st.builds("(({}) {} ({}))".format, inner, st.sampled_from(["==", "!="]), inner),
        st.builds("either({})".format, listed(inner, 2)),
    ),
    max_leaves=6,
)


@settings(max_examples=400, deadline=None)
@given(text=numbers | truths, table=rows)
def test_one_row_and_a_column_agree_on_every_expression(text: str, table: list[dict[str, float | int | None]]) -> None:
    node = expr.parse(text)
    frame = pl.DataFrame(table, schema=COLUMNS)
    column = frame.with_columns(expr.polars(node).alias("result"))["result"].to_list()
    assert [expr.evaluate(node, row) for row in table] == column

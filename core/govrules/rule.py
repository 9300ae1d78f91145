"""The words of the rule language: rules, what a check kind is, and packs of rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationInfo, WithJsonSchema

from govrules import expr
from govrules.errors import Place
from govrules.form import Form, Years
from govrules.pattern import Pattern, compile_pattern
from govrules.report import EVERYWHERE, Measure, Reach, Report
from govrules.status import Status as Status

if TYPE_CHECKING:
    import polars as pl


ALWAYS, NOWHERE = Years(), Place("")


class Severity(StrEnum):
    """How grave a finding is: 错误, 警告, 提示."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """2 for an error, 1 for a warning, 0 for an info."""
        return ("info", "warning", "error").index(self.value)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of a check that looks at whole reports.

    `grade` chooses among the severities of the rule, `values` fill its message, `cells` and `lines` say where.
    """

    status: Status
    grade: str = "default"
    values: Mapping[str, object] = field(default_factory=dict)
    cells: tuple[str, ...] = ()
    lines: tuple[int, int] | None = None


def passed() -> Verdict:
    """Say that all is well."""
    return Verdict(Status.PASSED)


def not_applicable() -> Verdict:
    """Say that the question does not arise in this report."""
    return Verdict(Status.NOT_APPLICABLE)


def undetermined(reason: str) -> Verdict:
    """Say that the report does not hold what the question needs."""
    return Verdict(Status.UNDETERMINED, values={"reason": reason})


def failed(
    grade: str = "default", *, cells: Iterable[str] = (), lines: tuple[int, int] | None = None, **values: object
) -> Verdict:
    """Say what is wrong: `values` fill the message of the rule."""
    return Verdict(Status.FAILED, grade, values, tuple(cells), lines)


@dataclass(frozen=True, slots=True)
class Scope:
    """The cells that expressions may name: those of a form, and those its reports may hold besides."""

    form: Form
    names: Mapping[str, object]
    everywhere: frozenset[str] = frozenset()


def _optional(text: Any, info: ValidationInfo) -> expr.Node | None:
    """Read an expression that only some forms can hold: None where this form lacks its cells, but others have them."""
    scope = info.context
    if isinstance(scope, Scope) and isinstance(text, str):
        node = expr.parse(text)
        missing = set(_named(node)) - set(scope.names)
        if missing and missing <= scope.everywhere:
            return None
    return _expression(text, info)


def _named(node: expr.Node) -> frozenset[str]:
    try:
        return expr.cells(node)
    except ValueError:  # patterns are settled when they are resolved
        return frozenset()


def _expression(text: Any, info: ValidationInfo) -> expr.Node:
    if not isinstance(text, (str, int, float)):
        raise ValueError("an expression is expected, such as `requests.received_new.total + 1`")
    node = expr.parse(str(text))
    scope = info.context
    return expr.resolve(node, scope.names, scope.form.cells) if isinstance(scope, Scope) else node


def _cell_names(given: Any, info: ValidationInfo) -> tuple[str, ...]:
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, (list, tuple)) or not all(isinstance(text, str) for text in texts):
        raise ValueError("cell names are expected, patterns such as `requests.*.total` allowed")
    names: list[str] = []
    for text in texts:
        node = expr.parse(f"sum({text})")
        if isinstance(info.context, Scope):
            node = expr.resolve(node, info.context.names, info.context.form.cells)
        names += (
            sorted(expr.cells(node))
            if not isinstance(node, expr.Call)
            else [part.name for part in node.args if isinstance(part, expr.Cell)]
        )
    return tuple(dict.fromkeys(names))


def _pattern(given: Any) -> Pattern:
    if not isinstance(given, str):
        raise ValueError("a pattern is expected, as text")
    return compile_pattern(given)


_WORDS: dict[str, Any] = {"type": "string"}
_FORMULA: dict[str, Any] = {"type": ["string", "number"], "minLength": 1}
_NAMES: dict[str, Any] = {"anyOf": [{"type": "string", "minLength": 1}, {"type": "array", "items": {"type": "string"}}]}
PatternField = Annotated[Any, BeforeValidator(_pattern), WithJsonSchema(_WORDS)]
"""A field of a check kind that holds a linear-time pattern; its value is a `Pattern`."""
Expression = Annotated[Any, BeforeValidator(_expression), WithJsonSchema(_FORMULA)]
"""A field of a check kind that holds an expression over cells; its value is an `expr.Node`."""
OptionalExpression = Annotated[Any, BeforeValidator(_optional), WithJsonSchema(_FORMULA)]
"""Like `Expression`, but None in a form that lacks its cells, as long as another form has them."""
CellNames = Annotated[tuple[str, ...], BeforeValidator(_cell_names), WithJsonSchema(_NAMES)]
"""A field of a check kind that names cells, with patterns."""


class Check(BaseModel):
    """A check kind: its fields are the YAML keys of a rule. Give one of `holds`, `judge` or `judge_file`.

    `cells` checks are expressions over the dataset, for all reports at once; `report` checks look at one report;
    `file` checks at all reports of one file; `both` answer for each report and for the file.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True)
    scope: ClassVar[Literal["cells", "report", "file", "both"]] = "cells"
    grades: ClassVar[tuple[str, ...]] = ()
    zh: ClassVar[str] = ""
    """What the kind checks, in Chinese, for editors; the docstring says it in English."""

    def roles(self) -> Mapping[str, str]:
        """Give every cell that the check reads, with the part it plays (`left`, `total`, `part` …)."""
        raise NotImplementedError

    def fills_blanks(self) -> bool:
        """Tell whether blank cells count as zero where others of the check hold a number."""
        return False

    def truth(self) -> expr.Node:
        """Give the expression that is true where a report passes, missing where it cannot be told."""
        raise NotImplementedError

    def operands(self) -> Mapping[str, expr.Node]:
        """Give the numbers that the message may name; `expected`, `actual` and `difference` go into the finding."""
        return {}

    def judge(self, report: Report, form: Form) -> Iterable[Verdict]:
        """Answer for one report."""
        raise NotImplementedError

    def judge_file(self, reports: Sequence[Report]) -> Iterable[Verdict]:
        """Answer for all reports of one file."""
        raise NotImplementedError

    def column(self, text: pl.Expr, year: pl.Expr) -> pl.Expr | None:
        """Give what `judge` says of the text of all reports at once, as Polars; None where a report is needed."""
        del text, year
        return None

    def holds(self, column: Any = None) -> pl.Expr:
        """Give `truth` as Polars."""
        return expr.polars(self.truth(), column)


@dataclass(frozen=True, slots=True)
class Basis:
    """What a rule rests on: a document, and the place in it."""

    document: str
    item: str = ""

    def __str__(self) -> str:
        return f"{self.document}{'，' if self.item else ''}{self.item}"


@dataclass(frozen=True, slots=True)
class Item:
    """One value of a `foreach`: the text that replaces `{name}`, and the words for `{name.title}`."""

    id: str
    title: str

    def __str__(self) -> str:
        return self.id


@dataclass(frozen=True, slots=True)
class Example:
    """An example of a rule: the cells or the text of a report, and whether the rule must pass or fail there."""

    passes: bool
    values: Mapping[str, Any]
    where: Place


@dataclass(frozen=True)
class Rule:
    """A rule as declared; `fields` are the keys of its check kind, before `foreach` is unrolled."""

    id: str
    pack: str
    title: Mapping[str, str]
    severity: Mapping[str, Severity]
    kind: str
    fields: Mapping[str, Any]
    message: Mapping[str, str]
    basis: tuple[Basis, ...] = ()
    forms: tuple[str, ...] = ()
    effective: Years = ALWAYS
    foreach: Mapping[str, Any] = field(default_factory=dict)
    examples: tuple[Example, ...] = ()
    tags: tuple[str, ...] = ()
    on: bool = True
    absence: bool | tuple[str, ...] = False
    waivable: bool = True
    where: Place = NOWHERE
    keys: Mapping[str, Place] = field(default_factory=dict)
    reach: Reach = EVERYWHERE

    def suits(self, form: Form, lineage: Sequence[str]) -> bool:
        """Tell whether the rule is for a form, by its name or that of the form it extends."""
        return not self.forms or form.name in self.forms or any(name in self.forms for name in lineage)

    def tells_absence(self, grade: str) -> bool:
        """Tell whether a finding of `grade` says that something is not there, which part of a report cannot prove."""
        return self.absence if isinstance(self.absence, bool) else grade in self.absence

    def grade(self, name: str) -> Severity:
        """Give the severity of a grade of this rule."""
        return self.severity.get(name) or self.severity.get("default") or next(iter(self.severity.values()))


@dataclass(frozen=True)
class Override:
    """What a pack changes in a rule of the pack it extends: switch it on or off, or grade it otherwise, and why."""

    rule: str
    because: str
    where: Place
    off: bool = False
    on: bool = False
    severity: Mapping[str, Severity] = field(default_factory=dict)
    reach: Reach = EVERYWHERE
    effective: Years = ALWAYS


@dataclass(frozen=True)
class Pack:
    """A pack of rules (规则包): rules of its own, and changes to the one it extends.

    `forms` and `regions` are what its files are limited to; each rule and change keeps the reach of its own file.
    """

    name: str
    title: str
    rules: tuple[Rule, ...]
    extends: str | None = None
    forms: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    overrides: tuple[Override, ...] = ()
    origin: str = ""
    narrative: tuple[Measure, ...] = ()
    where: Place = NOWHERE

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules)


@dataclass(frozen=True)
class Instance:
    """A rule unrolled for one form and one value of each `foreach` name."""

    rule: Rule
    check: Check
    binding: Mapping[str, Item] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Give what tells this instance from its sisters."""
        return ",".join(item.id for item in self.binding.values())

"""Checks on figures: expressions over cells, for all reports at once."""

from collections.abc import Mapping

from govrules import expr
from govrules.expr import Node
from govrules.rule import CellNames, Check, Expression
from pydantic import field_validator


def _roles(**parts: Node) -> dict[str, str]:
    roles: dict[str, str] = {}
    for role, node in parts.items():
        for cell in sorted(expr.cells(node)):
            roles.setdefault(cell, role)
    return roles


class Equal(Check):
    """`left` equals `right`, within `tolerance`; undetermined where a term is missing."""

    left: Expression
    right: Expression
    tolerance: float = 0
    blank_as_zero: bool = False

    def fills_blanks(self) -> bool:
        return self.blank_as_zero

    def roles(self) -> Mapping[str, str]:
        return _roles(left=self.left, right=self.right)

    def truth(self) -> Node:
        if not self.tolerance:
            return expr.Compare("==", self.left, self.right)
        distance = expr.Call("abs", (expr.Binary("-", self.left, self.right),))
        return expr.Compare("<=", distance, expr.Number(self.tolerance))

    def operands(self) -> Mapping[str, Node]:
        difference = expr.Binary("-", self.left, self.right)
        return {
            "left": self.left, "right": self.right, "actual": self.left, "expected": self.right,
            "difference": difference, "distance": expr.Call("abs", (difference,)),
        }  # fmt: skip


class Sum(Check):
    """`total` equals the sum of `parts`; undetermined where any of them is missing."""

    total: Expression
    parts: tuple[Expression, ...]
    blank_as_zero: bool = False

    @field_validator("parts")
    @classmethod
    def _some(cls, value: tuple[Node, ...]) -> tuple[Node, ...]:
        if not value:
            raise ValueError("`parts` names at least one cell")
        return value

    def _sum(self) -> Node:
        return expr.Call("sum", self.parts)

    def fills_blanks(self) -> bool:
        return self.blank_as_zero

    def roles(self) -> Mapping[str, str]:
        return _roles(total=self.total, part=self._sum())

    def truth(self) -> Node:
        return expr.Compare("==", self.total, self._sum())

    def operands(self) -> Mapping[str, Node]:
        difference = expr.Binary("-", self.total, self._sum())
        return {
            "total": self.total, "sum": self._sum(), "actual": self.total, "expected": self._sum(),
            "difference": difference, "distance": expr.Call("abs", (difference,)),
        }  # fmt: skip


class Compare(Check):
    """The comparison `that` is true; undetermined where it names a missing cell."""

    that: Expression
    blank_as_zero: bool = False

    @field_validator("that")
    @classmethod
    def _truth(cls, value: Node) -> Node:
        if not isinstance(value, expr.Compare | expr.Logic):
            raise ValueError("a comparison is expected, such as `a <= b`")
        return value

    def fills_blanks(self) -> bool:
        return self.blank_as_zero

    def roles(self) -> Mapping[str, str]:
        if isinstance(self.that, expr.Compare):
            return _roles(left=self.that.left, right=self.that.right)
        return _roles(cell=self.that)

    def truth(self) -> Node:
        node: Node = self.that
        return node

    def operands(self) -> Mapping[str, Node]:
        if not isinstance(self.that, expr.Compare) or isinstance(self.that.left, expr.Compare | expr.Logic):
            return {}
        left, right = self.that.left, self.that.right
        difference = expr.Binary("-", left, right)
        return {
            "left": left, "right": right, "actual": left, "expected": right,
            "difference": difference, "distance": expr.Call("abs", (difference,)),
        }  # fmt: skip


class Implies(Check):
    """Where `when` is true, `then` is true as well; where it is not, the rule passes."""

    when: Expression
    then: Expression

    def roles(self) -> Mapping[str, str]:
        return _roles(when=self.when, then=self.then)

    def truth(self) -> Node:
        return expr.Logic("or", (expr.Logic("not", (self.when,)), self.then))


class Integer(Check):
    """`cell` is a whole number, not below zero unless `signed`; undetermined where it is missing.

    That it is whole is settled at the door of the dataset (FORM-01); here its sign is.
    """

    cell: Expression
    signed: bool = False

    def roles(self) -> Mapping[str, str]:
        return _roles(cell=self.cell)

    def truth(self) -> Node:
        if self.signed:
            return expr.Compare("==", self.cell, self.cell)
        return expr.Compare(">=", self.cell, expr.Number(0))

    def operands(self) -> Mapping[str, Node]:
        return {"value": self.cell, "actual": self.cell}


class Range(Check):
    """`cell` lies between `least` and `most`, both included, as far as they are given."""

    cell: Expression
    least: Expression | None = None
    most: Expression | None = None

    def roles(self) -> Mapping[str, str]:
        bounds = {name: node for name, node in (("least", self.least), ("most", self.most)) if node is not None}
        return _roles(cell=self.cell, **bounds)

    def truth(self) -> Node:
        bounds: list[Node] = []
        if self.least is not None:
            bounds.append(expr.Compare(">=", self.cell, self.least))
        if self.most is not None:
            bounds.append(expr.Compare("<=", self.cell, self.most))
        if not bounds:
            return expr.Compare("==", self.cell, self.cell)
        return bounds[0] if len(bounds) == 1 else expr.Logic("and", tuple(bounds))

    def operands(self) -> Mapping[str, Node]:
        bounds = {name: node for name, node in (("least", self.least), ("most", self.most)) if node is not None}
        return {"value": self.cell, "actual": self.cell, **bounds}


class Required(Check):
    """Every one of `cells` holds a number: a blank, a dash and a lost cell are all missing."""

    cells: CellNames

    def roles(self) -> Mapping[str, str]:
        return dict.fromkeys(self.cells, "cell")

    def truth(self) -> Node:
        known = tuple(expr.Call("known", (expr.Cell(cell),)) for cell in self.cells)
        return known[0] if len(known) == 1 else expr.Logic("and", known)

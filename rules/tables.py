"""Checks on tables as they were printed: whether they are there, whole, filled and known."""

from collections.abc import Iterable, Iterator, Sequence

from govrules.form import Block, Form, Table
from govrules.report import CellRecord, Report
from govrules.rule import Check, Verdict, failed, not_applicable, passed, undetermined


def _table(form: Form, name: str) -> Table:
    table = form.table(name)
    if table is None:
        raise ValueError(f"the form {form.name} has no table {name!r}")
    return table


def _printed(report: Report, table: Table, form: Form) -> bool:
    """Tell whether a table was found, printed in the report's own form."""
    return report.tables.get(table.id) == form.name


def _lines(records: Iterable[CellRecord]) -> tuple[int, int] | None:
    lines = [record.line for record in records if record.line]
    return (min(lines), max(lines)) if lines else None


class Tables(Check):
    """Every table that the form requires is there; one whose section is reported empty is not named again."""

    scope = "report"

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        missing = [table for table in form.tables if table.required and table.id not in report.tables]
        named = [
            table for table in missing if not ((found := report.section(table.section)) is not None and found.empty)
        ]
        if not missing:
            yield passed()
        elif not named:
            yield not_applicable()
        else:
            yield failed(tables="、".join(table.title for table in named), count=len(named), lines=report.lines)


class RowsComplete(Check):
    """Every row of a table was found; rows that another accepted form prints instead count as well."""

    scope = "report"
    table: str

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        table = _table(form, self.table)
        if not _printed(report, table, form):
            yield not_applicable()
            return
        missing = [
            row.title
            for block in table.blocks
            for row in block.rows
            if row.title and not _found(report, block.cells(row)) and not _replaced(report, row.id, form)
        ]
        if missing:
            yield failed(rows="、".join(missing), count=len(missing), lines=_lines(report.cells.values()))
        else:
            yield passed()


def _found(report: Report, cells: Iterable[tuple[object, str]]) -> bool:
    return any((record := report.cells.get(cell)) is not None and record.kind != "missing" for _, cell in cells)


def _replaced(report: Report, row: str, form: Form) -> bool:
    """Tell whether a row of another form stands in for `row`: its parent, as 其他处理 was one row before 2021."""
    parent = row.rsplit(".", 1)[0]
    return any(
        cell.rsplit(".", 1)[0] == parent and cell not in form.cells and record.kind != "missing"
        for cell, record in report.cells.items()
    )


class BlocksComplete(Check):
    """Every block of a table was found: a block none of whose rows was found is missing."""

    scope = "report"
    table: str

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        table = _table(form, self.table)
        if not _printed(report, table, form):
            yield not_applicable()
            return
        missing = [block.headers[0] for block in table.blocks if not self._any(report, block)]
        if missing:
            yield failed(blocks="、".join(missing), count=len(missing), lines=_lines(report.cells.values()))
        else:
            yield passed()

    def _any(self, report: Report, block: Block) -> bool:
        return any(_found(report, block.cells(row)) for row in block.rows)


class Filled(Check):
    """No cell of a table is blank or a dash. Grade `closes`: the table's sums hold when blanks count as zero."""

    scope = "report"
    grades = ("closes",)
    table: str

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        table = _table(form, self.table)
        if table.id not in report.tables:
            yield undetermined(f"没有读到{table.title}表")
            return
        cells = {cell.id for cell in table.cells()}
        empty = [r for name, r in report.cells.items() if name in cells and r.kind in {"blank", "mark", "word"}]
        if not empty:
            unsure = any(name in cells and r.kind == "blank_unknown" for name, r in report.cells.items())
            yield undetermined("无法分辨 0 与空白") if unsure else passed()
            return
        labels = {cell.id: cell.label for cell in table.cells()}
        shown = "、".join(labels[record.cell] for record in empty[:5]) + ("等" if len(empty) > 5 else "")
        grade = "closes" if _closes(report, table) else "default"
        yield failed(grade, cells=[r.cell for r in empty], lines=_lines(empty), count=len(empty), shown=shown)


def _closes(report: Report, table: Table) -> bool:
    """Tell whether every row sum and tie of a table holds with blanks as zero and no total blank."""
    value = {name: record.value for name, record in report.cells.items()}
    totals = {cell.id for cell in table.cells() if cell.total}
    if any(value.get(total) is None for total in totals):
        return False
    for block in table.blocks:
        for row in block.rows:
            cells = {column.id: value.get(cell) or 0 for column, cell in block.cells(row)}
            for total, parts in table.row_sums:
                if total in cells and cells[total] != sum(cells.get(part, 0) for part in parts):
                    return False
    return all(_tie_holds(value, table, left, right) for left, right in table.ties)


def _tie_holds(value: dict[str, int | float | None], table: Table, left: Sequence[str], right: Sequence[str]) -> bool:
    for column in table.columns:
        one, other = (sum(value.get(f"{row}.{column.id}") or 0 for row in side) for side in (left, right))
        if one != other:
            return False
    return True


class KnownRows(Check):
    """Every printed row of a table is one that some form knows."""

    scope = "report"
    table: str

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        table = _table(form, self.table)
        if table.id not in report.tables:
            yield undetermined(f"没有读到{table.title}表")
            return
        unknown = [row for row in report.extra if row.table == table.id]
        for row in unknown:
            label = row.label or "（无标签）"
            yield failed(label=label, shown="、".join(row.values), lines=(row.line, row.line))
        if not unknown:
            yield passed()


class UnitStated(Check):
    """A cell that is not zero states its unit; otherwise the unit of the form was assumed."""

    scope = "report"
    cell: str

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        record = report.cells.get(self.cell)
        if record is None or record.value is None:
            yield undetermined(f"缺少 {self.cell}")
        elif record.flag == "upstream":
            yield undetermined("数据来自其他程序，原文是否写明单位不得而知")
        elif record.value and record.raw.strip("+-0123456789.,， ") == "":
            unit = form.cells[self.cell].unit if self.cell in form.cells else record.unit
            yield failed(cells=[self.cell], lines=(record.line, record.line), raw=record.raw, unit=unit)
        else:
            yield passed()

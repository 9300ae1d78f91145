"""城南区 (made up): a form, rules, words of prose, a check kind and two readers of a third party."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from govrules.errors import ReadError
from govrules.form import Form
from govrules.hooks import hookimpl
from govrules.read.document import Document
from govrules.read.text import read_text
from govrules.report import Reader, Report
from govrules.rule import Check, Verdict, failed, passed, undetermined

_HERE = files("govrules_chengnan")
_SEAL = "城南报告/1\n".encode()


class MostOfTotal(Check):
    """The row `row` is at most `share` of the row `of` in the total column; undetermined where one is missing."""

    scope = "report"
    row: str
    of: str
    share: float

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:  # noqa: ARG002
        part, whole = (report.cells.get(f"{row}.total") for row in (self.row, self.of))
        if part is None or whole is None or part.value is None or whole.value is None:
            yield undetermined("缺少总计")
        elif part.value > self.share * whole.value:
            yield failed(cells=[part.cell, whole.cell], part=part.value, whole=whole.value)
        else:
            yield passed()


def read_report(content: bytes, source: str) -> Document:
    """Read a `.report` file: a line that says what it is, then the report as text."""
    return read_text(content.removeprefix(_SEAL), source)


@dataclass(frozen=True, slots=True)
class ExportReader:
    """Reads what the office system of the district exports: GB 18030, a record a line of the report, split in fields.

    Raises ReadError where the export says another version.
    """

    record: str = "\x1e"
    field: str = "\x1f"
    version: str = "CNX2"

    def __call__(self, content: bytes, source: str) -> Document:
        version, *records = content.decode("gb18030", "replace").split(self.record)
        if version != self.version:
            raise ReadError(f"is an export of version {version[:20]!r}", where=source, hint=f"export as {self.version}")
        return read_text("\n".join(record.replace(self.field, "|") for record in records).encode(), source)


@hookimpl
def govrules_checks() -> Mapping[str, type[Check]]:
    """Give the one check kind."""
    return {"most_of_total": MostOfTotal}


@hookimpl
def govrules_forms() -> Iterable[Traversable]:
    """Give the form of the district."""
    return [_HERE / "form.yaml"]


@hookimpl
def govrules_rulesets() -> Iterable[Traversable]:
    """Give the rules of the district, its words of prose, and what it changes for reports of its province."""
    return [_HERE / "rules.yaml", _HERE / "prose.yaml", _HERE / "province.yaml"]


@hookimpl
def govrules_readers() -> Mapping[str, Reader]:
    """Give the readers of `.report` and `.cnx` files."""
    return {".report": read_report, ".cnx": ExportReader()}

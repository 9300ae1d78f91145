"""The check kinds: the vocabulary that rule files may use. A plugin like any other."""

from collections.abc import Mapping

from govrules.hooks import hookimpl
from govrules.rule import Check

from .arithmetic import Compare, Equal, Implies, Integer, Range, Required, Sum
from .document import Period, SameYear, SeparateReports, TitleShape
from .figures import Average, Growth, Parts, Shares, ShareTotal
from .sections import SectionContent, SectionHeadings, SectionOrder, Sections
from .states import Balance, Contradicts, SameFigure, States
from .tables import BlocksComplete, Filled, KnownRows, RowsComplete, Tables, UnitStated

KINDS: Mapping[str, type[Check]] = {
    "average": Average,
    "balance": Balance,
    "contradicts": Contradicts,
    "growth": Growth,
    "parts": Parts,
    "same_figure": SameFigure,
    "share_total": ShareTotal,
    "shares": Shares,
    "states": States,
    "blocks_complete": BlocksComplete,
    "compare": Compare,
    "equal": Equal,
    "filled": Filled,
    "implies": Implies,
    "integer": Integer,
    "known_rows": KnownRows,
    "period": Period,
    "range": Range,
    "required": Required,
    "rows_complete": RowsComplete,
    "same_year": SameYear,
    "section_content": SectionContent,
    "section_headings": SectionHeadings,
    "section_order": SectionOrder,
    "sections_present": Sections,
    "separate_reports": SeparateReports,
    "sum": Sum,
    "tables_present": Tables,
    "title": TitleShape,
    "unit_stated": UnitStated,
}


@hookimpl
def govrules_checks() -> Mapping[str, type[Check]]:
    """Give every built-in check kind."""
    return KINDS

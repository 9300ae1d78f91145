"""The check kinds: the vocabulary that rule files may use. A plugin like any other."""

from collections.abc import Mapping

from govrules.hooks import hookimpl
from govrules.rule import Check

from .arithmetic import Compare, Equal, Implies, Integer, Range, Required, Sum
from .bodies import UnitSlip, ZeroFor
from .deadline import PublishedAfterYear, PublishedBy
from .document import Period, SameYear, SeparateReports, TitleShape
from .figures import Average, Growth, Shares, ShareTotal
from .integrity import ForeignText, OfficialPage, SimplifiedScript
from .parts import Parts
from .privacy import IdentityNumbers, MobileNumbers, PersonalDetails
from .prose import Mentioned, Slips, Slogans, Unwanted
from .sections import SectionContent, SectionHeadings, SectionOrder, Sections
from .statements import FeeStatements, ListLength, ProblemsAndMeasures
from .states import Balance, Contradicts, SameFigure, States
from .structure import Aspects, Contact, Documents, FormVersion, OwnName, SectionLength, SectionTitles
from .tables import BlocksComplete, Filled, KnownRows, RowsComplete, Tables, UnitStated
from .topics import AnnexPresent, DeclaredParts, TopicStated, TopicsTold
from .wording import StatedYear, WordsFound
from .words import worded

KINDS: Mapping[str, type[Check]] = {
    "annex_present": AnnexPresent,
    "aspects": Aspects,
    "average": Average,
    "balance": Balance,
    "blocks_complete": BlocksComplete,
    "compare": Compare,
    "contact": Contact,
    "contradicts": Contradicts,
    "declared_parts": DeclaredParts,
    "equal": Equal,
    "documents": Documents,
    "fee_statements": FeeStatements,
    "filled": Filled,
    "foreign_text": ForeignText,
    "form_version": FormVersion,
    "growth": Growth,
    "identity_numbers": IdentityNumbers,
    "implies": Implies,
    "integer": Integer,
    "known_rows": KnownRows,
    "list_length": ListLength,
    "mentioned": Mentioned,
    "mobile_numbers": MobileNumbers,
    "official_page": OfficialPage,
    "own_name": OwnName,
    "parts": Parts,
    "period": Period,
    "personal_details": PersonalDetails,
    "problems_and_measures": ProblemsAndMeasures,
    "published_after_year": PublishedAfterYear,
    "published_by": PublishedBy,
    "range": Range,
    "required": Required,
    "rows_complete": RowsComplete,
    "same_figure": SameFigure,
    "same_year": SameYear,
    "section_content": SectionContent,
    "section_headings": SectionHeadings,
    "section_length": SectionLength,
    "section_order": SectionOrder,
    "section_titles": SectionTitles,
    "sections_present": Sections,
    "separate_reports": SeparateReports,
    "share_total": ShareTotal,
    "shares": Shares,
    "simplified_script": SimplifiedScript,
    "slips": Slips,
    "slogans": Slogans,
    "stated_year": StatedYear,
    "states": States,
    "sum": Sum,
    "tables_present": Tables,
    "title": TitleShape,
    "topic_stated": TopicStated,
    "topics_told": TopicsTold,
    "unit_slip": UnitSlip,
    "unit_stated": UnitStated,
    "unwanted": Unwanted,
    "words_found": WordsFound,
    "zero_for": ZeroFor,
}


@hookimpl
def govrules_checks() -> Mapping[str, type[Check]]:
    """Give every built-in check kind."""
    return worded(KINDS)

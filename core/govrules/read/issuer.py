"""Which body a report is of whose title does not say it: the name in its first sentences, or beside its date."""

from __future__ import annotations

import re
from collections.abc import Sequence

from govrules.read.normalise import HAN, compact
from govrules.read.title import MAX_TITLE, PHRASE, YEAR, issuer_of, without_spam
from govrules.report import Line, Title

_LINES, _LONGEST = 15, 1500
_NAME = rf"[{HAN}()·]"
_ORGAN = (
    r"(?:政府|政府办|管委会|管理委员会|委员会|办公厅|办公室|公开办|局|厅|委|院|镇|乡|街道|街道办|办事处|中心|部|处|署|总队|支队"
    r"|大学|学院|学校|医院|园区|新区|高新区|开发区|示范区|联合会|协会|公司|自治州|省|市|州|县|区|旗)"
)
# Compiled when first needed, which takes its time: most reports have a title.
_IS_ORGAN = rf"{_NAME}+{_ORGAN}"
# 我局, 县政府办公室: no place, so no name; but 市中区, 镇平县 and 乡宁县 are places.
_GENERIC = re.compile(
    r"[我本全各该此局委厅办]|省|市(?![中南北]区)|[县区州]|[镇乡](?:人民|党|政|机关)|街道(?:办|党|$)|部门|单位|上级|有关|相关"
    r"|国务院|国家$|中共中央|中华人民共和国$"
)
_NO_NAME = re.compile(
    r"我|推进|关于|有关|根据|按照|要求|印发|通知|做好|以及|其他|情况|工作(?!管理|委员|站|部)|信息(?!化|产业|中心|技术)|报告|条例|公众"
)
_OF_YEAR = rf"(?:{YEAR.replace('?P<year>', '?:')}年?度?的?)?"
_REPORT = PHRASE.replace("?P<phrase>", "?:")
_ISSUER = rf"(?P<issuer>{_NAME}{{2,30}}?)"
_UNDATED = rf"{_ISSUER}{PHRASE}"
_ALIAS = re.compile(r"\((?:以下)?[简统通]?称[^()]{0,30}\)")
_IN_BRACKETS = re.compile(r"\([^()]*\)$")  # 镇政府(机关)
_OFFICE_FOR_THIS = re.compile(r"(?:信息|政务)公开.*$")
_SAID = (
    # a title without a year
    rf"^{_ISSUER}{_REPORT}$",
    # 现公布 / 编制《 … 2022年政府信息公开工作年度报告》, but not 《 … 年度报告有关事项的通知》
    (
        rf"(?:现将|现就|公布|发布|公开|编制|编写|撰写|形成|制作)了?{_OF_YEAR}{_ISSUER}(?:关于)?{_OF_YEAR}{_REPORT}"
        r"(?!有关|格式|编制工作)"
    ),
    rf"《{_OF_YEAR}{_ISSUER}(?:关于)?{_OF_YEAR}{_REPORT}(?:\(.{{1,6}}\))?》",
    rf"(?:^|[,。;:]){_ISSUER}向社会(?:公布|公开|发布)",
    rf"由{_ISSUER}(?:负责)?(?:编制|汇编|编写|撰写|根据|依据|按照|综合)",
    (
        r"(?:发布机构|发布机关|发布单位|发文机关|公开机关|公开单位|信息来源|文章来源|来源|责任单位|制发机构|单位名称)[:|]"
        rf"{_ISSUER}(?![{HAN}])"
    ),
    rf"(?:做好|推进|规范|加强){_ISSUER}(?:政府|政务)?信息公开",
    rf"(?:^|[,。;:]){_ISSUER}(?:编制|编写|撰写|制作)了?{_OF_YEAR}{_REPORT}",
    # who acts first: 2022年,XX镇认真贯彻 …
    (
        rf"(?:^|[。:])(?:20\d\d年(?:度|来|以来)?,?)?{_ISSUER}"
        r"(?:坚持|认真|深入|严格|紧紧|紧密|围绕|全面|积极|切实|持续|高度|始终|继续|贯彻|按照|不断|进一步|扎实|着力|深化|以习近平)"
    ),
    rf"请?(?:与|联系|致电){_ISSUER}(?:党政(?:综合)?办|(?:政府|政务)?(?:信息|政务)公开)",
)


def issuer_in_text(lines: Sequence[Line]) -> tuple[str, int] | None:
    """Give the name of the body and the number of the line that says it; None where the opening names none.

    What announces the report goes before who compiled it, what a page says of its source, who acts first, and whom to
    ask. The office that compiled it for a government stands for the government.
    """
    opening = [(line.number, _plain(line)) for line in lines[:_LINES]]
    for said in _SAID:
        for number, text in opening:
            for found in re.finditer(said, text):
                name = _IN_BRACKETS.sub("", _OFFICE_FOR_THIS.sub("", found["issuer"]))
                if _is_name(name):
                    return name, number
    return None


def undated_title(lines: Sequence[Line]) -> Title | None:
    """Find a title that lacks the year: the name of a body and of the report on one of the first lines, no more."""
    for line in lines[:_LINES]:
        text = without_spam(compact(line.text)).replace(" ", "") if len(line.text) <= MAX_TITLE else ""
        found = re.fullmatch(_UNDATED, text)
        issuer = issuer_of(found["issuer"]) if found else None
        if found and issuer and _is_name(issuer):
            return Title(text, line.number, issuer, None, found["phrase"])
    return None


def _is_name(text: str) -> bool:
    return bool(re.fullmatch(_IS_ORGAN, text)) and not _GENERIC.match(text) and not _NO_NAME.search(text)


def _plain(line: Line) -> str:
    """Give the beginning of a line without spaces, spam, and what is put in brackets to say a name in short."""
    return _ALIAS.sub("", without_spam(compact(line.text)).replace(" ", "")[:_LONGEST])

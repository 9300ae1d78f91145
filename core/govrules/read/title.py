"""Titles: which body, which year. `XX人民政府2021年政府信息公开工作年度报告` and the ways real pages write it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from govrules.read.normalise import HAN, compact, normalise, simplified
from govrules.report import Line, Title, YearFrom

_SUBJECT = r"(?:政府|政务|政府政务|党务政务)?信息(?:与政务)?公开(?:工作)?(?:情况)?的?"
_NAME = r"(?:年度工作报告|年度报告|年度工作年报|年度总结|工作年报|年报告?|工作报告|情况报告|工作总结|总结|报告)"
PHRASE = rf"(?P<phrase>{_SUBJECT}{_NAME}|政务公开(?:工作)?(?:年度工作报告|年度报告|年报))"
YEAR = r"(?P<year>(?:19|20)\d{2}|[一二][〇○零oO0九][〇○零oO0一二三四五六七八九]{2})"
# Behind a title: 公开版, the body or the month in brackets, the body behind a long dash; or the site whose page it is,
# which is most often not the body.
_BODY = r"[\((](?P<bracketed>.{0,20})[\))]|——(?P<dashed>[^,。;:、\d]{2,20})"
_SITE_NAME = r"[-—_|][^,。;:、\d]{0,20}(?:政府|[网站委局厅办院省市县区州旗镇乡]|平台|门户|街道)"
_END = rf"(?:{_BODY}|{_SITE_NAME})?[。.]?"
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        rf"(?P<issuer>.{{0,40}}?)(?:关于)?{YEAR}年?度?的?{PHRASE}{_END}",
        rf"{YEAR}年?度?(?P<issuer>.{{2,40}}?)(?:关于)?{PHRASE}{_END}",
        rf"(?P<issuer>.{{0,40}}?){PHRASE}[-—]*[\((]?{YEAR}年?度?[\))]?{_END}",
        rf"(?P<issuer>.{{0,40}}?)(?:关于)?(?P<subject>{_SUBJECT}){YEAR}(?:年度?)??的?(?P<name>{_NAME}){_END}",
    )
)
_ORGAN = (
    rf"[{HAN}()·]{{2,30}}(?:政府|委员会|局|厅|办公室|办|委|院|镇|乡|街道|中心|部|处|署|总队|支队|公司|大学|学院|学校|医院"
    r"|园区|新区|开发区|示范区|联合会|协会|办事处)"
)
_SITE = r"(?:官网|网站|入口|平台|登录|注册|下载|网址|竞猜|投注|APP|app)"
_GAMES = r"(?:中国|国际|体育|娱乐|电竞|彩票|棋牌|官方|最新|全站|综合)"
# Names that betting sites inject; those that are also names of places only with the trade behind them.
_SPAM = re.compile(
    rf"[A-Za-z0-9]{{2,12}}(?:\({_GAMES}+\))?(?:{_GAMES}*官网|官方网站|(?:体育|娱乐|彩票|棋牌){_SITE}){_SITE}*"
    rf"|(?:亚博|必威|乐鱼|华体会|凯发|博狗|韦德|伟德|新葡京|威尼斯人|太阳城|六合彩|爱游戏){_GAMES}*{_SITE}*"
    rf"|(?:开云|永利|万博|米兰|银河|皇冠|金沙|九游|星空)(?:体育|娱乐|电竞|棋牌){_GAMES}*{_SITE}*"
    rf"|(?:欧洲杯|世界杯|欧冠)(?:决赛)?(?:竞猜|投注|下注|买球){_SITE}*"
)
_LEAD = re.compile(r"^(?:【[^】]{1,8}】|标题:|首页|当前位置:?.*[>»]|.*[>»]|《|【|[一二三四五六七八九十]+、|\d+[.、])+")
_DIGITS = {"〇": "0", "○": "0", "零": "0", "o": "0", "O": "0"} | dict(
    zip("一二三四五六七八九", "123456789", strict=True)
)
_PERIOD_YEAR = re.compile(r"(20\d{2})年1月1日.{0,6}?(?:至|到|-|—|~|起至)")
_YEAR_IN_TEXT = re.compile(r"(?<!\d)((?:19|20)\d{2})年(?:度|以来|,|,|全年|,?我|政府信息公开)")
# A sentence that names the report is no title: 现将…公布如下, 根据…要求,….
_NO_NAME = re.compile(r"[,;:。]|^(?:根据|按照|依据|依照|现将|现公布|现发布|现就|本报告)")
# Words around the name of a report that is spoken of in a sentence.
_SPEAKS = re.compile(r"(?:[,;、《]|现将|现就|根据|按照|公布|发布|编制|的|与|和)$")
_IS_SPOKEN_OF = re.compile(
    r"[,;。、》]|公布|发布(?!时间|日期|机构|单位)|如下|予以|的|等|已|于|向|进行|有关|编制|解读|图解"
)
_OF_YEAR = re.compile(rf"{YEAR}年?度?$")
MAX_TITLE = 60
_OPENING_LINES, _OPENING, _MOST_PIECES = 5, 300, 3


def parse_title(text: str, line: int) -> Title | None:
    """Read a title line; None when the line is not one. Spam put into it is taken out before it is read."""
    text = _LEAD.sub("", without_spam(compact(text).replace(" ", "")))
    if not 8 <= len(text) <= MAX_TITLE:
        return None
    for shape in _SHAPES:
        found = shape.fullmatch(text)
        if found:
            year = _year(found["year"])
            if not 2000 <= year <= 2100 or _NO_NAME.search(found["issuer"]):
                return None
            said = found.groupdict()
            behind = said["bracketed"] or said["dashed"] or ""
            issuer = issuer_of(said["issuer"]) or (behind if is_organ(behind) else None)
            return Title(text, line, issuer, year, said.get("phrase") or f"{said['subject']}{said['name']}")
    return None


def titles(lines: Sequence[Line]) -> list[Title]:
    """Find every title line, also one broken over two lines or with the body's name on the line before."""
    found: list[Title] = []
    for here, line in enumerate(lines):
        if len(line.text) > MAX_TITLE * 2:
            continue
        before = lines[here - 1] if here else None
        title = parse_title(line.text, line.number)
        if title is None and before is not None and len(before.text) + len(line.text) <= MAX_TITLE:
            title = _broken(before, line)
        if title is not None and title.issuer is None and before is not None and is_organ(before.text):
            name = _LEAD.sub("", compact(before.text).replace(" ", ""))
            title = Title(name + title.text, before.number, name, title.year, title.phrase)
        if title is not None and (not found or found[-1].line != title.line):
            found.append(title)
    return found


def opening_title(lines: Sequence[Line]) -> Title | None:
    """Find a title that other words follow on its line, or go before, with spaces around it; None where none opens."""
    for line in lines[:_OPENING_LINES]:
        pieces = normalise(simplified(line.raw[:_OPENING])[0]).split()
        for first in range(len(pieces)):
            most = _MOST_PIECES if not first or _OF_YEAR.search(pieces[first]) else 1
            for last in range(first + 1, first + 1 + most):
                title = parse_title("".join(pieces[first:last]), line.number)
                if title is not None and (not first or title.issuer) and not is_spoken_of(pieces, first, last):
                    return title
    return None


def is_spoken_of(pieces: Sequence[str], first: int, last: int) -> bool:
    """Tell whether the words around some pieces of a text make a sentence of them."""
    before, behind = pieces[first - 1] if first else "", "".join(pieces[last : last + 2])
    return bool(_SPEAKS.search(before) or _IS_SPOKEN_OF.match(behind))


def _broken(before: Line, line: Line) -> Title | None:
    """A title over two lines: the first must hold the year or the body, and not be a whole title or heading itself."""
    first = compact(before.text)
    if first.endswith(("。", ";", ":", ",")) or not re.search(r"20\d{2}年?度?$|公开$|工作$", first):
        return None
    return parse_title(first + compact(line.text), before.number)


def is_organ(text: str) -> bool:
    """Tell whether a line is just the name of a public body."""
    return bool(re.fullmatch(_ORGAN, _LEAD.sub("", compact(text).replace(" ", ""))))


def without_spam(text: str) -> str:
    """Give text without injected names of betting and similar sites."""
    return _SPAM.sub("", text)


def spam(text: str) -> list[str]:
    """List the injected names of betting and similar sites in a text."""
    return [found.group() for found in _SPAM.finditer(text)]


def year_in_text(lines: Sequence[Line]) -> tuple[int | None, YearFrom]:
    """Infer the report year where no title gives it: from the statistics period, else the year most spoken of."""
    opening = lines[: max(40, len(lines) // 4)]
    periods = [int(found) for line in lines for found in _PERIOD_YEAR.findall(compact(line.text).replace(" ", ""))]
    if periods:
        return Counter(periods).most_common(1)[0][0], "period"
    spoken = Counter(int(found) for line in opening for found in _YEAR_IN_TEXT.findall(compact(line.text)))
    ranked = spoken.most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return None, ""
    return ranked[0][0], "text"


def issuer_of(text: str) -> str | None:
    """Give the name of a body as it stands before the name of the report; None where there is none."""
    text = re.sub(r"^(?:关于|中共)|(?:关于|的)$", "", text).strip("·-—_|:《》【】 ")
    text = re.split(r"[-—_|]", text)[-1]  # behind the name of a column: 年报-青石县水务局
    text = re.sub(r"^\(([^()]+)\)$", r"\1", text)
    if text.endswith("人民"):  # 人民政府信息公开 has one 政府 for both words
        text += "政府"
    return text or None


def _year(text: str) -> int:
    return int("".join(_DIGITS.get(character, character) for character in text))

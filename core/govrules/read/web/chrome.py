"""What of a web page is the report: site navigation, notes about the article and footers are cut away."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from govrules.read.document import Part
from govrules.read.normalise import compact, normalise, simplified
from govrules.read.title import parse_title, titles
from govrules.read.web.page import Item, Picture, plain
from govrules.report import Line

_LINKED = re.compile(r"<a>[^<]*</a>|</?a>")
_JOINTS = re.compile(r"[_|丨—–-]+|&gt;|>")
_WORDY = re.compile(r"[^\W_]")
_NAMED = re.compile(r"公开|公開|报告|報告|年报|年報|总结|總結")
_HEADING = re.compile(r"[(（]?[一二三四五六七八九十]{1,3}[、)）.．]\s*\S{2,60}")
_KEYS = (
    "(?:发布|發布|公开|成文|生成|发文|更新|录入|印发)(?:日期|时间|時間)|日期|时间|时 间|(?:信息|文章|稿件)?来源|作者|"
    "编辑|责任编辑|审核|"
    "(?:浏览|访问|阅读|点击)(?:次数|数|量|率)?|字体(?:大小)?|字号|索引号|信息索引|主题分类|主题词|发文字号|文号|文件编号|公开方式|"
    "公开范围|公开类别|公开时限|(?:发布|发文|公开|责任)(?:机构|单位|机关|部门)|组配分类|体裁分类|信息分类|分类|有效性|时效性|"
    "生效日期|废止日期|(?:信息)?名称|标题|文件名|语种|关键词|保护视力色|视力保护色|分享到?|收藏|朗读"
)
_NOTE = re.compile(rf"[\[【(（]?\s{{0,4}}(?:{_KEYS})\s{{0,4}}(?:[\]】)）]\s{{0,4}}[:：]?|[:：]).{{0,120}}")
_PLACE = re.compile(
    r"[【\[]?(?:您?(?:现在|当前)?(?:的|所在)?的?位置|当前栏目|您在这里)[】\]]?\s*[:：].*|(?:首页|网站首页)\s*[>»›].*"
)
_TOOLS = re.compile(
    r"(?:[\s:：|/、\[\]【】()（）]|字体|字号|大|中|小|默认|打印(?:本页|此页|文章)?|关闭(?:本页|窗口|此页)?|分享[到至]?|收藏|"
    r"返回(?:顶部|首页|列表)?|(?:我要)?纠错|下载|保存|放大|缩小|繁体|简体|无障碍|微信|微博|QQ空间|语音播报|A[+-]?)++"
)
_TAIL = re.compile(
    r"[\[【(（<]?\s*(?:[上下]一[篇条页]|相关(?:链接|文章|信息|阅读|附件|解读|报道|稿件|新闻|文件)|扫一扫|扫码|分享[到至]?\s*[:：]|"
    r"打印(?:本页|此页|文章)?\s*[\]】)）]|关闭(?:本页|窗口|此页)|返回(?:顶部|列表|首页)|主\s?办(?:单位)?\s*[:：]|承\s?办(?:单位)?\s*[:：]|"
    r"版权(?:所有|声明|信息)|网站(?:地图|声明|标识|导航|支持|帮助)|联系我们|关于我们|关于本站|友情链接|责任编辑|技术支持|您访问的链接|"
    r"设为首页|本网站由|[©]|Copyright|政府网站|建议使用|推荐使用|【我要纠错】|.{0,20}ICP备|.{0,12}公网安备).{0,150}",
    re.I,
)
_NEAR, _BODY, _LONGEST, _ROW = 20, 200, 120, 3


@dataclass(frozen=True)
class Article:
    """What is left of a page, in reading order, and the lines in which it speaks of itself."""

    items: tuple[Item, ...]
    opening: str


@dataclass(frozen=True, slots=True)
class _Zones:
    """Where a report stands among the items: its title, its first and last heading or table row, what follows it."""

    title: int | None
    begin: int
    first: int
    last: int
    end: int

    def keeps(self, here: int, item: Item, text: str) -> bool:
        """Tell whether an item is the report's: between its headings all is, around them not what sites add."""
        return here == self.title or self.first <= here <= self.last or not _is_chrome(item, text)


def article(items: Sequence[Item], names: Sequence[str]) -> Article:
    """Give the report of a page; where no line of it is a title, one of `names` (what the page is called) may be."""
    texts = [_text(item) for item in items]
    zones = _zones(items, texts)
    kept = [items[here] for here in range(zones.begin, zones.end) if zones.keeps(here, items[here], texts[here])]
    opening = "\n".join(texts[: max(zones.first, zones.title or 0) + _NEAR])
    if zones.title is None and (_size(kept) > _BODY or any(isinstance(item, Picture) for item in kept)):
        kept = [*_title_among(names), *kept]
    return Article(tuple(kept), opening)


def _zones(items: Sequence[Item], texts: Sequence[str]) -> _Zones:
    title = _title(items, texts)
    anchors = [here for here, item in enumerate(items) if _is_anchor(item, texts[here])]
    after = [here for here in anchors if title is None or here > title]
    last = after[-1] if after else title or 0
    tails = (here for here in range(last + 1, len(items)) if _TAIL.fullmatch(texts[here]))
    begin = title or 0 if anchors == after else 0  # unless something of a report stands before its title
    return _Zones(title, begin, after[0] if after else last + 1, last, next(tails, len(items)))


def _title(items: Sequence[Item], texts: Sequence[str]) -> int | None:
    """Give the title of the report: a line, else a note that names it, else the only link that does."""
    found = [here for here in range(len(items)) if _may_name(items[here], texts[here])]
    notes = [here for here in found if _NOTE.fullmatch(texts[here]) or _PLACE.fullmatch(texts[here])]
    links = [here for here in found if _is_linked(items[here])]
    plainly = (here for here in found if here not in notes and here not in links)
    for here in (*plainly, *notes):
        at = _titled(items, texts, here)
        if at is not None:
            return at
    linked = [here for here in links if parse_title(_same(texts[here]), 0)]
    alone = len({texts[here] for here in linked}) == 1 and _size(items) > _BODY
    return linked[0] if alone else None


def _may_name(item: Item, text: str) -> bool:
    return isinstance(item, str) and len(text) <= _LONGEST and bool(_NAMED.search(text))


def _titled(items: Sequence[Item], texts: Sequence[str], here: int) -> int | None:
    """Give where the title begins that ends on a line: there, or on the line before that has its other half."""
    joined = here > 0 and isinstance(items[here - 1], str) and not _is_linked(items[here - 1])
    lines = [Line(at, texts[at], _same(texts[at])) for at in range(here - joined, here + 1)]
    found = titles(lines)
    return found[-1].line if found else None


def _title_among(names: Sequence[str]) -> Iterator[Part]:
    """Give the first name of a page, or part of one, that is the title of a report."""
    pieces = (piece.strip() for name in names for piece in (*_JOINTS.split(name), name))
    title = next((piece for piece in pieces if parse_title(_same(piece), 0)), None)
    if title:
        yield Part(title)


def _same(text: str) -> str:
    return compact(normalise(simplified(text)[0]))


def _text(item: Item) -> str:
    if isinstance(item, str):
        return plain(item)
    return " ".join([box.raw for box in item.boxes]) if isinstance(item, Part) else ""


def _size(items: Sequence[Item]) -> int:
    return sum(len(_text(item)) for item in items if not _is_linked(item))


def _is_linked(item: Item) -> bool:
    """Tell whether a line stands wholly in links, but for what is set between them."""
    return isinstance(item, str) and "<a>" in item and not _WORDY.search(_LINKED.sub("", item))


def _is_anchor(item: Item, text: str) -> bool:
    """Tell whether an item can only be the report's: a heading, or the row of a table of figures."""
    if isinstance(item, Part):
        return len(item.boxes) >= _ROW and not _NOTE.match(text)
    return isinstance(item, str) and "<a>" not in item and bool(_HEADING.fullmatch(text))


def _is_chrome(item: Item, text: str) -> bool:
    if isinstance(item, Picture):
        return False
    return _is_linked(item) or any(shape.fullmatch(text) for shape in (_NOTE, _PLACE, _TOOLS))

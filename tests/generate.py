"""Clean reports made up as data: every figure of a form with its identities kept, and a whole text around them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import opencc
from govrules.form import Cell, Form, Forms, Row
from govrules.load.forms import load_form, order
from govrules.load.parse import read_yaml
from render import laid, render_table

Figures = dict[str, int | float]
Values = Mapping[str, str | None]

FORMS = Path(__file__).parents[1] / "rulesets" / "forms"
_NUMERALS = "一二三四五六七八九"
_GROUPS = {"不予公开": "denied", "无法提供": "unable", "不予处理": "not_processed", "其他处理": "other"}
_USUAL = {"requests.outcome.granted": 10, "requests.outcome.partial": 4, "requests.outcome.unable.not_held": 4}
_Z13_LEAVES: Mapping[str, tuple[str, ...]] = {
    "requests.mode": ("in_person", "online", "letter", "fax", "other"),
    "requests.accepted": ("on_time", "extended"),
    "requests.reply": (
        *("granted", "not_held_or_not_exist", "partial", "unclear_or_other_channel", "other"),
        *("denied.privacy", "denied.trade_secret", "denied.state_secret", "denied.security_stability"),
    ),
}
_CASE_ENDS = ("upheld", "illegal", "other_corrected")
# What converters by machine leave as it is: 后, 于, 里, 征, 准 and the like.
_MACHINE = str.maketrans("後於裏裡徵準製幹係複", "后于里里征准制干系復")


def load_forms() -> Forms:
    """Read the forms of the project."""
    known: dict[str, Form] = {}
    for source in order(read_yaml(file) for file in sorted(FORMS.glob("*.yaml"))):
        form = load_form(source, known)
        known[form.name] = form
    return Forms(known.values())


# Figures


def make_cells(form: Form, rng: random.Random, scale: int = 60) -> Figures:
    """Give a value for every cell of a form, all identities kept; `scale` is about the most requests of a year.

    Money is in 元, or in 万元 where the id says so. Regulations (规章) are only made from a scale of 200 on.
    """
    cells: Figures = dict.fromkeys(form.cells, 0)
    if "z13.requests.total" in cells:
        _fill_statistics(cells, rng, scale)
    if form.table("requests"):
        _fill_requests(form, cells, rng, scale)
    if form.table("reviews") and cells["requests.received_new.total"]:
        _fill_reviews(form, cells, rng, scale)
    if table := form.table("proactive"):
        for row in table.rows:
            if row.id != "proactive.rules" or scale >= 200:
                _fill_proactive(row, cells, rng, scale)
    return cells


def _fill_requests(form: Form, cells: Figures, rng: random.Random, scale: int) -> None:
    table = form.table("requests")
    assert table is not None
    if rng.random() < 0.15:
        return
    outcomes = [row.id for row in table.rows if row.id.startswith("requests.outcome.") and not row.total]
    rare = [row for row in outcomes if row not in _USUAL]
    open_rows = [*_USUAL, *rng.sample(rare, rng.randint(0, 5))]
    for column in (column.id for column in table.columns if not column.total):
        most = max(1, scale if column == "natural" else scale // 8)
        count = rng.randint(1, most) if column == "natural" or rng.random() < 0.25 else 0
        carried_in, carried_out = (rng.choice((0, 0, rng.randint(0, count // 4))) for _ in range(2))
        cells[f"requests.received_new.{column}"] = count - carried_in
        cells[f"requests.carried_in.{column}"] = carried_in
        cells[f"requests.carried_out.{column}"] = carried_out
        cells[f"requests.outcome.total.{column}"] = count - carried_out
        for row, number in _spread(count - carried_out, open_rows, rng).items():
            cells[f"{row}.{column}"] = number
    for row in (row.id for row in table.rows):
        cells[f"{row}.total"] = sum(cells[f"{row}.{c.id}"] for c in table.columns if not c.total)


def _fill_reviews(form: Form, cells: Figures, rng: random.Random, scale: int) -> None:
    table = form.table("reviews")
    assert table is not None
    for total in (column.id for column in table.columns if column.total):
        group = total.removesuffix("total")
        parts = [c.id for c in table.columns if c.id.startswith(group) and not c.total]
        reviewed = cells["review.total"] or "after_review" not in total
        cells[total] = rng.randint(0, max(1, scale // 6)) if reviewed and rng.random() < 0.5 else 0
        cells |= _spread(int(cells[total]), parts, rng)


def _fill_proactive(row: Row, cells: Figures, rng: random.Random, scale: int) -> None:
    def put(column: str, value: float) -> None:
        if f"{row.id}.{column}" in cells:
            cells[f"{row.id}.{column}"] = value

    issued, repealed, before = (rng.randint(0, 1 + scale // 6) for _ in range(3))
    put("issued", issued)
    put("repealed", repealed)
    put("in_force", max(issued - repealed, 0) + before)
    put("created", issued)
    put("newly_published", rng.randint(0, issued))
    put("published_total", issued + before)
    held = rng.choice((0, rng.randint(1, 400)))
    put("items_prev_year", held)
    put("items_change", rng.choice((0, max(-held, rng.randint(-9, 9)))))
    put("decisions", rng.choice((0, rng.randint(1, scale * 20))))
    put("amount_wan", rng.choice((0, round(rng.uniform(0.1, scale * 5), 2))))
    bought = rng.choice((0, rng.randint(1, 40)))
    put("items", bought)
    put("amount", bought * rng.choice((rng.randint(9_000, 90_000), 100 * rng.randint(90, 9_000))))


def _fill_statistics(cells: Figures, rng: random.Random, scale: int) -> None:
    asked = rng.choice((0, *[rng.randint(1, max(1, scale))] * 5))
    for group, leaves in _Z13_LEAVES.items():
        names = [f"z13.{group}.{leaf}" for leaf in leaves]
        cells |= _spread(asked, names[: rng.randint(1, len(names))], rng)
    denied = [name for name in cells if ".denied." in name and not name.endswith(".total")]
    cells["z13.requests.reply.denied.total"] = sum(cells[name] for name in denied)
    for total in ("requests.total", "requests.accepted.total", "requests.reply.total"):
        cells[f"z13.{total}"] = asked
    for group in ("review", "litigation"):
        count = rng.randint(0, scale // 10) if rng.random() < 0.5 else 0
        cells |= {f"z13.{group}.total": count}
        cells |= _spread(count, [f"z13.{group}.{end}" for end in _CASE_ENDS], rng)
    shown = {"gazette": rng.randint(0, 300), "website": rng.randint(1, scale * 900), "press_conf": rng.randint(0, 30)}
    cells |= {f"z13.proactive.{name}": number for name, number in shown.items()}
    cells["z13.proactive.total"] = sum(shown.values())
    cells["z13.complaints"] = rng.choice((0, 0, rng.randint(0, 9)))
    cells["z13.visits_inquiries"] = rng.randint(0, scale * 400)
    cells["z13.fees_collected_wan"] = rng.choice((0, 0, 0, round(rng.uniform(0.01, 2), 2)))


def _spread(count: int, names: Sequence[str], rng: random.Random) -> Figures:
    """Give `count` spread over names, the earlier and the usual ones getting more."""
    weights = [_USUAL.get(name, 3 / (2 + place)) for place, name in enumerate(names)]
    drawn = Counter(rng.choices(names, weights, k=count))
    return {name: drawn[name] for name in names}


# Print


def print_values(form: Form, cells: Mapping[str, int | float], rng: random.Random) -> dict[str, str | None]:
    """Give each cell as a report prints it; in one report of three the figures of table two carry their units."""
    units = rng.random() < 1 / 3
    return {name: _printed(cell, cells[name], units, rng) for name, cell in form.cells.items()}


def _printed(cell: Cell, value: float, units: bool, rng: random.Random) -> str:
    if cell.type == "money" and not cell.in_wan and value:
        return f"{value / 10_000:.2f}万元" if value % 100 == 0 and rng.random() < 0.5 else f"{value}元"
    unit = cell.printed_unit if units and value and cell.table == "proactive" and not cell.in_wan else ""
    if cell.type == "signed" and value:
        words = ("增加", "减少") if units else rng.choice((("+", "-"), ("", "-"), ("增加", "减少")))
        return f"{words[value < 0]}{abs(value)}{unit}"
    return f"{value}{unit}"


def make_report(
    form: Form,
    cells: Mapping[str, int | float],
    year: int,
    issuer: str,
    rng: random.Random,
    dialect: str = "piped_pads",
    *,
    traditional: bool = False,
    values: Values | None = None,
    damage: Callable[[list[str]], list[str]] = list,
) -> str:
    """Give the text of a whole report whose prose agrees with `cells`.

    `values` replaces what the tables print, None being a blank cell; `damage` is done to the lines of every table.
    """
    values = print_values(form, cells, rng) if values is None else values
    known = _Report(form, cells, year, issuer, rng)
    lines = [f"{issuer}{year}年{rng.choice(('', '度')) if year > 2018 else ''}政府信息公开工作年度报告", known.intro()]
    for number, (section, title) in enumerate(known.sections()):
        lines += [f"{_NUMERALS[number]}、{title}", *known.prose(section)]
        for table in (table for table in form.tables if table.section == section):
            lines += [f"{year}年{issuer}{table.title}"] * (section == "statistics")
            lines += laid(damage(render_table(table, values, dialect)), dialect)
    text = "\n".join(lines) + "\n"
    return opencc.OpenCC("s2t").convert(text).translate(_MACHINE) if traditional else text


class _Report:
    """The words of one report; sentences with figures take them from the cells."""

    def __init__(
        self, form: Form, cells: Mapping[str, int | float], year: int, issuer: str, rng: random.Random
    ) -> None:
        self.form, self.cells, self.year, self.issuer, self.rng = form, cells, year, issuer, rng
        self.six = any(section.number for section in form.sections)

    def sections(self) -> list[tuple[str, str]]:
        """Give the ids and titles of the sections, in order."""
        if self.six:
            return [(s.id, self.rng.choice((s.title, *s.variants))) for s in self.form.sections]
        listed = [(s.id, s.title) for s in self.form.sections if s.required]
        return [("overview", "概述"), *listed, *([("statistics", "附件")] if self.form.tables else [])]

    def intro(self) -> str:
        """Give the paragraph that names the law, the period and the contact."""
        year, rng, law = self.year, self.rng, 711 if self.six else 492
        start = rng.choice((f"由{self.issuer}", f"结合{self.issuer}工作实际，", "按照年度报告的要求，"))
        street = rng.choice(("府前路", "人民路", "建设街", "文化路"))
        phone = f"0{rng.randint(310, 999)}-{rng.randint(2_000_000, 8_999_999)}"
        mail = f"xxgk{rng.randint(1, 99)}@example.gov.cn"
        period = rng.choice((f"{year}年1月1日至{year}年12月31日", f"{year}年1月1日起至12月31日止"))
        return (
            f"根据《中华人民共和国政府信息公开条例》（国务院令第{law}号）的规定，{start}编制本报告。"
            f"所列数据的统计期限为{period}。对报告内容有疑问的，请与{self.issuer}联系"
            f"（地址：{street}{rng.randint(1, 199)}号，联系电话：{phone}，电子邮箱：{mail}）。"
        )

    def prose(self, section: str) -> list[str]:
        """Give the paragraphs of a section, before its table."""
        if section == "overview":
            return self._overview()
        if section == "problems":
            return self._problems()
        if section == "other":
            return [self._fee()]
        if section == "fees":
            return [self._legacy_fee()]
        words = {"requests": self._requests, "reviews": self._reviews, "proactive": self._proactive}
        return [words[section]()] if not self.six and section in words else []

    def _overview(self) -> list[str]:
        opening = self.rng.choice(OPENINGS).format(year=self.year, issuer=self.issuer)
        listed = self.rng.random() < 0.5
        paragraphs = [opening]
        for number, (aspect, sentences) in enumerate(ASPECTS.items()):
            said = "".join(self.rng.sample(sentences, 2))
            if aspect == "依申请公开" and self.six:
                said += self._requests() + self._reviews()
            mark = f"（{_NUMERALS[number]}）{aspect}。" if listed else f"{aspect}方面，"
            paragraphs.append(mark + said)
        return paragraphs

    def _requests(self) -> str:
        if "z13.requests.total" in self.cells:
            return self._legacy_requests()
        if not self.six:
            return "依申请公开政府信息工作按规定程序办理，渠道保持畅通。"
        received, carried, closed, left = (self._sum(f"requests.{row}.total") for row in REQUEST_ROWS)
        if not received + carried:
            return self.rng.choice(("本年度未收到政府信息公开申请。", "全年没有收到政府信息公开申请。", ""))
        parts = "，".join(
            f"{name}{self._sum(f'requests.outcome.{group}', 'total')}件"
            for name, group in {"予以公开": "granted", "部分公开": "partial", **_GROUPS}.items()
        )
        said = (
            f"{self.year}年新收到政府信息公开申请{received}件，上年结转{carried}件，结转下年度继续办理{left}件。",
            f"全年新收政府信息公开申请{received}件，办结{closed}件。",
            f"新收政府信息公开申请{received}件，上年结转{carried}件；{parts}；结转下年度继续办理{left}件。",
            f"本年度收到政府信息公开申请{received}件。" if received else "",
            "",
        )
        return self.rng.choice(said)

    def _legacy_requests(self) -> str:
        asked = self._sum("z13.requests.total")
        if not asked:
            return self.rng.choice(("本年度未收到政府信息公开申请。", "全年没有收到政府信息公开申请。"))
        modes = {"当面": "in_person", "传真": "fax", "网络": "online", "信函": "letter", "其他方式": "other"}
        parts = "，".join(f"{name}申请{self._sum(f'z13.requests.mode.{mode}')}件" for name, mode in modes.items())
        whole = f"{self.year}年共收到政府信息公开申请{asked}件"
        return self.rng.choice((f"{whole}。", f"{whole}，其中{parts}。", f"{whole}，依申请公开信息均按程序办理。"))

    def _reviews(self) -> str:
        prefix = "" if self.six else "z13."
        if f"{prefix}review.total" not in self.cells:
            return "行政复议、行政诉讼案件依法办理。"
        reviews = self._sum(f"{prefix}review.total")
        suits = self._sum(f"{prefix}litigation", "total")
        if reviews + suits:
            said = f"因政府信息公开引发行政复议{reviews}件，行政诉讼{suits}件。"
        else:
            said = "全年没有因政府信息公开被申请行政复议、提起行政诉讼。"
        return self.rng.choice((said, "")) if self.six else said

    def _proactive(self) -> str:
        shown = self.cells.get("z13.proactive.total")
        figure = f"全年主动公开政府信息{shown}条。" if shown else "主动公开的范围和时限进一步明确。"
        return "".join([*self.rng.sample(ASPECTS["主动公开"], 1), figure])

    def _fee(self) -> str:
        basis = "依据《政府信息公开信息处理费管理办法》，" if self.year > 2020 and self.rng.random() < 0.5 else ""
        fee = self.rng.choice(("未收取政府信息公开信息处理费。", "收取政府信息公开信息处理费0元。"))
        rest = self.rng.choice(("无其他需要报告的事项。", "没有其他需要报告的事项。"))
        return f"{basis}{self.year}年{self.rng.choice(('', '本机关'))}{fee}{rest}"

    def _legacy_fee(self) -> str:
        fee = self.cells.get("z13.fees_collected_wan", 0)
        if fee:
            return f"{self.year}年依申请公开信息收取费用{fee}万元，没有减免情况。"
        return self.rng.choice(("未收取任何费用，没有减免情况。", "提供政府信息未收取费用，也无费用减免。"))

    def _problems(self) -> list[str]:
        pairs = self.rng.sample(PROBLEMS, self.rng.randint(2, 3))
        problems, measures = (
            "；".join(f"{_NUMERALS[i]}是{pair[side]}" for i, pair in enumerate(pairs)) for side in (0, 1)
        )
        first = self.rng.choice(("工作中还存在一些不足：", "对照群众期待，目前仍存在以下问题："))
        then = self.rng.choice((f"下一步，{self.year + 1}年将从这些方面改进：", "下一步的改进措施："))
        return [f"{first}{problems}。", f"{then}{measures}。"]

    def _sum(self, prefix: str, last: str = "") -> int:
        """Give the sum of the cells under `prefix`; `last` is the last part of the ids to add."""
        names = [n for n in self.cells if n == prefix or (last and n.startswith(f"{prefix}.") and n.endswith(last))]
        return int(sum(self.cells[name] for name in names))


REQUEST_ROWS = ("received_new", "carried_in", "outcome.total", "carried_out")
OPENINGS = (
    "{year}年，{issuer}按照条例和上级部署，稳步推进政府信息公开各项工作。",
    "{year}年，{issuer}把公开透明融入日常履职，政府信息公开工作有序开展。",
    "{year}年以来，{issuer}健全制度、细化分工，政府信息公开质量持续提高。",
)
ASPECTS: Mapping[str, tuple[str, ...]] = {
    "主动公开": (
        "围绕群众关心的事项更新公开目录，做到应公开尽公开。",
        "行政许可、行政处罚等结果信息在作出决定后按时上网。",
        "重要文件出台时同步发布解读材料，方便群众看懂用好。",
        "财政预算、决算和惠民补贴信息按统一样式公开。",
    ),
    "依申请公开": (
        "登记、审核、答复、归档由专人负责，各个环节都有记录。",
        "与申请人主动沟通，弄清所需内容后再行办理。",
        "答复文书统一格式，发出前由法制机构把关。",
        "网上、信函、当面等渠道保持畅通，方便群众提交。",
    ),
    "政府信息管理": (
        "公文拟制时即确定公开属性，发布前落实保密审查。",
        "定期清点已公开文件，及时标注失效和废止状态。",
        "历史文件按年份整理入库，便于检索和查阅。",
    ),
    "政府信息公开平台建设": (
        "网站公开专栏优化检索功能，栏目设置更加清楚。",
        "政务新媒体与网站同步更新，信息来源保持一致。",
        "在服务大厅设置查阅点，配备自助查询设备。",
    ),
    "监督保障": (
        "公开工作列入年度工作考核，结果在单位内部通报。",
        "组织业务培训，邀请专家讲解条例和办理实务。",
        "听取社会评议意见，对提出的建议逐项回应。",
        "本年度没有因公开工作被追究责任的情形。",
    ),
}
PROBLEMS = (
    ("部分信息更新不够及时，个别栏目内容偏少", "完善信息报送和定期巡查机制，及时补充栏目内容"),
    ("政策解读形式较为单一，图表和视频运用不多", "增加图解、问答等解读方式，提高政策知晓度"),
    ("基层公开人员变动较快，业务能力有待提高", "开展分层培训和跟班学习，稳定公开工作队伍"),
    ("答复文书的规范程度还需进一步提升", "编印答复文书样本，重点把好审核关口"),
)

"""Prose about the figures of a report, in many wordings: agreeing with the cells, or with one figure made wrong."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence

from generate import Figures
from govrules.form import Form

Cells = Mapping[str, int | float]
Draft = tuple[str, str, Figures]
"""The topic of a sentence, its template, and the figures of its slots."""

OUTCOMES = {
    "granted": ("予以公开", "同意公开"),
    "partial": ("部分公开", "予以部分公开"),
    "denied": ("不予公开", "决定不予公开"),
    "unable": ("无法提供",),
    "not_processed": ("不予处理",),
    "other": ("其他处理",),
}
CONTRADICTIONS = (
    *("received", "carried_out", *OUTCOMES, "review", "litigation", "denial"),
    *("growth", "share", "parts", "normative"),
)

RECEIVED = (
    "{y}，{who}共收到政府信息公开申请{received}。",
    "{y}{who}新收政府信息公开申请{received}，均按规定程序办理。",
    "{y}受理政府信息公开申请{received}。",
    "依申请公开方面，{y}{who}累计收到信息公开申请{received}。",
    "{y}，{who}共接收{received}政府信息公开申请。",
    "{who}{y}收到公民、法人和其他组织提交的政府信息公开申请{received}。",
    "据统计，{y}{who}新收到依申请公开政府信息{received}，全部纳入台账管理。",
    "{who}规范答复程序，{y}共受理依申请公开事项{received}。",
    "{y}收到的政府信息公开申请为{received}。",
    "{y}，{who}共收到政府信息公开申请{received}，上年结转{carried_in}，结转下年度继续办理{carried_out}。",
    "本年新收政府信息公开申请数量为{received}，上年结转政府信息公开申请数量为{carried_in}。",
    "{y}，{who}新收申请{received}，办结{done}，依申请公开渠道保持畅通。",
    "{y}，{who}依法受理了{received}信息公开申请，答复率为100%。",
    "通过线上线下各渠道，{y}{who}合计收到政府信息公开申请{received}。",
)
CARRIED_IN = (
    "上年结转政府信息公开申请{carried_in}。",
    "上年度结转至本年度办理的政府信息公开申请{carried_in}。",
    "另有上一年度结转的政府信息公开申请{carried_in}。",
    "{last}年结转至本年度继续办理的申请{carried_in}。",
    "由上年结转的申请有{carried_in}，均已列入办理计划。",
    "此外，还办理上年结转申请{carried_in}。",
    "政府信息公开申请上年结转{carried_in}，由原承办科室继续办理。",
    "承接上年结转申请{carried_in}。",
    "上年结转的{carried_in}申请由专人跟进。",
    "上一年度结转申请{carried_in}，已明确办理时限。",
    "连同上年结转的申请{carried_in}，一并登记造册。",
    "从{last}年结转而来的政府信息公开申请为{carried_in}。",
)
OUTCOME = (
    "从办理结果看，{outcomes}。",
    "本年度办结的政府信息公开申请中，{outcomes}。",
    "答复情况如下：{outcomes}。",
    "{y}共办结政府信息公开申请{done}，其中{outcomes}。",
    "按照办理结果划分，{outcomes}。",
    "已办结{done}，具体为：{outcomes}。",
    "经依法审查，{outcomes}，答复文书均已归档。",
    "政府信息公开申请办理结果为：{outcomes}。",
    "{who}依法依规作出处理，{outcomes}。",
    "所有答复均经法制审核，其中{outcomes}。",
    "在已答复的申请中，{outcomes}；结转下年度继续办理{carried_out}。",
    "申请办理结果分别是{outcomes}。",
    "本年度{outcomes}，合计{done}。",
)
OUTCOME_ITEMS = ("{name}{slot}", "{name}的{slot}", "“{name}”{slot}", "{name}的有{slot}", "{name}类{slot}")
OUTCOME_JOINTS = ("，", "、", "；")
CARRIED_OUT = (
    "结转下年度继续办理的政府信息公开申请{carried_out}。",
    "结转下年度继续办理{carried_out}。",
    "截至年底，尚有{carried_out}申请结转下年度继续办理。",
    "{carried_out}政府信息公开申请结转至{next}年办理。",
    "未到答复期限、结转下一年度办理的申请{carried_out}。",
    "年末结转下年办理的申请有{carried_out}。",
    "结转到下年度办理的申请数量为{carried_out}。",
    "其余申请结转下年度办理，共{carried_out}。",
    "按照办理时限，结转下年度的政府信息公开申请为{carried_out}。",
    "至{y0}年12月31日，结转下年度继续办理的申请共计{carried_out}。",
    "另有{carried_out}结转下年度继续办理。",
    "正在办理并结转下一年度的申请{carried_out}，均在法定期限内。",
)
REVIEWS = (
    "{y}因政府信息公开引发行政复议{review}，行政诉讼{litigation}。",
    "{y}，{who}因政府信息公开被申请行政复议{review}、被提起行政诉讼{litigation}。",
    "政府信息公开行政复议案件{review}，政府信息公开行政诉讼案件{litigation}。",
    "涉及政府信息公开的行政复议{review}，涉及政府信息公开的行政诉讼{litigation}。",
    "{y}共发生政府信息公开行政复议{review}、行政诉讼{litigation}，均由专人应对。",
    "申请人不服信息公开答复，提起行政复议{review}，提起行政诉讼{litigation}。",
    "因信息公开产生的行政复议案件为{review}，行政诉讼案件为{litigation}。",
    "{y}政府信息公开行政诉讼{litigation}，行政复议{review}。",
    "与政府信息公开有关的行政复议共{review}，行政诉讼共{litigation}。",
    "{y}，{who}办理政府信息公开类行政复议案件{review}，应诉政府信息公开类行政诉讼案件{litigation}。",
    "针对信息公开申请的答复，当年有{review}行政复议、{litigation}行政诉讼。",
    "政府信息公开工作被申请行政复议{review}；被提起行政诉讼{litigation}。",
)
REVIEWS_SPLIT = (
    "政府信息公开行政诉讼{litigation}，其中未经复议直接起诉{direct}，复议后起诉{after}。",
    "因政府信息公开提起的行政诉讼中，未经复议直接起诉的{direct}，复议后起诉的{after}。",
    "{y}政府信息公开行政复议{review}，行政诉讼{litigation}（未经复议直接起诉{direct}，复议后起诉{after}）。",
    "信息公开行政诉讼方面，未经复议直接起诉{direct}、复议后起诉{after}，共{litigation}。",
    "{y}发生政府信息公开行政复议{review}；未经复议直接起诉的行政诉讼{direct}，复议后起诉的行政诉讼{after}。",
    "{y}，{who}因信息公开被提起行政诉讼{litigation}，未经复议直接起诉和复议后起诉分别为{direct}和{after}。",
    "政府信息公开行政复议总数{review}，未经复议直接起诉总数{direct}，复议后起诉总数{after}。",
    "涉政府信息公开行政诉讼共{litigation}：未经复议直接起诉{direct}，经复议后起诉{after}。",
    "因信息公开引发的行政诉讼案件{litigation}，其中{direct}为未经复议直接起诉，{after}为复议后起诉。",
    "{y}政府信息公开行政复议案件{review}。政府信息公开行政诉讼未经复议直接起诉{direct}，复议后起诉{after}。",
    "未经复议直接起诉的政府信息公开行政诉讼案件{direct}，复议后起诉的案件{after}。",
    "政府信息公开行政诉讼案件总计{litigation}，直接起诉的{direct}，复议后起诉的{after}。",
)
NOT_RECEIVED = (
    "{y}，{who}未收到政府信息公开申请。",
    "{y}没有收到公民、法人和其他组织提出的政府信息公开申请。",
    "{who}{y}未收到依申请公开政府信息的申请。",
    "{y}无政府信息公开申请。",
    "{y}{who}未受理政府信息公开申请。",
    "{y}，{who}没有收到信息公开申请，依申请公开渠道保持畅通。",
    "依申请公开方面，{y}未接到政府信息公开申请。",
    "{y}，{who}未收到任何政府信息公开申请。",
    "{y}{who}收到政府信息公开申请{received}。",
    "{y}尚未收到政府信息公开申请。",
    "{y}，{who}没有受理依申请公开事项。",
    "{y}{who}未收到公民提出的依申请公开政府信息申请。",
)
NO_REVIEWS = (
    "{y}未发生因政府信息公开引起的行政复议、行政诉讼。",
    "{y}，{who}没有因政府信息公开被申请行政复议、提起行政诉讼。",
    "{y}无政府信息公开行政复议和行政诉讼案件。",
    "{y}政府信息公开未引发行政复议和行政诉讼。",
    "{y}没有发生涉及政府信息公开的行政复议、行政诉讼案件。",
    "{y}，{who}未产生政府信息公开行政复议，未产生政府信息公开行政诉讼。",
    "因政府信息公开被申请行政复议{review}、被提起行政诉讼{litigation}。",
    "{y}没有出现因信息公开引起的行政复议或者行政诉讼。",
    "{y}{who}未收到因政府信息公开提起的行政复议和行政诉讼。",
    "{y}未发生政府信息公开行政复议案件，也未发生政府信息公开行政诉讼案件。",
    "政府信息公开行政复议、行政诉讼均未发生。",
    "{y}，{who}无因政府信息公开工作被申请行政复议或被提起行政诉讼的情况。",
)
NORMATIVE = (
    "{y}制发行政规范性文件{issued}，废止{repealed}，现行有效{in_force}。",
    "{y}，{who}共制发行政规范性文件{issued}。",
    "{y}制定行政规范性文件{issued}，废止行政规范性文件{repealed}。",
    "{who}现行有效行政规范性文件{in_force}，全部在网站集中公开。",
    "{y}废止行政规范性文件{repealed}，现行有效行政规范性文件{in_force}。",
    "行政规范性文件本年制发{issued}、废止{repealed}、现行有效{in_force}。",
    "{y}，{who}印发行政规范性文件{issued}，均同步发布解读材料。",
    "规范性文件管理方面，制发规范性文件{issued}，废止规范性文件{repealed}，现行有效规范性文件{in_force}。",
    "{y}共出台行政规范性文件{issued}，截至年底现行有效{in_force}。",
    "主动公开行政规范性文件制发情况：制发{issued}，废止{repealed}。",
    "{y}，{who}新制发行政规范性文件{issued}，宣布废止{repealed}。",
    "{who}集中清理文件，{y}废止行政规范性文件{repealed}，保留现行有效的行政规范性文件{in_force}。",
)
GROWTH = (
    "{y}收到政府信息公开申请{received}，较上年的{base}{more}{rate}。",
    "{last}年收到政府信息公开申请{base}，{y}收到{received}，同比{more}{rate}。",
    "{y}，{who}共收到政府信息公开申请{received}，与上年{base}相比{more}{rate}。",
    "{y}受理政府信息公开申请{received}，比{last}年（{base}）{more}{rate}。",
    "政府信息公开申请由上年的{base}变为{y}的{received}，{more}{rate}。",
    "{y}新收政府信息公开申请{received}，上年为{base}，同比{more}{rate}。",
    "{y}{who}收到政府信息公开申请{received}，比上年{more}{diff}，{more}{rate}。",
    "与上年收到的{base}相比，{y}收到政府信息公开申请{received}，{word}为{rate}。",
    "{y}新收政府信息公开申请{received}，同比{more}{diff}，{word}{rate}。",
    "{y}共收到政府信息公开申请{received}，去年同期{base}，{more}{rate}。",
    "申请数量有所变化，{y}新收政府信息公开申请{received}，较{last}年{base}{more}{diff}，{word}{rate}。",
    "{y}，{who}收到信息公开申请{received}，{last}年同期{base}，同比{more}约{rate}。",
    "{y}收到政府信息公开申请{received}，较{last}年的{base}{more}了{rate}。",
)
SHARES = (
    "在办结的{done}政府信息公开申请中，{shares}。",
    "{y}办结政府信息公开申请{done}，{shares}。",
    "从办理结果看，{shares}。",
    "按答复类型统计，{shares}。",
    "政府信息公开申请答复结果中，{shares}。",
    "办理结果分布为：{shares}。",
    "各类办理结果中，{shares}。",
)
SHARE_ITEMS = (
    "{name}{slot}，占{share}",
    "{name}{slot}（占{share}）",
    "{name}的{slot}，占办结总数的{share}",
    "{name}{slot}，占比{share}",
    "{name}的有{slot}，占比为{share}",
)
APPLICANTS = (
    "{y}收到政府信息公开申请{received}，自然人申请{natural}，占{natural_share}。",
    "{received}政府信息公开申请中，自然人申请{natural}，占{natural_share}，法人和其他组织申请{legal}，占{legal_share}。",
    "{y}新收的{received}申请中，来自自然人的{natural}（{natural_share}），来自法人和其他组织的{legal}（{legal_share}）。",
    "从申请人看，{received}申请中自然人{natural}，占比{natural_share}；法人或其他组织{legal}，占比{legal_share}。",
    "{y}新收政府信息公开申请{received}，其中自然人提出{natural}，占申请总数的{natural_share}。",
    "申请主体以自然人为主，{y}收到申请{received}，其中自然人{natural}，占比为{natural_share}。",
    "{y}收到政府信息公开申请{received}，其中法人和其他组织提出{legal}，占{legal_share}。",
)
PARTS = (
    "{y}收到政府信息公开申请{received}，其中{parts}。",
    "在收到的{received}政府信息公开申请中，{parts}。",
    "{y}新收的{received}政府信息公开申请，按提交方式分：{parts}。",
    "{y}共受理政府信息公开申请{received}：{parts}。",
    "{who}{y}收到信息公开申请{received}（{parts}）。",
    "{y}收到的{received}申请中，{parts}。",
    "从来源看，{y}新收政府信息公开申请{received}，{parts}。",
    "{y}新收政府信息公开申请{received}，具体包括：{parts}。",
    "{y}政府信息公开申请共收到{received}，其中：{parts}。",
    "对{y}收到的政府信息公开申请{received}进行分类，{parts}。",
    "{y}，{who}收到政府信息公开申请{received}，分别为{parts}。",
    "{y}收到依申请公开{received}，内容构成为{parts}。",
)
PART_NAMES = (
    ("网络申请", "信函申请", "当面申请", "其他方式申请"),
    ("通过网上平台提交", "通过邮寄提交", "当面提交", "其他方式提交"),
    ("征地拆迁类", "城乡建设类", "社会保障类", "其他类"),
    ("涉及自然资源", "涉及住房建设", "涉及教育卫生", "涉及其他领域"),
    ("土地管理", "房屋征收", "财政资金", "其他"),
)
APPROXIMATE = (
    "{y}累计受理政府信息公开申请{tens}。",
    "{who}坚持依法答复，{y}收到政府信息公开申请{tens}，群众满意度不断提高。",
    "面对{tens}政府信息公开申请，承办科室逐一核实。",
)
DISTRACTIONS = (
    "12345热线全年受理群众诉求{many}件，按时办结率99.{digit}%。",
    "办理人大代表建议{few}件、政协提案{some}件，答复内容均及时公开。",
    "{last}年办理网民留言{some}条，今年增加到{many}条。",
    "{last}年收到政府信息公开申请{base}，因政府信息公开引发行政复议{few}件。",
    "政务微信公众号发布信息{many}余条，累计阅读量{few}.{digit}万次。",
    "组织政务公开业务培训{few}次，参训人员{some}余人次。",
    "司法行政部门全年办理各类行政复议案件{many}件，调解和解率{digit}0%。",
    "召开新闻发布会{few}场，发布政策解读材料约{some}篇。",
    "公开行政处罚决定{many}宗、行政许可结果{some}件。",
    "收到群众来信{some}封，接待来访{few}批次。",
    "网站全年访问量超过{few}.{digit}万人次，栏目更新{many}多条。",
    "上年度开展专项检查{few}次，整改问题{some}个。",
    "开设专题专栏{few}个，公开重大项目信息{some}条。",
    "持续推进“一件事一次办”，线上办件{many}件，网办率{digit}5%以上。",
)
_NUMERALS = "〇一二三四五六七八九"
_PRINTED = re.compile(r"\{(\w+)\}")


def facts(cells: Cells) -> Figures:
    """Give the figures that prose states, from the cells of the tables."""
    known = {
        "received": _total(cells, "requests.received_new.total"),
        "carried_in": _total(cells, "requests.carried_in.total"),
        "carried_out": _total(cells, "requests.carried_out.total"),
        "done": _total(cells, "requests.outcome.total.total"),
        **{name: _total(cells, f"requests.outcome.{name}") for name in OUTCOMES},
        "natural": _total(cells, "requests.received_new.natural"),
        "review": _total(cells, "review.total"),
        "direct": _total(cells, "litigation.direct.total"),
        "after": _total(cells, "litigation.after_review.total"),
        **{name: _total(cells, f"proactive.normative_docs.{name}") for name in ("issued", "repealed", "in_force")},
    }
    rest = {"litigation": known["direct"] + known["after"], "legal": known["received"] - known["natural"]}
    return {**known, **rest}


def narrate(form: Form, cells: Cells, year: int, rng: random.Random) -> list[str]:
    """Give paragraphs whose figures agree with the cells."""
    return _arranged(_printed(_drafts(form, _with_base(facts(cells), rng), rng), year, rng), rng)


def possible(form: Form, cells: Cells) -> list[str]:
    """Name the contradictions that these cells allow."""
    known = facts(cells)
    cases = known["received"] or known["review"] or known["litigation"]
    fits = {
        **dict.fromkeys(("received", "carried_out", *OUTCOMES, "share"), known["done"] > 0 < known["received"]),
        **dict.fromkeys(("growth", "parts"), known["received"] > 0),
        **dict.fromkeys(("review", "litigation"), known["review"] + known["litigation"] > 0),
        "denial": cases > 0,
        "normative": _has_normative(form),
    }
    return [kind for kind in CONTRADICTIONS if fits[kind]]


def contradict(form: Form, cells: Cells, year: int, rng: random.Random, kind: str) -> tuple[list[str], str]:
    """Give paragraphs with exactly one figure, of a kind in CONTRADICTIONS, that is wrong; and the sentence with it."""
    known = _with_base(facts(cells), rng)
    wrong = _denial(known, rng) if kind == "denial" else _made_wrong(_about(kind, known, rng), kind, known, rng)
    drafts = [draft for draft in _drafts(form, known, rng) if draft[0] != wrong[0]]
    printed = _printed([*drafts, wrong], year, rng)
    return _arranged(printed, rng), printed[-1][1]


def insert(report: str, paragraphs: Sequence[str]) -> str:
    """Give the text of a report with paragraphs after its first heading."""
    return re.sub(r"(?m)^(一、.+)$", lambda found: "\n".join([found[1], *paragraphs]), report, count=1)


# What is said


def _with_base(known: Figures, rng: random.Random) -> Figures:
    """Add what was received the year before, another figure than this year's."""
    new = int(known["received"])
    base = rng.choice([number for number in range(max(1, new // 2), new * 2 + 3) if number != new])
    return known | {"base": base, "diff": abs(new - base)}


def _drafts(form: Form, known: Figures, rng: random.Random) -> list[Draft]:
    said: list[Draft] = []
    if known["received"]:
        said.append(_received(known, rng))
        topics = [topic for topic in _MAKERS if known["done"] or topic not in {"outcomes", "shares"}]
        said += [_MAKERS[topic](known, rng) for topic in topics if rng.random() < 0.45]
        if known["received"] > 20 and known["received"] % 10 and rng.random() < 0.2:
            said.append(("approximate", rng.choice(APPROXIMATE), {"tens": known["received"] // 10 * 10}))
    elif not known["carried_in"]:
        said.append(("received", rng.choice(NOT_RECEIVED), {"received": 0}))
    said.append(_reviews(known, rng))
    if _has_normative(form):
        said.append(_normative(known, rng))
    return said + [("distraction", text, known) for text in rng.sample(DISTRACTIONS, rng.randint(1, 3))]


def _about(kind: str, known: Figures, rng: random.Random) -> Draft:
    """Give a sentence that states the figure of a kind."""
    if kind in OUTCOMES:
        return _outcomes(known, rng, every=True)
    if kind in {"review", "litigation"}:
        slots = {"review"} if kind == "review" else {"litigation", "direct", "after"}
        texts = [text for text in (*REVIEWS, *REVIEWS_SPLIT) if slots & set(_PRINTED.findall(text))]
        return "reviews", rng.choice(texts), known
    if kind == "share":
        return rng.choice((_shares, _applicants))(known, rng)
    if kind == "carried_out":
        return kind, rng.choice(CARRIED_OUT), known
    return {"received": _received, "normative": _normative, **_MAKERS}[kind](known, rng)


def _received(known: Figures, rng: random.Random) -> Draft:
    return "received", rng.choice(RECEIVED), known


def _carried_in(known: Figures, rng: random.Random) -> Draft:
    return "carried_in", rng.choice(CARRIED_IN if known["carried_in"] else CARRIED_IN[:2]), known


def _carried_out(known: Figures, rng: random.Random) -> Draft:
    return "carried_out", rng.choice(CARRIED_OUT if known["carried_out"] else CARRIED_OUT[:2]), known


def _normative(known: Figures, rng: random.Random) -> Draft:
    return "normative", rng.choice(NORMATIVE), known


def _reviews(known: Figures, rng: random.Random) -> Draft:
    if not known["review"] + known["litigation"]:
        return "reviews", rng.choice(NO_REVIEWS), known
    texts = REVIEWS_SPLIT if known["litigation"] and rng.random() < 0.5 else REVIEWS
    return "reviews", rng.choice(texts), known


def _outcomes(known: Figures, rng: random.Random, *, every: bool = False) -> Draft:
    every = every or rng.random() < 0.4
    item, joint = rng.choice(OUTCOME_ITEMS), rng.choice(OUTCOME_JOINTS)
    named = [(slot, rng.choice(names)) for slot, names in OUTCOMES.items() if every or known[slot]]
    listed = joint.join(item.replace("{name}", name).replace("{slot}", f"{{{slot}}}") for slot, name in named)
    return "outcomes", rng.choice(OUTCOME).replace("{outcomes}", listed), known


def _growth(known: Figures, rng: random.Random) -> Draft:
    up = known["received"] > known["base"]
    more = rng.choice(("增长", "上升", "增加") if up else ("下降", "减少"))
    text = rng.choice(GROWTH).replace("{more}", more).replace("{word}", "增幅" if up else "降幅")
    return "growth", text, known | {"rate": 100 * known["diff"] / known["base"]}


def _shares(known: Figures, rng: random.Random) -> Draft:
    item = rng.choice(SHARE_ITEMS)
    slots = [slot for slot in OUTCOMES if known[slot]]
    slots = slots if rng.random() < 0.5 else slots[:1]
    listed = "；".join(
        item.replace("{name}", OUTCOMES[slot][0])
        .replace("{slot}", f"{{{slot}}}")
        .replace("{share}", f"{{{slot}_share}}")
        for slot in slots
    )
    shares = {f"{slot}_share": 100 * known[slot] / known["done"] for slot in slots}
    return "shares", rng.choice(SHARES).replace("{shares}", listed), known | shares


def _applicants(known: Figures, rng: random.Random) -> Draft:
    shares = {f"{slot}_share": 100 * known[slot] / known["received"] for slot in ("natural", "legal")}
    return "applicants", rng.choice(APPLICANTS), known | shares


def _parts(known: Figures, rng: random.Random) -> Draft:
    names = rng.choice(PART_NAMES)
    whole = int(known["received"])
    marks = sorted(rng.randint(0, whole) for _ in names[1:])
    sizes = [high - low for low, high in zip([0, *marks], [*marks, whole], strict=True)]
    joint = rng.choice(("，", "、", "；"))
    listed = joint.join(f"{name}{{part{n}}}" for n, name in enumerate(names))
    parts = {f"part{n}": size for n, size in enumerate(sizes)}
    return "parts", rng.choice(PARTS).replace("{parts}", listed), known | parts


_MAKERS: dict[str, Callable[[Figures, random.Random], Draft]] = {
    "carried_in": _carried_in,
    "outcomes": _outcomes,
    "carried_out": _carried_out,
    "growth": _growth,
    "shares": _shares,
    "applicants": _applicants,
    "parts": _parts,
}


# What is wrong


def _made_wrong(draft: Draft, kind: str, known: Figures, rng: random.Random) -> Draft:
    topic, text, values = draft
    slots = _PRINTED.findall(text)
    if kind == "growth":
        return topic, text, values | {"rate": _far_from([values["rate"]], rng)}
    if kind == "share":
        slot = rng.choice([slot for slot in slots if slot.endswith("_share")])
        part = known[slot.removesuffix("_share")]
        wholes = (known["received"], known["done"], known["received"] + known["carried_in"])
        return topic, text, values | {slot: _far_from([100 * part / whole for whole in wholes if whole], rng)}
    if kind == "parts":
        slot = rng.choice([slot for slot in slots if slot.startswith("part") and values[slot]])
        return topic, text, values | {slot: values[slot] - rng.randint(1, int(values[slot]))}
    slot = rng.choice([slot for slot in slots if slot in _SLOTS.get(kind, (kind,))])
    right, asked = int(known[slot]), {known["received"], known["received"] + known["carried_in"], known["done"]}
    taken = {known[name] for name in _SLOTS.get(kind, ())} | {known["granted"] + known["partial"], right, *asked}
    return topic, text, values | {slot: rng.choice([n for n in range(max(0, right - 9), right + 10) if n not in taken])}


_SLOTS = {"litigation": ("litigation", "direct", "after"), "normative": ("issued", "repealed", "in_force")}


def _denial(known: Figures, rng: random.Random) -> Draft:
    told: list[Draft] = []
    if known["received"]:
        told.append(("received", rng.choice([text for text in NOT_RECEIVED if "{received}" not in text]), {}))
    if known["review"] or known["litigation"]:
        told.append(("reviews", rng.choice([text for text in NO_REVIEWS if "{review}" not in text]), {}))
    return rng.choice(told)


def _far_from(shares: Sequence[float], rng: random.Random) -> float:
    """Give a percentage more than a point and a half away from all of these."""
    while True:
        wrong = shares[0] + rng.choice((-1, 1)) * rng.uniform(1.6, 20)
        if wrong > 0 and all(abs(wrong - share) > 1.6 for share in shares):
            return wrong


# How it is printed


def _printed(drafts: Sequence[Draft], year: int, rng: random.Random) -> list[tuple[str, str]]:
    """Give the topic and the text of each sentence; requests and cases are counted in one unit throughout."""
    unit = rng.choice(("件", "件", "件", "宗", "起"))
    return [(draft[0], _print(draft, year, "件" if draft[0] == "normative" else unit, rng)) for draft in drafts]


def _arranged(printed: Sequence[tuple[str, str]], rng: random.Random) -> list[str]:
    """Give paragraphs about requests, reviews and documents, distractions in any of them."""
    spread: dict[str, list[str]] = {"requests": [], "reviews": [], "normative": []}
    for topic, text in rng.sample(printed, len(printed)):
        place = rng.choice([*spread]) if topic == "distraction" else topic if topic in spread else "requests"
        first = topic == "received" and rng.random() < 0.7
        spread[place].insert(0 if first else len(spread[place]), text)
    paragraphs = ["".join(sentences) for sentences in spread.values() if sentences]
    return rng.sample(paragraphs, len(paragraphs))


def _print(draft: Draft, year: int, unit: str, rng: random.Random) -> str:
    _, text, values = draft
    chinese = rng.random() < 0.15
    decimals = rng.choice((0, 1, 1, 2, 2))
    words = {
        "y": rng.choice((f"{year}年", f"{year}年度", "本年度", "全年")),
        "y0": str(year),
        "who": rng.choice(("我市", "全市", "本机关", "市政府")),
        "last": str(year - 1),
        "next": str(year + 1),
        "many": str(rng.randint(200, 9000)),
        "some": str(rng.randint(20, 199)),
        "few": str(rng.randint(2, 19)),
        "digit": str(rng.randint(1, 9)),
    }

    def shown(found: re.Match[str]) -> str:
        slot = found[1]
        if slot in words:
            return words[slot]
        if slot == "rate" or slot.endswith("_share"):
            return f"{values[slot]:.{decimals}f}%"
        return _counted(int(values[slot]), chinese, rng) + ("余" if slot == "tens" else "") + unit

    return _PRINTED.sub(shown, text)


def _counted(number: int, chinese: bool, rng: random.Random) -> str:
    if chinese and 0 < number < 1000:
        return in_chinese(number)
    return f"{number:,}" if rng.random() < 0.5 else str(number)


def in_chinese(number: int) -> str:
    """Write a number below a thousand as Chinese reports do: 两 before a unit, 十二, 一百零三."""
    if number == 2:
        return "两"
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    said = f"{_NUMERALS[hundreds]}百" if hundreds else ""
    if tens:
        said += f"{'' if tens == 1 and not hundreds else _NUMERALS[tens]}十"
    elif hundreds and ones:
        said += "零"
    return said + (_NUMERALS[ones] if ones else "")


def _total(cells: Cells, name: str) -> int:
    """Give a cell, or the sum of the totals under a prefix."""
    if name in cells:
        return int(cells[name])
    return int(sum(value for cell, value in cells.items() if cell.startswith(f"{name}.") and cell.endswith(".total")))


def _has_normative(form: Form) -> bool:
    return "proactive.normative_docs.issued" in form.cells

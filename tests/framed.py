"""A report of six sections around a few words, and what a rule finds in it."""

from __future__ import annotations

from govrules.installed import installed
from govrules.outcome import Finding
from govrules.plan import make_plan
from govrules.read.reports import reports
from govrules.read.text import read_text
from govrules.validation import check

PLAN = make_plan(installed(third_party=False))
PROBLEMS = (
    "公开目录更新不够及时，少数栏目几个月没有新内容；解读材料以文字为主，形式偏少，年长群众看不明白。"
    "下一步将按月核对目录，请业务股室各出一名联络员，并试做两期图解，听取群众意见后再推广。"
)


def text(
    *,
    issuer: str = "青湖区林业局",
    year: int = 2022,
    head: str = "",
    intro: str = "联系电话：0571-80000000。",
    overview: str = "本局按季更新公开目录。",
    problems: str = PROBLEMS,
    other: str = "本年度未收取信息处理费。",
) -> str:
    """Give a report of six sections with these words in it."""
    return "\n".join(
        (
            f"{issuer}{year}年政府信息公开工作年度报告",
            head,
            intro,
            *("一、总体情况", overview, "二、主动公开政府信息情况", "见附表一。"),
            *("三、收到和处理政府信息公开申请情况", "见附表二。"),
            *("四、政府信息公开行政复议、行政诉讼情况", "见附表三。"),
            *("五、存在的主要问题及改进情况", problems, "六、其他需要报告的事项", other),
        )
    )


def found(content: str, rule: str) -> list[Finding]:
    """Give what a rule finds in a text."""
    made, _ = reports(read_text(content.encode(), "made.txt"), PLAN.forms, PLAN.installed.measures)
    result = check(made, PLAN)
    assert not result.errors
    return [finding for finding in result.findings if finding.rule == rule]


def grades(content: str, rule: str) -> list[str]:
    """Give the severities of what a rule finds in a text."""
    return [finding.severity.value for finding in found(content, rule)]

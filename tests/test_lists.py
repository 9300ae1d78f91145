"""Lists in prose: which miss their whole, how gravely that is told, and which are left alone."""

from __future__ import annotations

import pytest
from govrules import validate
from reading import read_one

INTRO = "青石县水务局2022年政府信息公开工作年度报告\n一、总体情况\n"
SIX = "工作动态50条、通知公告20条、政策文件9条、人事信息5条、财政信息3条、公示{}条"


def told(words: str) -> list[tuple[str, object]]:
    """Give severity and difference of each finding on a list in these words."""
    result = validate([read_one(f"{INTRO}{words}\n")], select=["NAR-03"])
    return [(str(one.severity), one.difference) for one in result.findings]


@pytest.mark.parametrize(
    ("words", "severity", "difference"),
    [
        ("受理建议提案40件，其中教育12件、交通16件、其他10件。", "error", -2),
        ("受理建议提案40件。其中，教育12件、交通16件、其他10件。", "warning", -2),
        (f"发布信息90条，其中{SIX.format(4)}。", "info", 1),
        (f"发布信息90条，其中：{SIX.format(2)}。", "info", -1),
        (f"发布信息90条。其中，{SIX.format(4)}。", "info", 1),
        (f"发布信息74条，其中{SIX.format(4)}。", "info", 17),
        ("发布信息382条，包括政府网站35条、新闻媒体80条、微信公众号2443条。", "warning", 2176),
        ("发布信息20条，其中政务动态35条。", "warning", 15),
    ],
)
def test_a_list_that_misses_its_whole(words: str, severity: str, difference: int) -> None:
    assert told(words) == [(severity, difference)]


@pytest.mark.parametrize(
    "words",
    [
        f"发布信息90条，其中{SIX.format(3)}。",
        f"发布信息95条，其中{SIX.format(3)}。",  # far short: perhaps not all is listed
        f"发布信息90条，主要包括{SIX.format(2)}。",
        f"发布信息90条，其中{SIX.format(2)}等。",
        f"发布信息约90条，其中{SIX.format(2)}。",
        "发布信息90条，其中政策文件50条、通知公告38条。",
        "发布信息90条，其中政府网站60条、微信公众号50条、微博20条、客户端10条、公告栏5条。",
        "发布信息900条，比上年增加90条，其中政策文件500条、通知公告200条。",
        "发布信息900条，增加90条，其中政策文件500条、通知公告200条。",
        "全年受理900件，日均受理3件，其中窗口500件、网上400件。",
        "制定规章13件（含新制定5件，修改4件，废止4件），公开规范性文件42件，人事任免文件106件，其他文件113件。",
        "收到申请100件，上年结转1件，其中予以公开50件、部分公开20件、不予公开10件、无法提供15件、不予处理6件。",
        "办结申请15件，其中予以公开7件、部分公开2件、不予公开1件、无法提供4件、不予处理1件，结转下年1件。",
        "发布信息900条，新增栏目3个。其中，政策文件500条、通知公告200条。",
    ],
)
def test_a_list_that_may_be_right(words: str) -> None:
    assert told(words) == []

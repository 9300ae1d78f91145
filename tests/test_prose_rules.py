"""Rules on wording, integrity, privacy and lists: what they must say, and the traps where they must not."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest
from framed import PLAN, PROBLEMS, found, grades, text
from generate import load_forms, make_cells, make_report
from govrules.read.reports import reports
from govrules.read.text import read_text
from govrules.validation import check

FORMS = load_forms()
OURS = (
    *("FMT", "SEC-03", "SEC-06", "DOC-03", "CON", "DL", "TXT", "PRI", "FEE"),
    *("T3-09", "T2-06", "T2-07", "T3-11", "T4-05", "NAR-12", "NAR-13"),
)
ONLY_PROBLEMS = (
    "本局公开目录更新不够及时，解读形式单一，栏目内容偏少，人员变动较多，业务不熟，答复文书质量不高，"
    "档案整理滞后，网站检索不便，群众找不到想看的内容。"
)


# Clean reports


@pytest.mark.parametrize("start", range(0, 200, 50))
def test_clean_reports_get_no_error_or_warning(start: int) -> None:
    years = {"national-2019": (2019, 2020), "national-2021": (2021, 2024), "zhejiang-2013": (2013,)}
    bodies = ("青山市人民政府", "青湖区财政局", "石桥镇人民政府", "滨河新区管理委员会", "红旗街道办事处")
    bad: list[tuple[int, str, str]] = []
    for seed in range(start, start + 50):
        rng = random.Random(seed)
        name = rng.choice([*years, "narrative-2008"])
        scale = rng.choice((1, 20, 60, 600))
        issuer = bodies[0] if scale > 100 else rng.choice(bodies)
        cells = make_cells(FORMS[name], rng, scale)
        content = make_report(FORMS[name], cells, rng.choice(years.get(name, (2011, 2016))), issuer, rng)
        made, _ = reports(read_text(content.encode(), "made.txt"), PLAN.forms, PLAN.installed.measures)
        bad += [
            (seed, finding.rule, finding.message)
            for finding in check(made, PLAN).findings
            if finding.rule.startswith(OURS) and finding.severity.value != "info"
        ]
    assert bad == []


def test_the_frame_of_these_tests_is_clean() -> None:
    made, _ = reports(read_text(text().encode(), "made.txt"), PLAN.forms)
    ours = Counter(finding.rule for finding in check(made, PLAN).findings if finding.rule.startswith(OURS))
    assert set(ours) <= {"SEC-06"}


# Placeholders


@pytest.mark.parametrize(
    "words",
    [
        "20XX年，本局更新目录。",
        "202X年，本局更新目录。",
        "由××局负责更新。",
        "全年收到申请XX件。",
        "全年收到申请___件。",
        "X月X日召开会议。",
        "本局设置（填写单位名称）查阅点。",
        "本局设置查阅点（请填写数量）。",
    ],
)
def test_an_unfilled_placeholder_is_an_error(words: str) -> None:
    assert grades(text(overview=words), "TXT-03") == ["error"]


@pytest.mark.parametrize(
    "words",
    [
        "当事人李××、张某某的信息已隐去。",
        "王××县长到会讲话。",
        "邮箱xxgk@example.gov.cn，网址http://www.example.gov.cn/xxgk/art_12__3.html。",
        "文件统一按“××局××年度报告”命名。",
        "形成“1+X”工作机制和X光检查指南。",
        "个别栏目内容有待补充，资料待补充完善。",
        "申请人（填写申请表后）即可提交。",
        "联系电话138****0000，证件号110***********01。",
        "李××年龄偏大，由工作人员代填。",
        "比如某单位答复XX局转来的申请时未登记。",
        "二○○○年至二○一九年的目录已补齐，收到申请○件。",
    ],
)
def test_what_only_looks_like_a_placeholder_is_left(words: str) -> None:
    assert grades(text(overview=words), "TXT-03") == []


def test_asterisks_may_be_those_of_a_portal_and_are_only_told() -> None:
    assert grades(text(overview="该局共办理****件。"), "TXT-03") == ["info"]


# Section five


@pytest.mark.parametrize(
    ("words", "severity"),
    [
        ("无。", ["error"]),
        ("暂无", ["error"]),
        ("公开不够及时，今后改进。", ["warning"]),
        (ONLY_PROBLEMS, ["warning"]),
        (PROBLEMS, []),
        ("主要问题是公示栏位置偏、雨天易损，有的村民看不到。镇里已会同各村换新栏位十二处，并在群里同步发照片。", []),
    ],
)  # fmt: skip
def test_section_five_names_problems_and_measures(words: str, severity: list[str]) -> None:
    assert grades(text(problems=words), "TXT-04") == severity


def test_an_empty_section_five_is_left_to_sec_04() -> None:
    assert grades(text(problems=""), "TXT-04") == []


# Foreign text


@pytest.mark.parametrize(
    "words",
    [
        "依托12345平台和APP平台受理，12345官网、12345官方网站、12345网站均可登录。",
        "引进PPP平台、OA平台、H5平台各一个，由LED平台发布。",
        "组织开展反诈宣传，清理365bet官网等赌博暗链三条。",
        "举办NBA体育交流活动，赴澳门威尼斯人酒店推介。",
        "开云镇金沙江路查阅点、皇冠假日酒店查阅点照常开放。",
        "应用(app)和接口(api)同步开放。",
        "外文名称为Qinghu District Government (QDG)。",
        "崤(xiáo)山林场的告示加注了拼音。",
    ],
)
def test_platforms_places_and_warnings_are_no_advertising(words: str) -> None:
    assert grades(text(overview=words * 2), "TXT-05") == []


@pytest.mark.parametrize(
    "words",
    [
        "365bet(中国)官方网站按季更新公开目录。",
        "本局欧洲杯决赛竞猜公开工作有序开展。",
        "開云体育官网本局乐鱼体育官网更新目录。",
        "本(ben)局(ju)更(geng)新(xin)目录。",
        "國務(wù)院、教育(yù)部的文件已转发。",
        "锟斤拷公开目录烫烫烫。",
    ],
)
def test_injected_brands_pinyin_and_debris_are_one_error(words: str) -> None:
    assert grades(text(overview=words), "TXT-05") == ["error"]


def test_a_name_unknown_to_us_counts_in_the_title_or_when_it_recurs() -> None:
    assert grades(text(issuer="青湖区zqt最新官网林业局"), "TXT-05") == ["error"]
    assert grades(text(overview="zqt娱乐官网更新目录。"), "TXT-05") == []
    assert grades(text(overview="zqt娱乐官网更新。\n由zqt娱乐官网公开。\n见zqt娱乐官网。"), "TXT-05") == ["error"]


def test_lines_between_reports_are_an_error_and_lines_behind_the_last_are_told(tmp_path: Path) -> None:
    card = "\n格式：pdf\n大小：34KB\n页数：12页\n洛水市人民政府关于印发公开要点的通知，请各单位贯彻执行。\n"
    for content, severity in (
        (text() + card + text(issuer="青湖区水利局"), ["error"]),
        (text() + card, ["info"]),
        (text() + "\n" + text(issuer="青湖区水利局"), []),
    ):
        (tmp_path / "made.txt").write_text(content, encoding="utf-8")
        findings = check([tmp_path / "made.txt"], PLAN).findings
        assert [f.severity.value for f in findings if f.rule == "TXT-05"] == severity


# Set phrases and slips


@pytest.mark.parametrize(
    ("words", "severity"),
    [
        ("以习近平新时代中国特色社会主义思想为指导。", []),
        ("深入学习习近平经济思想、习近平法治思想和习近平新时代中国特色社会主义经济思想。", []),
        ("新时代中国特色社会主义思想深入人心，习近平总书记的讲话已传达。", []),
        ("以习近新时代中国特色社会主义思想为指导。", ["warning"]),
        ("以习近平新时代中国社会主义思想为指导。", ["warning"]),
        ("学习习平总书记的讲话。", ["warning"]),
    ],
)
def test_set_phrases_with_lost_characters_are_found(words: str, severity: list[str]) -> None:
    assert grades(text(overview=words), "TXT-06") == severity


def test_slips_of_the_pen_are_named_with_their_line() -> None:
    slips = found(text(overview="截止2022年底更新三次，依据青林[2022]8号文件办理办理。"), "TXT-11")
    assert {slip.severity.value for slip in slips} == {"info"}
    assert len(slips) == 3
    assert all(slip.lines == (5, 5) for slip in slips)


@pytest.mark.parametrize(
    "words",
    [
        "报名截止日期为12月1日。",
        "依据青林〔2022〕8号文件，逐项逐项核对，一个一个登记。",
        "渐渐地，林区的路修好了。",
    ],
)
def test_doubling_that_is_usual_is_no_slip(words: str) -> None:
    assert [slip for slip in found(text(overview=words), "TXT-11") if "逐项" not in slip.message] == []


def test_traditional_script_is_told_of_mainland_bodies_only() -> None:
    words = "本局按季更新公開目錄，並將歷年檔案編號歸檔。"
    there = text(issuer="香港某署", overview=words * 3).replace("政府信息公开工作", "政府信息公開工作")
    assert grades(text(overview=words * 6), "TXT-09") == ["info"]
    assert grades(there, "TXT-09") == []


# Privacy


@pytest.mark.parametrize(
    ("words", "rule", "severity"),
    [
        ("村民（11010519491231002X）的补贴已发放。", "PRI-01", ["error"]),
        ("村民（11010519491231002x）的补贴已发放。", "PRI-01", ["error"]),
        ("统一社会信用代码：11010519491231002X。", "PRI-01", []),
        ("索引号11010519491231002X的文件已公开。", "PRI-01", []),
        ("村民（110105194912310021）的补贴已发放。", "PRI-01", []),
        ("村民（11010519491331002X）的补贴已发放。", "PRI-01", []),
        ("村民（110105********002X）的补贴已发放。", "PRI-01", []),
        ("身份证110105491231002的补贴已发放。", "PRI-01", ["warning"]),
        ("项目110105491231002的补贴已发放。", "PRI-01", []),
        ("本局电话0571-80000000，传真0571-80000001，邮箱13800000000@163.com。", "PRI-02", []),
        ("联系人：林所长，手机：13800000000。", "PRI-02", []),
        ("全年公开金额13800000000元。", "PRI-02", []),
        ("订单13800000000已公示。", "PRI-02", []),
        ("编码2013800000000451已公示。", "PRI-02", []),
        (f"护林员老周（13800000002）提出的意见已经采纳。{ONLY_PROBLEMS}", "PRI-02", ["warning"]),
        ("补贴打入银行卡6222020200112230004。", "PRI-03", ["warning"]),
        ("补贴打入银行卡6222020200112230005。", "PRI-03", []),
        ("收款单位：青湖区财政局，账号6222020200112230004。", "PRI-03", []),
        ("该户家住青湖区石桥镇东村三组12号，已核实。", "PRI-03", ["warning"]),
        ("办公地址：青湖区府前路12号3室。", "PRI-03", []),
        ("申请人李建安申请公开征地批文。", "PRI-03", ["warning"]),
        ("申请人李某某申请公开征地批文，申请人张×于2022年起诉。", "PRI-03", []),
        ("申请人陆续提出申请，申请人程序性要求公开，申请人周末提交申请，申请人方便提出申请。", "PRI-03", []),
        ("申请人向我局提出申请后，由专人办理；申请人于20个工作日内获得答复；申请人不服的可以复议。", "PRI-03", []),
    ],
)  # fmt: skip
def test_personal_data(words: str, rule: str, severity: list[str]) -> None:
    assert grades(text(overview=words), rule) == severity


def test_findings_on_personal_data_do_not_repeat_it() -> None:
    message = found(text(overview="村民（11010519491231002X）的补贴已发放。"), "PRI-01")[0].message
    assert "11010519491231002X" not in message


def test_a_number_below_its_label_is_contact_data() -> None:
    assert grades(text(intro="联系电话：\n13800000000"), "PRI-02") == []


# Lists


@pytest.mark.parametrize(
    ("words", "severity"),
    [
        ("存在以下三个问题：一是目录旧；二是解读少。", ["info"]),
        ("存在以下两个问题：一是目录旧；二是解读少。下一步：一是更新；二是解读；三是培训。", []),
        ("主要有三个方面：\n1.目录旧。\n2.解读少。\n3.人手紧。", []),
        ("做好以下四项工作：\n（一）更新目录。\n（二）加强解读。\n（三）组织培训。", ["info"]),
        ("做好以下三项工作：更新、解读和培训。", []),
        ("涉及以下两类信息等：一是目录；二是指南；三是年报。", []),
    ],
)
def test_lists_hold_as_many_items_as_announced(words: str, severity: list[str]) -> None:
    assert grades(text(overview=words), "NAR-13") == severity


# Shares


@pytest.mark.parametrize(
    ("partial", "severity"),
    [("部分公开5件，占10%", []), ("部分公开5件，占18%", ["info"]), ("部分公开5，占10%", []), ("部分公开5，占18%", [])],
)
def test_shares_of_which_one_is_of_no_known_part_are_not_added_up(partial: str, severity: list[str]) -> None:
    words = f"共答复申请50件，其中予以公开20件，占40%；{partial}；不予公开15件，占30%；其他处理10件，占20%。"
    assert grades(text(overview=words), "NAR-06") == severity

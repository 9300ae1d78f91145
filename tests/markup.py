"""Reports as web pages, in the markups that the sites of governments really serve, and in their encodings."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from html import escape

from layout import Made, Merged, Rows

_SCRIPT = (
    '<script type="text/javascript">if (a<b && c>d) document.write("<table><tr><td>1</td></tr></table>");</script>'
)
_PORTAL = ("首页", "要闻动态", "政务公开", "政务服务", "互动交流", "数据开放", "走进青山")


def cms(made: Made) -> str:
    """Give a page as the common content systems make it: meta tags, a crumb line, notes, the article, a footer."""
    nav = "".join(
        f'<li><a href="/col/col{n}/index.html" target="_blank">{name}</a></li>' for n, name in enumerate(_PORTAL)
    )
    return f"""<!DOCTYPE html><html><head>
<title>{made.title}_青山市人民政府</title><meta name="SiteName" content="青山市人民政府门户网站"/>
<meta name="ArticleTitle" content="{made.title}"><meta name="PubDate" content="{made.year + 1}-01-20 09:30">
<meta name="ContentSource" content="市政府办公室"/>{_SCRIPT}<style>.tr td{{color:red}}</style></head><body>
<!-- 头部 <table><tr><td>9</td></tr></table> --><div class="header"><ul class="nav">{nav}</ul></div>
<div class="position">当前位置：<a href="/">首页</a> &gt; <a href="/zwgk">政务公开</a> &gt;
<a href="/nb">年度报告</a></div>
<div class="main"><h1 class="title">{made.title}</h1>
<div class="info"><span>发布日期：{made.year + 1}-01-20</span><span>来源：市政府办公室</span>
<span>浏览次数：<i id="c">12</i></span>
<span>字体：[<a href="javascript:z(16)">大</a>
<a href="javascript:z(14)">中</a> <a href="javascript:z(12)">小</a>]</span></div>
<div class="article" id="zoom"><UCAPCONTENT>{"".join(_flow(made, _cms_table, _cms_paragraph))}</UCAPCONTENT></div>
<p>附件：<a href="/att/1.pdf">报告全文.pdf</a></p>
<div class="tools"><a href="javascript:window.print()">【打印】</a><a href="javascript:close()">【关闭】</a></div>
<div class="near">
<p>上一篇：<a href="1.html">青山市民政局{made.year}年政府信息公开工作年度报告</a></p>
<p>下一篇：没有了</p></div></div>
<div class="links"><h3>相关链接</h3><ul>
<li><a href="2.html">青山市人民政府{made.year - 1}年政府信息公开工作年度报告</a></li></ul></div>
<div class="footer"><p>主办单位：青山市人民政府办公室　承办：青山市大数据局</p>
<p>网站标识码：3301000001 浙ICP备00000001号</p></div>
{_SCRIPT}</body></html>"""


def word(made: Made) -> str:
    """Give a page as Word saves it when asked for filtered HTML."""

    def paragraph(text: str) -> str:
        return (
            "<p class=MsoNormal style='text-indent:32.0pt'><a name=\"_Toc1\"></a>"
            f"<span style='font-size:16.0pt;\nfont-family:仿宋_GB2312'>{escape(text[:7])}</span>"
            f"<span lang=EN-US>{escape(text[7:])}<o:p></o:p></span></p>\n"
        )

    def table(rows: Rows) -> str:
        return _table(
            rows,
            "<table class=MsoNormalTable border=1 cellspacing=0 cellpadding=0\n style='border-collapse:collapse'>",
            lambda cell: (
                f" <td width=61 {_spans(cell)} style='width:45.5pt;border:solid\n  windowtext 1.0pt'>\n"
                f"  <p class=MsoNormal align=center><span lang=EN-US style='font-size:9.0pt'>"
                f"{escape(cell.text) or '&nbsp;'}<o:p></o:p></span></p>\n  </td>\n"
            ),
            " <tr style='height:19.5pt'>\n",
            "<![if !supportMisalignedColumns]>\n <tr height=0><td style='display:none'>1</td></tr>\n<![endif]>",
        )

    return (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head>'
        '<meta name=Generator content="Microsoft Word 15">'
        f"<title>{made.title}</title><style><!-- p.MsoNormal {{margin:0}} --></style>"
        "<!--[if gte mso 9]><xml><o:p>1</o:p></xml><![endif]--></head><body lang=ZH-CN>\n<div class=WordSection1>\n"
        f"{''.join(_flow(made, table, paragraph))}</div></body></html>"
    )


def nested(made: Made) -> str:
    """Give a page laid out by tables in tables, inside the one form of an .aspx page, with a sidebar."""
    side = "".join(
        f'<tr><td><a href="{year}.aspx">{year}年政府信息公开工作年度报告</a></td></tr>' for year in range(2010, 2026)
    )
    notes = (
        "<table width=100%><tr><td>索引号：</td><td>002482/2024-00012</td><td>主题分类：</td><td>其他</td></tr>"
        f"<tr><td>发布机构：</td><td>市政府办公室</td><td>发布日期：</td><td>{made.year + 1}年1月20日</td></tr></table>"
    )
    article = "".join(_flow(made, _wps_table, lambda text: f"<div>&nbsp;　　{escape(text)}</div>"))
    return f"""<html><head><title>政府信息公开</title></head><body><form id="form1" action="show.aspx">
<input type="hidden" name="__VIEWSTATE" value="dDwtMTE7Oz4=">
<table width="1000" border="0"><tr><td colspan="2"><table width="100%"><tr>
{"".join(f'<td><a href="{n}.aspx">{name}</a></td>' for n, name in enumerate(_PORTAL))}</tr></table></td></tr>
<tr><td width="220" valign="top"><table class="menu">{side}</table></td><td valign="top">
<table width="100%"><tr><td>您现在的位置：<a href="/">首页</a>&gt;&gt;<a href="/nb">年报</a></td></tr>
<tr><td>{notes}</td></tr>
<tr><td align="center"><b>{made.title}</b></td></tr><tr><td><div id="Zoom">
<table><tr><td>{article}</td></tr></table></div>
</td></tr><tr><td align="right">[<a href="#" onclick="window.print()">打印本页</a>]
[<a href="#">关闭窗口</a>]</td></tr></table>
</td></tr><tr><td colspan="2"><table><tr><td>版权所有：青山市人民政府</td></tr>
<tr><td>联系电话：0571-87000000</td></tr></table>
</td></tr></table></form></body></html>"""


def sloppy(made: Made) -> str:
    """Give a page in upper case, without quotes, its cells, rows and paragraphs left open."""

    def table(rows: Rows) -> str:
        cells = [
            "<TR>"
            + "".join(
                f'<TD COLSPAN={cell.columns} ROWSPAN={cell.rows} ALIGN=center"">{escape(cell.text)}' for cell in row
            )
            for row in rows
        ]
        return f"<TABLE BORDER=1 WIDTH=100%>{''.join(cells)}</TABLE>"

    return (
        f"<HTML><HEAD><TITLE>{made.title}</TITLE><BODY BGCOLOR=#ffffff><CENTER><FONT SIZE=5>"
        + "".join(_flow(made, table, lambda text: f"<P>&nbsp;&nbsp;{escape(text)}"))
        + "<HR><FONT SIZE=2>CopyRight 2024 青山市人民政府 浙ICP备00000001号"
    )


def wrong_spans(made: Made) -> str:
    """Give a page whose editor left spans that are too large or lost some: the cells themselves are all there."""
    rng = random.Random(made.title)

    def damaged(cell: Merged) -> Merged:
        if cell.rows > 1 and rng.random() < 0.5:
            return Merged(cell.text, cell.columns, rng.choice((1, cell.rows + 1, cell.rows + 3)))
        if cell.columns > 1 and rng.random() < 0.3:
            return Merged(cell.text, rng.choice((1, cell.columns + 2)), cell.rows)
        return cell

    def table(rows: Rows) -> str:
        return _cms_table([[damaged(cell) for cell in row] for row in rows])

    return _bare(made, table)


def split(made: Made) -> str:
    """Give a page on which long tables go on in a second one, with the header rows printed again."""

    def table(rows: Rows) -> str:
        heads = 3 if len(rows) > 12 else 0
        if not heads:
            return _cms_table(rows)
        place = next(
            here
            for here in range(len(rows) // 2, len(rows))
            if all(above + cell.rows <= here for above in range(here) for cell in rows[above])
        )
        return _cms_table(rows[:place]) + "<p>&nbsp;</p>" + _cms_table([*rows[:heads], *rows[place:]])

    return _bare(made, table)


def drawn(made: Made) -> str:
    """Give a page whose tables are drawn with elements that have the roles of rows and cells."""

    def cell(shown: Merged) -> str:
        return f'<div role="cell" aria-colspan="{shown.columns}" aria-rowspan="{shown.rows}">{escape(shown.text)}</div>'

    def table(rows: Rows) -> str:
        drawn_rows = (f'<div role="row">{"".join(map(cell, row))}</div>' for row in rows)
        return f'<div role="table"><div role="rowgroup">{"".join(drawn_rows)}</div></div>'

    return _bare(made, table)


def page_of(made: Made) -> str:
    """Give the bare markup of a report, or of a part of one."""
    return "".join(_flow(made, _cms_table, _cms_paragraph))


MARKUPS: Mapping[str, Callable[[Made], str]] = {
    "cms": cms, "word": word, "nested": nested, "sloppy": sloppy, "wrong_spans": wrong_spans, "split": split
}  # fmt: skip


def declared(page: str, charset: str) -> str:
    """Give a page that says it is written in a charset."""
    tag = f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">'
    upper, lower = page.find("<HEAD>"), page.find("<head>")
    place = max(upper, lower) + len("<head>")
    return page[:place] + tag + page[place:]


ENCODINGS: Mapping[str, Callable[[str], bytes]] = {
    "utf-8": lambda page: declared(page, "utf-8").encode(),
    "gbk declared": lambda page: declared(page, "gb2312").encode("gbk"),
    "undeclared gbk": lambda page: page.encode("gbk"),
    "undeclared utf-8": lambda page: page.encode(),
    "gbk said to be utf-8": lambda page: declared(page, "utf-8").encode("gbk"),
    "utf-8 said to be gbk": lambda page: declared(page, "GBK").encode(),
    "utf-8 with its mark": lambda page: page.encode("utf-8-sig"),
}


def _flow(made: Made, table: Callable[[Rows], str], paragraph: Callable[[str], str]) -> Sequence[str]:
    return [paragraph(part) if isinstance(part, str) else table(part) for part in made.printed]


def _bare(made: Made, table: Callable[[Rows], str]) -> str:
    article = "".join(_flow(made, table, _cms_paragraph))
    return f"<html><head><title>{made.title}</title></head><body>{article}</body></html>"


def _table(rows: Rows, head: str, cell: Callable[[Merged], str], row: str = "<tr>", tail: str = "") -> str:
    return head + "".join(f"{row}{''.join(map(cell, cells))}</tr>" for cells in rows) + tail + "</table>"


def _spans(cell: Merged) -> str:
    wide = f"colspan={cell.columns}" if cell.columns > 1 else ""
    return f"{wide} rowspan={cell.rows}" if cell.rows > 1 else wide


def _cms_paragraph(text: str) -> str:
    return f'<p style="text-indent: 2em;"><span style="font-family: 仿宋; font-size: 21px;">{escape(text)}</span></p>\n'


def _cms_table(rows: Rows) -> str:
    return (
        _table(
            rows,
            '<div class="table-wrap"><table border="1" cellspacing="0" style="width:100%"><tbody>',
            lambda cell: (
                f'<td colspan="{cell.columns}" rowspan="{cell.rows}" style="border: 1px solid" title="a > b">'
                f'<p style="text-align: center;"><span>{escape(cell.text) or "<br/>"}</span></p></td>'
            ),
        )
        + "</div>"
    )


def _wps_table(rows: Rows) -> str:
    return _table(
        rows,
        '<table class="et2" x:str cellpadding="0"><colgroup><col width="72" span="9"></colgroup><tbody>',
        lambda cell: f'<td class="et7" {_spans(cell)} x:num><div><div>{escape(cell.text) or "　"}</div></div></td>',
        '<tr height="19" class="et3">',
    )

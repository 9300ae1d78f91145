"""The automatic numbers of Word paragraphs are printed as Word prints them."""

from __future__ import annotations

import pytest
from govrules.read.word.docx import read_docx
from office import lists, numbered, p, parts_file, style, styled


def texts(body: str, **parts: str) -> list[str]:
    return [line.raw for line in read_docx(parts_file(body, **parts), "made.docx").lines]


def test_lists_are_numbered_and_levels_begin_anew() -> None:
    listing = lists({1: ["chineseCounting", "%1、", "chineseCounting", "（%2）", "decimal", "%3."]})
    levels = [0, 1, 1, 2, 2, 1, 2, 0, 1, 2]
    shown = texts("".join(p("甲", numbered(1, level)) for level in levels), numbering=listing)
    numbers = ["一、", "（一）", "（二）", "1.", "2.", "（三）", "1.", "二、", "（一）", "1."]
    assert shown == [f"{number}甲" for number in numbers]


@pytest.mark.parametrize(
    ("kind", "pattern", "count", "shown"),
    [
        ("chineseCountingThousand", "第%1章", 12, "第十二章 甲"),
        ("chineseCountingThousand", "%1、", 110, "一百一十、甲"),
        ("japaneseCounting", "（%1）", 20, "（二十）甲"),
        ("chineseCounting", "%1、", 103, "一○三、甲"),
        ("ideographDigital", "%1.", 10, "一〇.甲"),
        ("chineseLegalSimplified", "%1、", 11, "壹拾壹、甲"),
        ("ideographTraditional", "%1、", 3, "丙、甲"),
        ("ideographZodiac", "%1、", 4, "卯、甲"),
        ("decimalFullWidth", "%1．", 12, "１２．甲"),
        ("decimalEnclosedCircle", "%1", 3, "③ 甲"),
        ("decimalZero", "%1.", 7, "07.甲"),
        ("lowerLetter", "%1)", 28, "bb)甲"),
        ("upperRoman", "%1.", 14, "XIV.甲"),
        ("lowerRoman", "%1.", 49, "xlix.甲"),
        ("decimal", "%1", 2, "2 甲"),
        ("bullet", "\uf0b7", 2, "甲"),
        ("none", "", 2, "甲"),
        ("unheardOf", "%1.", 2, "2.甲"),
    ],
)
def test_a_number_is_printed_in_its_style(kind: str, pattern: str, count: int, shown: str) -> None:
    body = p("甲", numbered(1)) * count
    assert texts(body, numbering=lists({1: [kind, pattern]}))[-1] == shown


def test_a_list_of_the_same_family_goes_on_unless_it_says_where_to_start() -> None:
    num = '<w:num w:numId="{}"><w:abstractNumId w:val="1"/>{}</w:num>'
    start = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    listing = lists({1: ["decimal", "%1."]}, num.format(2, "") + num.format(3, start))
    body = "".join(p("甲", numbered(listed)) for listed in (1, 2, 3, 3, 2))
    assert texts(body, numbering=listing) == ["1.甲", "2.甲", "5.甲", "6.甲", "7.甲"]


def test_a_style_numbers_its_paragraphs_and_a_paragraph_may_refuse() -> None:
    based = '<w:style w:type="paragraph" w:styleId="Based"><w:basedOn w:val="Chapter"/></w:style>'
    styles = styled("Chapter", numbered(1)) + based
    body = p("甲", style("Chapter")) + p("乙", style("Based")) + p("丙", style("Based") + numbered(0)) + p("丁")
    shown = texts(body, styles=styles, numbering=lists({1: ["japaneseCounting", "%1、"]}))
    assert shown == ["一、甲", "二、乙", "丙", "丁"]


def test_a_level_that_belongs_to_a_style_is_that_of_the_style() -> None:
    listing = lists({1: ["decimal", "%1", "decimal", "%1.%2"]})
    listing = listing.replace('<w:lvlText w:val="%1.%2"/>', '<w:pStyle w:val="Sub"/><w:lvlText w:val="%1.%2"/>')
    properties = '<w:numPr><w:numId w:val="1"/></w:numPr>'
    assert texts(p("甲", style("Sub")) * 2, styles=styled("Sub", properties), numbering=listing) == ["1.1 甲", "1.2 甲"]


def test_a_number_and_a_figure_are_not_one_figure() -> None:
    assert texts(p("2件", numbered(1)), numbering=lists({1: ["decimal", "%1"]})) == ["1 2件"]

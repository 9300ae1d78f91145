"""Checks that one pattern decides: asked of one report, or of a whole column of texts at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from govrules.form import Form
from govrules.pattern import in_rust
from govrules.report import Report
from govrules.rule import Check, PatternField, Verdict, failed, passed, undetermined

if TYPE_CHECKING:
    import polars as pl


class WordsFound(Check):
    """The text, as it was printed, has `words` in it."""

    scope = "report"
    words: PatternField

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        if not report.text:
            yield undetermined("没有正文")
        elif any(self.words.search(line.raw) for line in report.text):
            yield passed()
        else:
            yield failed(lines=report.lines)

    def column(self, text: pl.Expr, year: pl.Expr) -> pl.Expr | None:
        pattern = in_rust(self.words.pattern)
        return None if pattern is None else text.str.contains(pattern)


class StatedYear(Check):
    """The year in the first group of `words`, found in the text as it was printed, is the report year."""

    scope = "report"
    words: PatternField

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        if not report.text or report.year is None:
            yield undetermined("没有正文" if report.year else "报告年度不明")
            return
        for line in report.text:
            found = self.words.search(line.raw)
            if found is not None:
                yield self._compared(found.group(1), report.year, line.number)
                return
        yield undetermined("没有写明年份")

    def _compared(self, stated: str, year: int, line: int) -> Verdict:
        if not (stated and stated.isascii() and stated.isdigit()):
            return undetermined("没有写明年份")
        return passed() if int(stated) == year else failed(stated=stated, year=year, lines=(line, line))

    def column(self, text: pl.Expr, year: pl.Expr) -> pl.Expr | None:
        import polars as pl

        pattern = in_rust(self.words.pattern)
        return None if pattern is None else text.str.extract(pattern, 1).cast(pl.Int64, strict=False) == year

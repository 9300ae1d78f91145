"""Checks on personal data: what identifies a person has no place in a published report. Findings show it masked."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from govrules.form import Form
from govrules.read.normalise import compact
from govrules.report import Line, Report
from govrules.rule import Check, PatternField, Verdict, failed, passed

from .prose import passages, prose, quote

_ID18 = re.compile(r"(?<![0-9A-Za-z])([1-9]\d{16}[\dXx])(?![0-9A-Za-z])")
_ID15 = re.compile(r"(?<![0-9A-Za-z])([1-9]\d{14})(?![0-9A-Za-z])")
_MOBILE = re.compile(r"(?<![0-9A-Za-z.,/_@*-])(1[3-9]\d{9})(?![0-9A-Za-z.@*_/-])")
_CARD = re.compile(r"(?<![0-9A-Za-z.])([3-6]\d{15,18}|[3-6]\d{3}(?: \d{4}){3}(?: \d{1,3})?)(?![0-9A-Za-z])")
_COUNTED = re.compile(r"\s*(?:万|亿|余|多)?(?:元|件|条|人|次|个|项|户|亩|吨|%)")
_SHORT, _LABEL = 60, 12
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_PROVINCES = frozenset(
    f"{n}" for n in (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55),
                     *range(61, 66), 71, 81, 82, 83)
)  # fmt: skip


def masked(number: str) -> str:
    """Give a number with all but its first three and last two characters hidden."""
    return number[:3] + "*" * (len(number) - 5) + number[-2:]


def is_identity_number(number: str) -> bool:
    """Tell whether eighteen characters are a resident's identity number: province, birth date and check digit fit."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:17], strict=True))
    return number[17].upper() == "10X98765432"[total % 11] and _born(number[:2], number[6:14])


def _born(province: str, day: str) -> bool:
    try:
        return province in _PROVINCES and date(1900, 1, 1) <= date.fromisoformat(f"{day[:4]}-{day[4:6]}-{day[6:]}")
    except ValueError:
        return False


def luhn(number: str) -> bool:
    """Tell whether the check digit of a card number is right."""
    digits = [int(digit) for digit in reversed(number)]
    return sum(digits[0::2] + [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]) % 10 == 0


class IdentityNumbers(Check):
    """No identity number of a resident is printed. Grade `old`: one of fifteen digits, where `context` is found.

    A number in whose sentence `unless` is found just before it (a credit code, an index number) is none.
    """

    scope = "report"
    grades = ("old",)
    context: PatternField
    unless: PatternField

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        clean = True
        for passage in passages(report.text):
            for grade, shape in (("default", _ID18), ("old", _ID15)):
                for found in shape.finditer(passage.text):
                    before = passage.text[max(0, found.start() - 20) : found.start()]
                    if self.unless.search(before) or not self._is(grade, found[1], passage.text):
                        continue
                    clean = False
                    yield failed(grade, quote=masked(found[1]), lines=(passage.line, passage.line))
        if clean:
            yield passed()

    def _is(self, grade: str, number: str, text: str) -> bool:
        if grade == "default":
            return is_identity_number(number)
        return self.context.search(text) is not None and _born(number[:2], "19" + number[6:12])


class MobileNumbers(Check):
    """No mobile number is printed outside of contact data: `contact` before it in its line, or in a label above it.

    A number with a unit behind it, one that is a whole line (a table), and those where `unless` is found are none.
    """

    scope = "report"
    contact: PatternField
    unless: PatternField

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        lines: Sequence[Line] = prose(report)
        clean = True
        for here, line in enumerate(lines):
            text = compact(line.text)
            above = compact(lines[here - 1].text) if here else ""
            label = above if len(above) <= _LABEL or above.endswith(":") else ""
            for found in () if text.isdigit() else _MOBILE.finditer(text):
                near = text if len(text) < _SHORT else text[max(0, found.start() - 40) : found.start()]
                if self.contact.search(
                    label[-_LABEL:] + near if found.start() < _LABEL else near
                ) or self.unless.search(near):
                    continue
                if _COUNTED.match(text[found.end() :]):
                    continue
                clean = False
                yield failed(quote=masked(found[1]), lines=(line.number, line.number))
        if clean:
            yield passed()


class PersonalDetails(Check):
    """No bank card, home address or name of an applicant is printed.

    A card number needs `card` in its sentence and a right check digit, and not `public_account`; `address` and
    `applicant` are patterns for the others, of which `applicant` has the name as group 1. 某 and × in it mask it.
    """

    scope = "report"
    card: PatternField
    public_account: PatternField
    address: PatternField
    applicant: PatternField

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        clean = True
        for passage in passages(prose(report)):
            for what, words in self._found(passage.text):
                clean = False
                yield failed(what=what, quote=words, lines=(passage.line, passage.line))
        if clean:
            yield passed()

    def _found(self, text: str) -> Iterator[tuple[str, str]]:
        if self.card.search(text) and not self.public_account.search(text):
            for found in _CARD.finditer(text):
                number = found[1].replace(" ", "")
                if luhn(number) and not (len(number) == 18 and is_identity_number(number)):
                    yield "银行卡号", masked(number)
        home = self.address.search(text)
        if home is not None and not re.search(r"某|[xX×*]{1,}", home.group(0)):
            yield "家庭住址", quote(home.group(0))[:8] + "…"
        for named in self.applicant.finditer(text):
            if not re.search(r"某|[xX×*]", named.group(1)):
                yield "申请人姓名", f"申请人{named.group(1)[0]}某"

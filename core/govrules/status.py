"""The answers that a rule can give about a report."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """What a rule says about a report: 通过, 不通过, 无法判定, 规则出错, 不适用."""

    PASSED = "passed"
    FAILED = "failed"
    UNDETERMINED = "undetermined"
    ERRORED = "errored"
    NOT_APPLICABLE = "not_applicable"

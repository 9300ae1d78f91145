"""govrules: rules for government information disclosure annual reports (政府信息公开工作年度报告).

Importing this is light: what a name needs is loaded when the name is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from govrules.dataset import Dataset as Dataset
    from govrules.errors import GovrulesError as GovrulesError
    from govrules.outcome import Finding as Finding
    from govrules.outcome import Result as Result
    from govrules.report import Report as Report
    from govrules.validation import load_ruleset as load_ruleset
    from govrules.validation import parse as parse
    from govrules.validation import validate as validate

_WHERE = {
    "Dataset": "govrules.dataset:Dataset",
    "Finding": "govrules.outcome:Finding",
    "GovrulesError": "govrules.errors:GovrulesError",
    "Report": "govrules.report:Report",
    "Result": "govrules.outcome:Result",
    "load_ruleset": "govrules.validation:load_ruleset",
    "parse": "govrules.validation:parse",
    "validate": "govrules.validation:validate",
}
__all__ = sorted(_WHERE)


def __getattr__(name: str) -> object:
    if name not in _WHERE:
        raise AttributeError(f"module 'govrules' has no attribute {name!r}")
    module, _, attribute = _WHERE[name].partition(":")
    value = getattr(import_module(module), attribute)
    globals()[name] = value
    return value

"""What a ruleset file (YAML) may say: its keys and their types."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field, JsonValue, field_validator

from govrules.hooks import API
from govrules.load.form_file import YearsModel
from govrules.load.schema import Strict
from govrules.region import region_codes
from govrules.report import Measure, Reach
from govrules.rule import PatternField, Severity

RULE_ID = re.compile(r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+")
# For JSON Schema alone: loading gives its own words for a wrong id, and lets an empty text pass.
_ID: dict[str, JsonValue] = {"pattern": f"^{RULE_ID.pattern}$"}
_SOME: dict[str, JsonValue] = {"minLength": 1, "minItems": 1, "minProperties": 1}
Text = str | dict[Literal["zh", "en"], str]


class BasisModel(Strict):
    """What a rule rests on."""

    document: str = Field(description="文件名称和文号 | the document, with its number", json_schema_extra=_SOME)
    item: str = Field(default="", description="所在条款、表或页 | the place in it")


class ExamplesModel(Strict):
    """Examples that must pass, and examples that must fail."""

    passing: tuple[dict[str, Any], ...] = Field(default=(), alias="pass", description="应当通过的示例 | must pass")
    failing: tuple[dict[str, Any], ...] = Field(default=(), alias="fail", description="应当不通过的示例 | must fail")


class RuleModel(Strict):
    """The keys that every rule has; all others belong to its check kind."""

    model_config = ConfigDict(frozen=True, extra="allow")
    id: str = Field(description="规则编号，永久不变，如 T3-01 | id, for ever", json_schema_extra=_ID)
    title: Text = Field(description="规则名称，可分中英文 | title, a text or by language", json_schema_extra=_SOME)
    severity: Severity | dict[str, Severity] = Field(
        description="严重程度，可按等次分别给出 | severity, one or by grade of the check kind",
        json_schema_extra=_SOME,
    )
    basis: str | tuple[BasisModel | str, ...] = Field(
        default=(), description="依据：文件和条款 | what the rule rests on", json_schema_extra=_SOME
    )
    forms: tuple[str, ...] = Field(default=(), description="适用的表样，不写则全部 | forms it is for; none: every form")
    effective: YearsModel = Field(
        default=YearsModel.model_construct(first=None, last=None), description="适用的报告年度 | report years it is for"
    )
    foreach: dict[str, str | tuple[str, ...]] = Field(
        default_factory=dict, description="逐项展开：名称对应一组指标、行、栏 | one instance for each item"
    )
    check: str = Field(description="审核公式类型 | check kind; its keys stand beside these")
    message: Text = Field(
        description="提示语，花括号中为数值 | message, {names} are filled in", json_schema_extra=_SOME
    )
    examples: ExamplesModel = Field(
        default=ExamplesModel.model_construct(passing=(), failing=()), description="示例，即测试 | examples, its tests"
    )
    tags: tuple[str, ...] = Field(default=(), description="标签，供 --select、--ignore 使用 | words for --select")
    default: Literal["on", "off"] = Field(default="on", description="默认是否启用 | whether it runs unless asked for")
    absence: bool | tuple[str, ...] = Field(
        default=False,
        description="说的是“没有”某内容，对不完整的副本从轻 | says that something is not there; or the grades that do",
    )
    waivable: bool = Field(default=True, description="其他规则包可否停用 | whether a pack may switch it off")

    @field_validator("id")
    @classmethod
    def _id(cls, value: str) -> str:
        if not RULE_ID.fullmatch(value):
            raise ValueError(f"a rule id looks like `T3-01` or `ZJ-T3-02`, not {value!r}")
        return value


class DisableModel(Strict):
    """A rule to switch off, and why."""

    rule: str = Field(description="规则编号 | rule id", json_schema_extra=_ID)
    because: str = Field(description="理由 | why", json_schema_extra=_SOME)


class EnableModel(Strict):
    """A rule that is off by default to switch on, from when, and why."""

    rule: str = Field(description="规则编号 | rule id", json_schema_extra=_ID)
    because: str = Field(description="理由 | why", json_schema_extra=_SOME)
    effective: YearsModel = Field(
        default=YearsModel.model_construct(first=None, last=None), description="启用的报告年度 | report years"
    )


class GradeModel(Strict):
    """A severity to give instead, for all or for one grade of a rule, and why."""

    to: Severity | dict[str, Severity] = Field(
        description="改为何种严重程度，可按等次 | severity instead, one or by grade", json_schema_extra=_SOME
    )
    because: str = Field(description="理由 | why", json_schema_extra=_SOME)


def _region(code: str) -> str:
    if code not in region_codes():
        raise ValueError(f"no region has the code {code!r}; a province has two digits, a prefecture four")
    return code


class ScopeModel(Strict):
    """The reports that a ruleset file is for."""

    forms: tuple[str, ...] = Field(default=(), description="适用的表样 | forms")
    regions: tuple[Annotated[str, AfterValidator(_region)], ...] = Field(
        default=(), description="适用的地区代码（加引号） | codes of regions, quoted"
    )

    def made(self) -> Reach:
        """Give the reach."""
        return Reach(self.forms, self.regions)


class MeasureModel(Strict):
    """The words by which prose speaks of a figure."""

    measure: str = Field(description="指标名称，供规则引用 | its name, for rules", json_schema_extra=_SOME)
    phrases: tuple[PatternField, ...] = Field(default=(), description="紧接数字之前的说法 | words just before it")
    after: tuple[PatternField, ...] = Field(default=(), description="紧接数字之后的说法 | words just behind it")
    denials: tuple[PatternField, ...] = Field(default=(), description="表示没有的说法 | words that deny the figure")
    never: tuple[PatternField, ...] = Field(default=(), description="句中出现则另有所指 | words of another figure")
    context: tuple[PatternField, ...] = Field(
        default=(), description="本句或前句须有的说法 | must be in this sentence or before"
    )
    within: tuple[str, ...] = Field(default=(), description="句中之前须有的指标 | measures that must stand before it")
    units: tuple[str, ...] = Field(default=(), description="计量单位 | units it is counted in")

    def made(self, reach: Reach) -> Measure:
        """Give the measure, for the reports within a reach."""
        return Measure(
            self.measure, self.phrases, self.after, self.denials, self.never, self.context, self.within, self.units,
            reach,
        )  # fmt: skip


class PackModel(Strict):
    """A ruleset file."""

    pack: str = Field(description="规则包名称 | name of the pack", json_schema_extra=_SOME)
    api: int = Field(description="规则语言版本 | version of the language", json_schema_extra={"const": API})
    title: str = Field(default="", description="规则包说明 | what the pack is")
    extends: str | None = Field(default=None, description="所扩展的规则包 | the pack this one changes or adds to")
    applies: ScopeModel = Field(default=ScopeModel(), description="本文件适用的报告 | reports this file is for")
    rules: tuple[dict[str, Any], ...] = Field(default=(), description="规则 | the rules")
    disable: tuple[DisableModel, ...] = Field(default=(), description="停用的规则 | rules to switch off")
    enable: tuple[EnableModel, ...] = Field(default=(), description="启用的规则 | rules to switch on")
    severity: dict[str, GradeModel] = Field(
        default_factory=dict, description="改变严重程度的规则 | rules to grade otherwise"
    )
    narrative: tuple[MeasureModel, ...] = Field(default=(), description="正文中指标的说法 | how prose tells figures")

    @field_validator("api")
    @classmethod
    def _api(cls, value: int) -> int:
        if value != API:
            raise ValueError(f"asks for api {value}, this govrules speaks api {API}")
        return value

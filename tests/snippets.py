"""The blocks of the documents, done: YAML through the real loaders, commands through the real command line.

A fragment of YAML says what it is part of in a comment before it (`<!-- fragment: rules -->`); so it is completed.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise, takewhile
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from fences import Fence
from govrules.cli import app
from govrules.installed import Installed, installed
from govrules.load.forms import load_form
from govrules.load.mapping import layout_of
from govrules.load.parse import parse_yaml
from govrules.load.rulesets import load_pack
from govrules.load.source import Source
from govrules.plan import make_plan
from govrules.testing import check_example
from govrules.waiver import load_waivers
from typer.main import get_command
from typer.testing import CliRunner

OWN_FORM = "form: docs\napi: 1\ntitle: {zh: 文档}\n"
FORM = f"{OWN_FORM}extends: national-2021\n"
RULE = "- id: DOCS-01\n  title: 文档\n  severity: info\n  forms: [national-2021]\n  check: equal\n  message: 文档\n"
FRAGMENTS = {
    "rules": "pack: docs\napi: 1\nrules:\n",
    "narrative": "pack: docs\napi: 1\nnarrative:\n",
    "pack": "pack: docs\napi: 1\nextends: national\n",
    "sections": f"{FORM}sections:\n",
    "tables": f"{FORM}tables:\n",
    "blocks": f"{OWN_FORM}tables:\n- id: docs\n  title: 文档\n  section: proactive\n  blocks:\n",
    "form": FORM,
}
_NEVER = {"serve"}


@cache
def known() -> Installed:
    """Give what is installed, without third parties."""
    return installed(third_party=False)


def completed(fence: Fence) -> str:
    """Give the file that a fragment is part of."""
    if fence.mark == "keys":
        indented = "".join(f"  {line}\n" for line in fence.content.splitlines())
        sides = "" if "left:" in fence.content else "  left: 1\n  right: 1\n"
        return f"{FRAGMENTS['rules']}{RULE}{sides}{indented}"
    if fence.mark in FRAGMENTS:
        # The shape of a list is that of a value below its key; sequences may stand at the indentation of the key.
        indent = "  " if fence.mark == "blocks" else ""
        return FRAGMENTS[fence.mark] + "".join(f"{indent}{line}\n" for line in fence.content.splitlines())
    return fence.content


def load(fence: Fence) -> None:
    """Load a YAML block as what it is; raises the error of the loader, or AssertionError for a wrong example."""
    source = parse_yaml(completed(fence).encode(), str(fence))
    if fence.mark == "plain" or (isinstance(source.data, dict) and {"findings", "none"} & set(source.data)):
        return
    if source.data is None:  # comments alone
        return
    assert isinstance(source.data, dict), f"{fence}: a fragment is marked: <!-- fragment: {' | '.join(FRAGMENTS)} -->"
    if "form" in source.data:
        load_form(source, {form.name: form for form in known().forms})
    elif "mapping" in source.data:
        layout_of(source, known().forms)
    elif "waivers" in source.data:
        with NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as file:
            file.write(fence.content)
            file.flush()
            load_waivers(Path(file.name), make_plan(known()))
    else:
        _load_pack(source)


def _load_pack(source: Source) -> None:
    """Load a pack, unroll its rules for every form, and hold them to their examples."""
    pack = replace(load_pack(source, known().checks), name="docs")
    plan = make_plan(replace(known(), packs={**known().packs, "docs": pack}))
    # A rule of the catalogue that is shown here is there twice: only what is said of the block counts.
    assert [fault for fault in plan.faults if str(fault.where).startswith(source.name)] == []
    for form in plan.forms:
        assert plan.unusable(form.name, next(iter(pack.regions), None)) == []
    for rule in pack:
        for example in rule.examples:
            check_example(rule, example, plan)


def command_lines(fence: Fence) -> list[str]:
    """Give the commands of ours in a block, without what other programs make of their output."""
    if fence.language not in {"", "sh", "console", "bash"} or fence.is_output:
        return []
    lines = fence.content.replace("\\\n", " ").splitlines()
    return [line.removeprefix("$ ") for line in lines if line.removeprefix("$ ").startswith("govrules ")]


def synopses(fence: Fence) -> list[str]:
    """Give the lines of a block that show how commands are written; in a block of no language one makes all so."""
    lines = command_lines(fence)
    found = [line for line in lines if _is_synopsis(line)]
    return lines if found and not fence.language else found


def _is_synopsis(line: str) -> bool:
    said = line.split(" #")[0].rstrip()
    return bool(re.search(r"[…\[\]|]|\b[A-Z]{3,}\b(?![-/])|\S {2,}\S", said)) and "|| echo" not in said


def words_of(line: str) -> list[str]:
    """Give the words of a command behind `govrules`, up to a pipe or redirection."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;<>")
    lexer.whitespace_split = True
    words: list[str] = []
    for word in lexer:
        if set(word) <= set("|&;<>"):
            break
        words.append(word)
    return words[1:]


def parse(words: Sequence[str]) -> None:
    """Have the command line parse the words; raises its error for what it does not know."""
    command: Any = get_command(app)
    rest = list(words)
    while rest and rest[0] in getattr(command, "commands", {}):
        command = command.commands[rest.pop(0)]
    command.make_context("govrules", rest or ["--help"], resilient_parsing=not rest)


def options_of(words: Sequence[str]) -> set[str]:
    """Give the options of the command that the words begin with; raises KeyError for one that is not there."""
    command: Any = get_command(app)
    for word in words:
        if hasattr(command, "commands"):
            command = command.commands[word]
    return {name for one in command.params for name in (*one.opts, *one.secondary_opts)} | {"--help"}


def run(line: str) -> list[str]:
    """Run a command in the working folder if all files it names are there; give what it prints."""
    words = words_of(line)
    parse(words)
    if words[0] in _NEVER or not _is_there(words):
        return []
    done = CliRunner().invoke(app, words)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code in {0, 1} or "||" in line, f"{line}: exit code {done.exit_code}\n{done.output}"
    return done.output.splitlines()


def _is_there(words: Sequence[str]) -> bool:
    outputs = {"--output", "-o", "--write-baseline"}
    named = [word for before, word in pairwise(words) if before not in outputs]
    places = [word for word in named if not word.startswith("-") and ("/" in word or Path(word).suffix)]
    places += ["pyproject.toml" for word in words if word == "."]
    if words[0] in {"validate", "parse"}:
        places += takewhile(lambda word: not word.startswith("-"), words[1:])
    if words[0] == "pack" and words[1] != "new":
        places += [f"{word}/{file}" for word in words[2:3] for file in ("pyproject.toml", "README.md")]
    return all(Path(place).exists() for place in places)

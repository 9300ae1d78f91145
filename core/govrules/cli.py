"""The `govrules` command: all of its commands put together, and what becomes of errors."""

from __future__ import annotations

import gc
import os
import sys
from typing import Annotated

import typer

from govrules.commands.export import app as export_app
from govrules.commands.lists import explain, forms, packs, rules
from govrules.commands.pack import app as pack_app
from govrules.commands.pack_diff import diff
from govrules.commands.pack_test import test as pack_test
from govrules.commands.parse import parse
from govrules.commands.schema import schema
from govrules.commands.validate import validate
from govrules.errors import GovrulesError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="政府信息公开工作年度报告审核：读取、核对、说明依据。 Check annual reports on information disclosure.",
)
for command in (validate, parse, rules, packs, forms, explain):
    app.command()(command)
app.add_typer(pack_app, name="pack")
app.add_typer(export_app, name="export")
pack_app.command("diff")(diff)
app.command("schema")(schema)
pack_app.command("test")(pack_test)


@app.callback(invoke_without_command=True)
def _version(version: Annotated[bool, typer.Option("--version", help="版本 version")] = False) -> None:
    if version:
        from importlib.metadata import version as installed_version

        typer.echo(f"govrules {installed_version('govrules')}")
        raise typer.Exit


def main() -> None:
    """Run the command; an error of ours is one message on stderr and its exit code."""
    # A start makes much that stays: to look for garbage among it again and again takes a tenth of a short run.
    gc.set_threshold(50_000, 20, 50)
    try:
        app()
    except GovrulesError as error:
        print(f"govrules: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output has gone (`| head`): nothing is left to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    finally:
        if (cache := sys.modules.get("govrules.load.cache")) is not None:
            cache.keep()
        # The last thing a process does is to look for garbage among all it has, which takes a tenth of a short run too.
        gc.freeze()

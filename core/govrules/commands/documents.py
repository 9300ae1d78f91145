"""Which documents a command reads, and by what; how far it is."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated

import typer

Paths = Annotated[
    list[str], typer.Argument(help="文件、文件夹（含下级）或 -（标准输入） files, folders or -", metavar="PATH…")
]
Named = Annotated[
    str | None, typer.Option("--reader", help="所有文件都用此读取器，如 txt read every file by this reader")
]
Jobs = Annotated[
    int | None, typer.Option("--jobs", "-j", min=1, help="并行进程数，默认为核数 processes, default: one for each core")
]
Mapped = Annotated[
    str | None,
    typer.Option(
        "--mapping",
        metavar="FILE",
        help="对照文件：其他程序的 JSON、CSV、Parquet 如何读取 how output of others is read",
    ),
]


def progress() -> Callable[[int, int, str], None] | None:
    """Give what shows how far reading is, on a terminal; None elsewhere."""
    if not sys.stderr.isatty():
        return None

    from time import monotonic

    began = monotonic()

    def show(done: int, of: int, name: str) -> None:
        rate = done / max(monotonic() - began, 1e-3)
        left = f"  剩余 {timedelta(seconds=round((of - done) / rate))}" if 0 < done < of else ""
        end = "\n" if done == of else ""
        print(f"\r\033[K{done}/{of}  {rate:.0f}/s{left}  {name[-80:]}", end=end, file=sys.stderr, flush=True)

    return show

"""A reader of a third party that crashes, hangs, hogs memory or leaves, as the first line of a file says."""

from __future__ import annotations

import ctypes
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from govrules.hooks import hookimpl
from govrules.read.document import Document
from govrules.read.text import read_text
from govrules.report import Reader


def read_deadly(content: bytes, source: str) -> Document:
    """Do what the first line says; a file that says nothing of the kind is read as text."""
    match content.split(b"\n", 1)[0].decode().split():
        case ["crash"]:
            ctypes.string_at(0)
        case ["hang"]:
            re.match(r"(a+)+$", "a" * 60 + "b")
        case ["hang", "beside", noted]:
            child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
            Path(noted).write_text(f"{os.getpid()} {child.pid}", encoding="utf-8")
            child.wait()
        case ["hog"]:
            hoard = [bytearray(10_000_000) for _ in range(100_000)]
            hoard.clear()
        case ["exit"]:
            os._exit(7)
        case ["leave"]:
            sys.exit(3)
        case ["shout"]:
            print("I am a reader", flush=True)
            os.write(1, b"and I write where I must not\n")
    return read_text(content.removeprefix(b"shout\n"), source)


@hookimpl
def govrules_readers() -> Mapping[str, Reader]:
    """Give the reader of `.deadly` files."""
    return {".deadly": read_deadly}

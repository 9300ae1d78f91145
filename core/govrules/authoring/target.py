"""What a word on the command line means: the folder of a pack, or a pack that is installed."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from pathlib import Path


def is_path(word: str) -> bool:
    """Tell whether a word is written as a path: with a separator, or with a dot at its beginning."""
    return word.startswith(".") or os.sep in word or bool(os.altsep and os.altsep in word)


def is_folder(word: str, installed: Callable[[], Collection[str]]) -> bool:
    """Tell whether a word means a folder: it is written as a path, or is that of a folder and of no installed pack."""
    return is_path(word) or (Path(word).is_dir() and word not in installed())


def passed_over(word: str) -> str:
    """Say that an installed pack is meant though a pack folder of its name is there; nothing where none is."""
    if is_path(word) or not _holds_pack(Path(word)):
        return ""
    return (
        f"{word}：使用已安装的规则包；要用此处的文件夹，请写 ./{word}。 "
        f"The installed pack is used, not the folder here: ./{word} means the folder."
    )


def _holds_pack(folder: Path) -> bool:
    from govrules.installed import pack_files

    return folder.is_dir() and ((folder / "pyproject.toml").is_file() or bool(pack_files(folder, must=False)))

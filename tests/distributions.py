"""Distributions made by hand: a module and its metadata in a folder that is put on the path."""

from __future__ import annotations

from pathlib import Path

HOOKS = "from pathlib import Path\nfrom govrules.hooks import hookimpl\nHERE = Path(__file__).parent\n"


def distribution(site: Path, name: str, version: str, module: str, code: str) -> None:
    """Put a distribution with one module, which is its one entry point, in a folder."""
    (site / f"{module}.py").write_text(code, encoding="utf-8")
    meta = site / f"{name.replace('-', '_')}-{version}.dist-info"
    meta.mkdir(parents=True)
    (meta / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")
    (meta / "entry_points.txt").write_text(f"[govrules]\n{module} = {module}\n", encoding="utf-8")


def hook(name: str, gives: str) -> str:
    """Write a module with one hook that gives an expression."""
    return f"{HOOKS}@hookimpl\ndef govrules_{name}():\n    return {gives}\n"

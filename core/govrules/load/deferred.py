"""A YAML file that was read before without a fault: taken apart when something of it is asked for, if at all."""

from __future__ import annotations

from typing import Any

from govrules.load.source import Source


class Deferred(Source):
    """A file that is known to be sound, taken apart when its values or places are asked for."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name, self.text = name, content.decode("utf-8-sig")
        self._content = content

    def __getattr__(self, name: str) -> Any:
        if name not in {"data", "places", "keys"}:
            raise AttributeError(name)
        from govrules.load.parse import parse_yaml

        made = parse_yaml(self._content, self.name)
        self.data, self.places, self.keys = made.data, made.places, made.keys
        return getattr(self, name)

"""Links to files that are not pages become plain words: on the site there is nothing behind them."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

_LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(((?:\.\./)+[^)#]+)(?:#[^)]*)?\)")


def on_page_markdown(markdown: str, *, page: SimpleNamespace, config: dict[str, str], **_: object) -> str:
    """Give the text of a page without its links to files outside the documents."""
    docs = Path(config["docs_dir"]).resolve()
    here = (docs / page.file.src_uri).parent

    def kept(link: re.Match[str]) -> str:
        inside = (here / link[2]).resolve().is_relative_to(docs)
        return link[0] if inside else f"`{link[2].lstrip('./')}`"

    return _LINK.sub(kept, markdown)

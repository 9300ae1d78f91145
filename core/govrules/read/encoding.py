"""Bytes to text: which encoding a Chinese document is written in, and when it is no text at all."""

from __future__ import annotations

import codecs

from govrules.errors import ReadError
from govrules.read.magic import kind_of

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CONTROLS = bytes((*range(1, 9), *range(14, 27), *range(28, 32), 127))
_LIKELY = 0.1
_COMMON = frozenset(
    "的一是在不了有和人中大为为上个国我以要他时来用们生到作地于出就分对成会可主发年動动同工也能下过過子說说公開开政府信息報报告情況况"
)
# UTF-8 read as GBK and saved again: the traces of ，。（）“”、： and of the commonest characters.
_MOJIBAKE = ("锛", "鈥", "銆", "鏀垮", "淇℃", "鍏紑", "\ufffd\ufffd")


def decode(content: bytes, source: str, declared: str | None = None) -> tuple[str, str]:
    """Give the text and the name of its encoding; raises ReadError for empty, binary and garbled files."""
    if not content.strip():
        raise ReadError("the file is empty", where=source, hint="a report is expected")
    kind = kind_of(content)
    if kind:
        raise ReadError(f"is {kind}, not text", where=source, hint="give the file its true suffix, or --reader")
    for bom, name in _BOMS:
        if content.startswith(bom):
            return _strict(content, name, source), name
    wide = _utf16(content)
    if wide is not None:
        return wide
    if _is_binary(content):
        raise ReadError("is a binary file, not text", where=source, hint="a text file is expected")
    text, name = _guessed(content, source, declared)
    if sum(text.count(trace) for trace in _MOJIBAKE if trace[0] in text) > max(3, len(text) // 200):
        raise ReadError("is garbled: it was once read in the wrong encoding", where=source, hint="fetch it again")
    return text, name


def _guessed(content: bytes, source: str, declared: str | None) -> tuple[str, str]:
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        if error.start > len(content) - 4:  # cut in the middle of its last character
            return content[: error.start].decode("utf-8"), "utf-8"
    if declared:
        name = "gb18030" if declared.lower().replace("-", "") in {"gb2312", "gbk", "gb18030", "cp936"} else declared
        try:
            return content.decode(name), name
        except (UnicodeDecodeError, LookupError):
            pass
    tries = [(text, name) for name in ("utf-8", "gb18030", "big5") if (text := _lenient(content, name)) is not None]
    if not tries:
        raise ReadError("its encoding is none of UTF-8, GB18030, Big5, UTF-16", where=source, hint="save it as UTF-8")
    return max(tries, key=lambda tried: _likeness(tried[0]))


def _utf16(content: bytes) -> tuple[str, str] | None:
    """Read UTF-16 without its mark: only text that is Chinese in one byte order is taken for it."""
    if 0 not in content[:4096] or len(content) % 2:
        return None
    for name in ("utf-16-le", "utf-16-be"):
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        if _likeness(text) > _LIKELY:
            return text, name
    return None


def _lenient(content: bytes, name: str) -> str | None:
    """Decode, forgiving at most one bad byte in a thousand, which stays visible as U+FFFD."""
    text = content.decode(name, errors="replace")
    return text if text.count("\ufffd") <= len(text) // 1000 else None


def _likeness(text: str) -> float:
    return sum(character in _COMMON for character in text) / max(len(text), 1)


def _strict(content: bytes, name: str, source: str) -> str:
    try:
        return content.decode(name)
    except UnicodeDecodeError as error:
        raise ReadError(f"is damaged: byte {error.start} is not {name}", where=source) from error


def _is_binary(content: bytes) -> bool:
    sample = content[:65536]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return controls > len(sample) // 100 or 0 in sample

"""Where in a line as it was written a piece of its normalised text stands."""

from __future__ import annotations

from govrules.latest import latest
from govrules.read.normalise import normalise
from govrules.report import Line


def raw_span(line: Line, start: int, end: int) -> tuple[int, int]:
    """Give the place in the raw line of a piece of its normalised text, the whole line where it cannot be told."""
    places = _places(line)[start:end]
    return (places[0], places[-1] + 1) if places else (0, len(line.raw))


@latest
def _places(line: Line) -> list[int]:
    """Give the raw index of each character of the text: both are walked in step.

    A raw character may stand for none in the text (zero width, a space, pinyin) or for several.
    """
    places: list[int] = []
    for index, character in enumerate(line.raw):
        same, here = normalise(character), len(places)
        if same and (line.text.startswith(same, here) or _folds(character, line.text, here)):
            places += [index] * len(same)
    return places


def _folds(character: str, text: str, here: int) -> bool:
    """Tell whether a Chinese character stands in the text in its simplified form."""
    return not character.isascii() and character.isalpha() and text[here : here + 1].isalpha()

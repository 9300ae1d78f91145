"""Checks of what prose says about itself: fees collected or not, problems and measures, lists as long as announced."""

import re

_YEAR = re.compile(r"(20\d\d)年")
_SENTENCE = re.compile(r"[。!?]")

"""For people who write packs: a new one to begin with, a review, trials and comparisons."""

"""Seeded chance for the invented district: one independent stream for each subject. Pure.

A stream of its own for each subject keeps the rest of the district as it is when one part draws more or less.
"""

import random


def stream(seed: int, subject: str) -> random.Random:
    """Return the generator of one subject; the same seed and subject always draw the same."""
    return random.Random(f"{seed}/{subject}")


def between(rng: random.Random, lowest: float, highest: float, value: float) -> float:
    """Return a value, or one within the last tenth of the range when it lies outside, so that no edge piles up."""
    tenth = (highest - lowest) / 10
    if value < lowest:
        return lowest + rng.random() * tenth
    if value > highest:
        return highest - rng.random() * tenth
    return value

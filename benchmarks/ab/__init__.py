"""Compares two versions of the training, each in processes of its own, pair by pair of turns. Imports no torch."""


class CannotCompareError(Exception):
    """The two sides cannot be compared; the message says in one line which one and why."""

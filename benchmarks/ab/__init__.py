"""Two versions of the training, timed turn by turn in a process each, and compared pair by pair. Imports no torch."""


class CannotCompareError(Exception):
    """The two sides cannot be compared; the message is a line that says which one and why."""

"""The numbers that define the training that is timed. Two times compare only where all of these agree."""

VERSION = 1
"""Raised whenever a change alters the timed work."""

SAMPLES = 1000
TEST_SAMPLES = 200
BATCH_SIZE = 10
EPOCHS = 10
SEED = 123

COMPUTED_ROUNDS = 300
"""Rounds of SHA-256 for a sample that is computed: a sixth of a millisecond on a server of 2024."""

WAITING_S = 0.0004
"""How long a sample from elsewhere takes to arrive: about a round trip within a data centre."""


def learning_rate(scale: int) -> float:
    """The step size of gradient descent at a scale.

    At scale 1 it is 0.5. A constant 0.5 diverges from about scale 10 on (the loss becomes NaN), and a training
    that has broken down is not worth timing; divided by the scale, the loss falls at every scale from 1 to 100.
    """
    return 0.5 / scale

"""The numbers that define the training that is timed. Two times compare only where all of these agree."""

VERSION = 1
"""Raised whenever a change alters the timed work."""

SAMPLES = 1000
TEST_SAMPLES = 200
BATCH_SIZE = 10
EPOCHS = 10
SEED = 123

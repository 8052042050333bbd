"""Answers from saved runs. Knows pandas; imports neither torch nor the model."""

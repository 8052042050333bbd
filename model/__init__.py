"""What is timed: a small binary classifier and its training, from data to prediction."""

"""From saved runs to answers. Knows pandas; imports neither torch nor the model."""

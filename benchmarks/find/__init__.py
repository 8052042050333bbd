"""Finds the size at which one side overtakes the other, in about a minute. Imports no torch."""

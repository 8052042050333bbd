"""What is measured and how. `test_*.py` are the benchmarks; `report` turns what they saved into answers."""

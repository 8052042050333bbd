"""Which size makes a GPU pay off, what would make training faster, and did it get slower?

In a checkout the parts of this package lie beside this folder, as `model/` and `benchmarks/`; where it is installed
they lie in it. Under these two names alone they would be taken for a user's own.
"""

from pathlib import Path

_folder = Path(__file__).parent
if not (_folder / "benchmarks").is_dir():
    __path__.append(str(_folder.parent))

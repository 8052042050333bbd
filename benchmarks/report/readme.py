"""Makes the tables of a README again: `python -m benchmarks.report.readme README.md`

Between a comment that holds a `crossover` command and the next `<!-- end -->` stands what the command prints.
"""

import re
import subprocess
import sys
from pathlib import Path

BLOCK = re.compile(r"(<!-- (crossover [^>]*?) -->\n).*?(<!-- end -->)", re.DOTALL)


def renewed(content: str) -> str:
    """The text of a README with each table as its command prints it now."""
    return BLOCK.sub(lambda block: f"{block[1]}\n```text\n{output(block[2])}\n```\n\n{block[3]}", content)


def output(command: str) -> str:
    """What a `crossover` command prints."""
    code = "from benchmarks.report.cli import main; main()"
    arguments = [sys.executable, "-c", code, *command.split()[1:]]
    return subprocess.run(arguments, capture_output=True, text=True, check=True).stdout.rstrip()


if __name__ == "__main__":
    for name in sys.argv[1:]:
        Path(name).write_text(renewed(Path(name).read_text()))

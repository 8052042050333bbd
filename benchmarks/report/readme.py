"""Makes what a README shows of saved runs again: `python -m benchmarks.report.readme README.md`

Between a comment that holds a `crossover` or `python -m` command and the next `<!-- end -->` stands what it prints,
or, of `crossover plot … -o NAME.svg`, the picture: one file for a light ground and one for a dark one, beside the
README.
"""

import io
import re
import subprocess
import sys
from contextlib import redirect_stdout
from functools import cache
from pathlib import Path

from benchmarks.report.cli import commands
from benchmarks.report.theme import Ground

BLOCK = re.compile(r"(<!-- ((?:crossover|python -m) [^>]*?) -->\n).*?(<!-- end -->)", re.DOTALL)
WORDS = re.compile(r"""aria-label="(?:Title|Subtitle) text '(.*?)'" """)
"""Of a picture, its title and what is said below it."""


def renewed(content: str, folder: Path) -> str:
    """The text of a README with each table as its command prints it now, and its pictures made again in its folder."""
    return BLOCK.sub(lambda block: f"{block[1]}{shown(block[2], folder)}{block[3]}", content)


def shown(command: str, folder: Path) -> str:
    if command.startswith("crossover plot "):
        return f"{picture(command, folder)}\n"
    return f"\n```text\n{output(command)}\n```\n\n"


@cache
def output(command: str) -> str:
    """What a `crossover` or `python -m` command prints; `crossover` is called here, as starting it takes a second."""
    program, *arguments = command.split()
    if program == "python":
        return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=True).stdout.rstrip()
    with redirect_stdout(io.StringIO()) as shown:
        commands.run(arguments)
    return shown.getvalue().rstrip()


@cache
def picture(command: str, folder: Path) -> str:
    """HTML that shows the picture that suits the reader's ground, with its words for those who cannot see it."""
    start, path = command.rsplit(" ", 1)
    files = {ground: path.replace(".svg", f"-{ground}.svg") for ground in Ground}
    for ground, file in files.items():
        (folder / file).parent.mkdir(exist_ok=True)
        output(f"{start} {folder / file} --ground {ground}")
    words = ": ".join(filter(None, WORDS.findall((folder / files[Ground.LIGHT]).read_text())))
    return (
        f'<picture><source media="(prefers-color-scheme: dark)" srcset="{files[Ground.DARK]}">'
        f'<img src="{files[Ground.LIGHT]}" width="49%" alt="{words}"></picture>'
    )


if __name__ == "__main__":
    for name in sys.argv[1:]:
        Path(name).write_text(renewed(Path(name).read_text(), Path(name).parent))

"""Renews what the documentation shows of saved runs: `python -m tools.docs README.md docs/*.md`

The text between a comment that holds a `crossover` or `python -m` command and the next `<!-- end -->` becomes what the
command prints. For `crossover plot … -o NAME.svg` it becomes the picture, one file for a light ground and one for a
dark one. Commands are written as one types them in the folder of the README, whichever page they stand on.
"""

import io
import os
import re
import sys
from contextlib import redirect_stdout
from functools import cache
from importlib import import_module
from pathlib import Path
from unittest.mock import patch

from crossover import program
from crossover.benchmarks.cli import commands
from crossover.benchmarks.report.figures.theme import Ground

BLOCK = re.compile(r"(<!-- ((?:crossover|python -m) [^>]*?) -->\n).*?(<!-- end -->)", re.DOTALL)
WORDS = re.compile(r"""aria-label="(?:Title|Subtitle) text '(.*?)'" """)
"""The title and the subtitle of a picture."""


def renewed(content: str, page: str, root: Path) -> str:
    """The text of a page with each table as its command prints it now; its pictures are drawn again.

    `page` is the path of the page from the README's folder. Pictures are written below `root`, at the paths that their
    commands name.
    """
    return BLOCK.sub(lambda block: f"{block[1]}{shown(block[2], page, root)}{block[3]}", content)


def shown(command: str, page: str, root: Path) -> str:
    if command.startswith("crossover plot "):
        return f"{picture(command, page, root)}\n"
    return f"\n```text\n{output(command)}\n```\n\n"


@cache
def output(command: str) -> str:
    """What a command prints. It is called in this process, because starting another one takes a second."""
    program, *arguments = command.split()
    with redirect_stdout(io.StringIO()) as shown:
        if program == "python":
            module = arguments[1]  # after -m
            with patch.object(sys, "argv", arguments[1:]):
                import_module(module).main()
        else:
            commands.run(arguments)
    return shown.getvalue().rstrip()


def picture(command: str, page: str, root: Path) -> str:
    """HTML that shows the picture for the reader's ground, light or dark, with its words as the alternative text."""
    files, words = drawn(command, root)
    links = {ground: Path(os.path.relpath(file, Path(page).parent)).as_posix() for ground, file in files.items()}
    return (
        f'<picture><source media="(prefers-color-scheme: dark)" srcset="{links[Ground.DARK]}">'
        f'<img src="{links[Ground.LIGHT]}" width="60%" alt="{words}"></picture>'
    )


@cache
def drawn(command: str, root: Path) -> tuple[dict[Ground, str], str]:
    """Draw a picture for each ground; returns their paths as the command names them, and the words in the picture."""
    start, path = command.rsplit(" ", 1)
    files = {ground: path.replace(".svg", f"-{ground}.svg") for ground in Ground}
    for ground, file in files.items():
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        output(f"{start} {root / file} --ground {ground}")
    return files, ": ".join(filter(None, WORDS.findall((root / files[Ground.LIGHT]).read_text(encoding="utf-8"))))


def main() -> None:
    for name in sys.argv[1:]:
        page = Path(name)
        page.write_text(renewed(page.read_text(encoding="utf-8"), name, Path()), encoding="utf-8")


if __name__ == "__main__":
    program.run("docs", main)

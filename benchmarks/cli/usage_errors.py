"""Turn an error in a command line into one line that names what to change."""

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any, TypeVar, cast

import typer

__all__ = ["UsageError", "listed", "nearest", "one_of", "sentence"]

UsageError = cast(type[Exception], typer.BadParameter.__bases__[0])
"""The base of all errors in a command line: click's class, which some versions of typer bundle and others take from
click."""

Choice = TypeVar("Choice")


def sentence(error: Any) -> str:
    """The line for a UsageError."""
    see = f"; see `{error.ctx.command_path} --help`" if error.ctx else ""
    if hasattr(error, "possibilities"):
        return f"no such option: {error.option_name}{suggestion(error.possibilities or []) or see}"
    parameter = getattr(error, "param", None)
    if parameter and error.message:
        return f"{name_of(parameter)}: {error.message}"
    if parameter:
        return f"{name_of(parameter)} is missing{see}"
    message = " ".join(error.format_message().split()).removesuffix(".")
    return message[:1].lower() + message[1:] + ("" if message.endswith("?") else see)


def name_of(parameter: Any) -> str:
    """`--format`, or `RUN` for a parameter that has no option name."""
    options = [name for name in parameter.opts if name.startswith("-")]
    return max(options, key=len) if options else str(parameter.metavar or parameter.name).strip("[].")


def suggestion(names: Iterable[str]) -> str:
    """`; did you mean --scales?`, or nothing without names."""
    listed = " or ".join(sorted(names))
    return f"; did you mean {listed}?" if listed else ""


def nearest(word: str, names: Iterable[str]) -> str:
    """A suggestion for a word that is not one of some names."""
    return suggestion(get_close_matches(word.lower(), list(names), n=1))


def one_of(choices: Iterable[Choice]) -> Callable[[str], Choice]:
    """A parser for the name of one of some choices, which raises BadParameter for any other word."""
    named = {str(choice): choice for choice in choices}

    def parse(word: str) -> Choice:
        if word not in named:
            raise typer.BadParameter(f"{word!r} is none of {', '.join(named)}{nearest(word, named)}")
        return named[word]

    return parse


def listed(choices: Iterable[object]) -> str:
    """`text|json`, as it stands in the help."""
    return "|".join(map(str, choices))

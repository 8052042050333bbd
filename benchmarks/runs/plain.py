"""Text as it can be shown anywhere."""

__all__ = ["plain"]


def plain(text: str) -> str:
    """Returns a text in one line, without escapes, invisible characters and halves of surrogate pairs."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)

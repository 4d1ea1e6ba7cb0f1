"""Messages of errors that are too long to show, such as one that holds a whole array."""

from __future__ import annotations

#: Characters of a message or of a traceback that are kept.
LIMIT = 64 * 1024


def shortened(text: str) -> str:
    """Begin and end of a long text, and between them how much is missing."""
    if len(text) <= LIMIT:
        return text
    half = LIMIT // 2
    return f"{text[:half]}\n... {len(text) - 2 * half} characters left out ...\n{text[-half:]}"


def shortened_lines(lines: list[str]) -> list[str]:
    """The same of lines, taken together."""
    text = "\n".join(lines)
    return lines if len(text) <= LIMIT else shortened(text).split("\n")

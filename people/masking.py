"""Numbers and tokens as they may be read: by staff on a page, by operators in a log, in the audit."""

import re

MASKS = (
    (re.compile(r"(/hooks/[^/\s]*/)[^/\s]+"), r"\1(secret)"),
    (re.compile(r"\b[a-z]\d+\.(?:(?:number|text)\.)?[\w-]{20,}"), "(token)"),
    # a number may be escaped, as it is in addresses: %2B254...
    (re.compile(r"(?:(?<![\w.])|(?<=%2[Bb]))\+?\d{9,15}(?![\w.])"), "(number)"),
)


def masked(text: str) -> str:
    """The text without secrets of hooks, tokens and whatever looks like a phone number."""
    for pattern, mark in MASKS:
        text = pattern.sub(mark, text)
    return text

"""Logs carry no phone numbers, no secrets of hooks and no tokens, whatever was written and by whom.

Done where a line is finished, so that the text of an error and its traceback are covered too.
"""

import logging
import re

MASKS = (
    (re.compile(r"(/hooks/[^/\s]*/)[^/\s]+"), r"\1(secret)"),
    (re.compile(r"\b[a-z]\d+\.(?:(?:number|text)\.)?[\w-]{20,}"), "(token)"),
    # a number may be escaped, as it is in addresses: %2B254...
    (re.compile(r"(?:(?<![\w.])|(?<=%2[Bb]))\+?\d{9,15}(?![\w.])"), "(number)"),
)


def masked(text: str) -> str:
    """The text without what must not be read in a log."""
    for pattern, mark in MASKS:
        text = pattern.sub(mark, text)
    return text


class Masked(logging.Formatter):
    """Masks the whole line, its traceback included."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


class Brief(logging.Filter):
    """What any stranger can cause is told in one line: no traceback, or the disk fills with them."""

    def filter(self, record: logging.LogRecord) -> bool:
        asked_wrongly = record.name == "django.request" and record.levelno < logging.ERROR
        if asked_wrongly or record.name.startswith("django.security"):
            record.exc_info = record.exc_text = None
        return True

"""A table before it is a file: columns, and rows that may come one by one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

Cell = str | int | float | date | None
Row = tuple[Cell, ...]


class Form(StrEnum):
    """How a column's cells are written."""

    TEXT = "text"
    WHOLE = "whole"
    SHARE = "share"  # 0.25 is a quarter
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Column:
    """`title`: in the reader's language; `width`: in letters."""

    title: str
    form: Form = Form.TEXT
    width: int = 14


@dataclass(frozen=True, slots=True)
class Sheet:
    """`keep`: columns that stay in sight when the reader moves sideways; `note`: how to read it."""

    name: str
    columns: tuple[Column, ...]
    rows: Iterable[Row]
    note: str = ""
    keep: int = 1


def texts(*titles: str, width: int = 14) -> tuple[Column, ...]:
    return tuple(Column(title, Form.TEXT, width) for title in titles)


def wholes(*titles: str, width: int = 12) -> tuple[Column, ...]:
    return tuple(Column(title, Form.WHOLE, width) for title in titles)

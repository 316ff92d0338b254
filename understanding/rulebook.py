"""The words of the rules of danger as their files and the protection officers wrote them, before anything compiles.

A rule is met when each of its groups is, and a group when one of its phrases is. As text: a phrase a line, and a
line with `+` alone where the next group begins. Officers' rules lie over the files: the files stay the default.
"""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "danger"
BETWEEN = "+"
MOST = 4000  # characters of one rule: each costs time at every message
GAPS_MOST = (
    3  # of one phrase: each is tried at every place of those before it, nine take seconds a message
)

Groups = tuple[tuple[str, ...], ...]


class BadRule(ValueError):  # noqa: N818 - named for what it is
    """The text is no rule. `word`: empty, name (of a list the file has not), wide (would meet anything), gaps (too many), long."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


@dataclass(frozen=True, slots=True)
class Written:
    """One rule. `key` is its own within the language; `name` is what a case is filed under; `own`: an officer wrote it."""

    key: str
    name: str
    always: bool
    groups: Groups
    own: bool = False

    @property
    def text(self) -> str:
        return f"\n{BETWEEN}\n".join("\n".join(group) for group in self.groups)


@dataclass(frozen=True, slots=True)
class Book:
    """One file: its rules, its lists of words by name, and the openings of questions that only ask."""

    language: str
    review: str
    words: tuple[tuple[str, str], ...]
    content: tuple[str, ...]
    rules: tuple[Written, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A rule as an officer left it, for one that the file has or for a new one; `on` False: it is heard no more."""

    language: str
    key: str
    on: bool
    always: bool
    text: str


@cache
def books() -> tuple[Book, ...]:
    """Every file of the folder, by name."""
    return tuple(_book(path) for path in sorted(FOLDER.glob("*.toml")))


def overlaid(changes: Iterable[Change]) -> tuple[Book, ...]:
    """The files' rules with these over them; a change that is no rule any more leaves the file's rule as it is."""
    by: dict[str, dict[str, Change]] = {}
    for change in changes:
        by.setdefault(change.language, {})[change.key] = change
    return tuple(_overlaid(book, by.get(book.language, {})) for book in books())


def groups_of(text: str, book: Book) -> Groups:
    """The groups that a text describes. Raises BadRule."""
    if len(text) > MOST:
        raise BadRule("long")
    groups: list[list[str]] = [[]]
    for line in filter(None, map(str.strip, text.splitlines())):
        if line == BETWEEN:
            groups.append([])
        else:
            _check(line, book)
            groups[-1].append(" ".join(line.split()))
    if not all(groups):
        raise BadRule("empty")
    return tuple(map(tuple, groups))


def _check(phrase: str, book: Book) -> None:
    try:
        words = phrase.format_map(dict(book.words)).split()
    except (KeyError, ValueError, IndexError, AttributeError) as error:
        raise BadRule("name") from error
    if words.count("..") > GAPS_MOST:
        raise BadRule("gaps")
    said = [word.split("|") for word in words if word.strip("*") not in ("", "..")]
    if not said or not all(any(map(str.isalnum, one)) for word in said for one in word):
        raise BadRule("wide")


def _overlaid(book: Book, changes: dict[str, Change]) -> Book:
    if not changes:
        return book
    known = {rule.key for rule in book.rules}
    rules = [_changed(rule, changes.get(rule.key), book) for rule in book.rules]
    rules += [
        _changed(Written(key, key, one.always, ()), one, book)
        for key, one in changes.items()
        if key not in known
    ]
    return replace(book, rules=tuple(rule for rule in rules if rule and rule.groups))


def _changed(rule: Written, change: Change | None, book: Book) -> Written | None:
    if change is None:
        return rule
    if not change.on:
        return None
    try:
        groups = groups_of(change.text, book)
    except BadRule:
        return rule
    return replace(rule, always=change.always, groups=groups, own=True)


def _book(path: Path) -> Book:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return Book(
        language=table["language"],
        review=table.get("review", ""),
        words=tuple(table.get("words", {}).items()),
        content=tuple(table.get("content", {}).get("unless", ())),
        rules=tuple(_keyed(table["danger"])),
    )


def _keyed(rules: Sequence[dict[str, Any]]) -> Iterable[Written]:
    """A file may name two rules alike: the second has the key `name 2`."""
    seen: dict[str, int] = {}
    for rule in rules:
        name = rule["rule"]
        seen[name] = seen.get(name, 0) + 1
        key = name if seen[name] == 1 else f"{name} {seen[name]}"
        yield Written(key, name, rule.get("always", False), tuple(map(tuple, rule["all"])))

"""Hears that somebody is in danger, before anything else is understood.

Rules are words in files, one a language (`danger/<language>.toml`), so that a native reader can mend them.
All languages are tried on every text: a wrong language guess must never hide a cry for help. A text that
only *asks about* danger ("what is trafficking?") is left to the answers, unless a rule says `always`.
An alarm is soft (the help line, and a question back), so hearing too much is the lesser fault.

In the files: `stem*`, `*stem*`, `a|b`, `a|b_c` (b and c one after the other), `a .. b` (up to four words between), `{name}` of the file's own
[words]. A rule is met when every one of its groups is. Both text and rules go through the normal key. Rules
in another script are also tried, far more strictly, on the consonants of texts in Latin letters that might
be Amharic, Tigrinya or Arabic typed so; everyday English meets any three consonants sooner or later.
"""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from understanding import language_id, normalise, scripts

FOLDER = Path(__file__).parent / "danger"
GAP = r" (?:[^ ]+ ){0,4}"
SHORTEST = 4  # consonants of a word of a rule that is tried so; fewer are met by chance
NEGATIONS = (
    "አይ",
    "አል",
    "አት",
    "አን",
    "ኣይ",
    "ኣል",
)  # vowels: without them "allowed" and "not allowed" are one
AROUND = "[^ ]{0,2}"  # what may stand before and after a word compared so
POSSIBLE = 0.2  # probability of the Latin-typed language from which its consonants are compared
FOREIGN = ("am", "ti", "ar")  # written in another script, often typed in Latin letters
ETHIOPIC = ("am", "ti")
SCRIPTS = {"am": "Ethiopic", "ti": "Ethiopic", "ar": "Arabic"}
NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Danger:
    """What was heard: the language of the rules and the rule, as the files name them."""

    language: str
    rule: str


@dataclass(frozen=True, slots=True)
class Rule:
    danger: Danger
    always: bool  # also where the text reads as a question about danger
    groups: tuple[re.Pattern[str], ...]
    consonants: tuple[
        re.Pattern[str], ...
    ]  # the groups for texts in Latin letters; () where useless

    def met(self, text: str, bones: str) -> bool:
        if all(group.search(text) for group in self.groups):
            return True
        return bool(bones and self.consonants) and all(g.search(bones) for g in self.consonants)


@dataclass(frozen=True, slots=True)
class Language:
    """One file: its rules and the openings of questions that only ask. Its script: any text without a letter
    of it cannot meet a rule, save by consonants."""

    name: str
    script: str
    rules: tuple[Rule, ...]
    content: re.Pattern[str]


def hears_danger(text: str) -> Danger | None:
    """The first rule a text meets, or None. Reads every language; total on any text."""
    folded = normalise.folded(text)
    written = set(normalise.runs(folded))
    views = [
        (language, f" {_keyed(language.name)(folded)} " if language.script in written else "")
        for language in languages()
    ]
    asks = any(language.content.search(view) for language, view in views)
    for language, view in views:
        bones = _bones(folded, language.name)
        for rule in language.rules:
            if (rule.always or not asks) and rule.met(view, bones):
                return rule.danger
    return None


@cache
def languages() -> tuple[Language, ...]:
    """Every file of the folder, compiled once; a file that does not read stops the start."""
    return tuple(_language(path) for path in sorted(FOLDER.glob("*.toml")))


def _bones(folded: str, language: str) -> str:
    """The consonants of a text that may be `language` typed in Latin letters, else ''."""
    if language not in FOREIGN or normalise.runs(folded)[:1] != ["Latin"]:
        return ""
    found = language_id.posterior(folded)
    return f" {normalise.skeleton(folded)} " if found[f"{language}-Latn"] > POSSIBLE else ""


def _language(path: Path) -> Language:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    name, words = table["language"], table.get("words", {})
    content = _compiled(table.get("content", {}).get("unless", []), words, _keyed(name))
    return Language(
        name,
        SCRIPTS.get(name, "Latin"),
        tuple(_rule(rule, name, words) for rule in table["danger"]),
        content,
    )


def _rule(rule: dict[str, Any], name: str, words: dict[str, str]) -> Rule:
    groups = [[pattern.format(**words) for pattern in group] for group in rule["all"]]
    return Rule(
        danger=Danger(name, rule["rule"]),
        always=rule.get("always", False),
        groups=tuple(_compiled(group, words, _keyed(name)) for group in groups),
        consonants=tuple(_compiled(group, words, _boned(name), AROUND) for group in groups)
        if name in FOREIGN
        else (),
    )


def _keyed(language: str) -> Callable[[str], str]:
    if language == "fr":  # l'argent, m'a: as one word and as two
        return lambda text: " ".join(
            dict.fromkeys(normalise.written(t, "fr") for t in (text, text.replace("'", " ")))
        )
    if language not in ETHIOPIC:
        return lambda text: normalise.written(text, language)
    return lambda text: " ".join(map(scripts.spelled, normalise.written(text, language).split()))


def _boned(language: str) -> Callable[[str], str]:
    """Consonants of a word of a rule; '' where so few are left that they would be met by chance."""

    def bones(word: str) -> str:
        found = normalise.skeleton(word, language)
        return found if len(found) >= SHORTEST and not word.startswith(NEGATIONS) else ""

    return bones


def _compiled(
    patterns: list[str], words: dict[str, str], see: Callable[[str], str], around: str = ""
) -> re.Pattern[str]:
    found = [one for p in patterns if (one := _phrase(p.format(**words).split(), see, around))]
    return re.compile("|".join(found)) if found else NEVER


def _phrase(tokens: list[str], see: Callable[[str], str], around: str) -> str:
    """The expression of one phrase; '' where a word of it has nothing to be seen by."""
    parts: list[str] = []
    join = ""
    for place, words in enumerate(tokens):
        if words == "..":
            join = GAP
            continue
        free = around or "[^ ]*"
        begin = "(?<= )" + around if around else "" if place == 0 else free
        end = around + "(?= )" if around else "" if place == len(tokens) - 1 else free
        seen = [one for word in words.split("|") if (one := _word(word, see, begin, end))]
        if not seen:
            return ""
        parts.append(f"{join if parts else ''}(?:{'|'.join(seen)})")
        join = " "
    return "".join(parts)


def _word(word: str, see: Callable[[str], str], begin: str, end: str) -> str:
    """One word; `begin` and `end` stand for what it is free to begin and end with."""
    seen = [see(part) for part in word.strip("*").split("_")]
    if not all(seen):
        return ""
    bare = " ".join(re.escape(part).replace("\\ ", " ") for part in seen)
    before = begin if word.startswith("*") else "(?<= )"
    return f"{before}{bare}{end if word.endswith('*') else '(?= )'}"

"""Hears that somebody is in danger, before anything else is understood: by rules, then by likeness to cries.

Rules are words in files, one a language (`danger/<language>.toml`), so that a native reader can mend them.
All languages are tried on every text: a wrong language guess must never hide a cry for help. A text that
only *asks about* danger ("what is trafficking?") is left to the answers, unless a rule says `always`.
An alarm is soft (the help line, and a question back), so hearing too much is the lesser fault. A text is also
compared with examples of cries (`cries`), and the rules it meets are added to its likeness; alone decides a rule
that says `always`, one that a protection officer wrote, and any in a text too short to compare.

In the files: `stem*`, `*stem*`, `a|b`, `a|b_c` (b and c one after the other), `a .. b` (up to four words between), `{name}` of the file's own
[words]. A rule is met when every one of its groups is. Both text and rules go through the normal key. Rules
in another script are also tried, far more strictly, on the consonants of texts in Latin letters that might
be Amharic, Tigrinya or Arabic typed so; everyday English meets any three consonants sooner or later.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import inf

from understanding import cries, language_id, normalise, rulebook, scripts
from understanding.encoder import Encoder
from understanding.rulebook import Book, Written

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
LIKENESS = "like a cry"  # the rule named where none was met
RULES = (
    0.0,
    0.4,
    0.6,
)  # what no, one, and more rules add to likeness; best of 0.2 to 0.6 on examples


@dataclass(frozen=True, slots=True)
class Danger:
    """What was heard: the language of the rules and the rule, as the files name them."""

    language: str
    rule: str

    def __str__(self) -> str:
        """As a case names it: "en: held"."""
        return f"{self.language}: {self.rule}"


@dataclass(frozen=True, slots=True)
class Rule:
    danger: Danger
    key: str  # of the rulebook
    always: bool  # also where the text reads as a question about danger
    firm: bool  # heard also where the text is calm by its likeness
    groups: tuple[re.Pattern[str], ...]
    consonants: tuple[
        re.Pattern[str], ...
    ]  # the groups for texts in Latin letters; () where useless

    def met(self, text: str, bones: str) -> bool:
        if all(group.search(text) for group in self.groups):
            return True
        return bool(bones and self.consonants) and all(g.search(bones) for g in self.consonants)

    def words(self, text: str, bones: str) -> tuple[str, ...]:
        """What each group found; nothing for a text that does not meet the rule."""
        for groups, view in ((self.groups, text), (self.consonants, bones)):
            found = [group.search(view) for group in groups]
            if found and all(found):
                return tuple(one[0].strip() for one in found if one)
        return ()


@dataclass(frozen=True, slots=True)
class Language:
    """One file: its rules and the openings of questions that only ask. Its script: any text without a letter
    of it cannot meet a rule, save by consonants."""

    name: str
    script: str
    rules: tuple[Rule, ...]
    content: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Met:
    """A rule that a text meets, and the words of the text by which."""

    danger: Danger
    key: str
    words: tuple[str, ...]


def hears_danger(
    text: str, among: tuple[Language, ...] | None = None, by: Encoder | None = None
) -> Danger | None:
    """The first rule a text meets, else its likeness to a cry, else None. Total on any text.

    Rules of every language are read: those in use, or those of `among`. With an encoder also what the text means.
    """
    reading = cries.read(text, by)
    likest = max(reading, key=reading.__getitem__, default="")
    near = reading[likest] if likest else -inf
    met: list[Danger] = []
    for danger, rule, *_ in _heard(text, among or languages()):
        met.append(danger)
        if rule.firm or not reading:
            return met[0] if near + weight(len(met)) > 0 else danger
    if near + weight(len(met)) > 0:
        return met[0] if met else Danger(likest, LIKENESS)
    return None


def weight(rules: int) -> float:
    """How much so many rules that a text meets add to its likeness to a cry."""
    return RULES[min(rules, len(RULES) - 1)]


def meets(text: str, among: tuple[Language, ...]) -> bool:
    """Whether any of these rules is met, by the rules alone."""
    return next(_heard(text, among), None) is not None


def met(text: str, among: tuple[Language, ...] | None = None) -> list[Met]:
    """Every rule that a text meets, for whoever tries the rules out."""
    return [
        Met(danger, rule.key, _readable(rule.words(view, bones), view, text))
        for danger, rule, view, bones in _heard(text, among or languages())
    ]


def _readable(found: tuple[str, ...], view: str, text: str) -> tuple[str, ...]:
    """The words as they were written, where view and text have as many of them."""
    keyed, written = view.split(), normalise.NOT_WORD.sub(" ", normalise.folded(text)).split()
    if len(keyed) != len(written):
        return found
    return tuple(_behind(words.split(), keyed, written) or words for words in found)


def _behind(words: list[str], keyed: list[str], written: list[str]) -> str:
    for place in range(len(keyed) - len(words) + 1):
        there = zip(words, keyed[place:], strict=False)
        if all(part in word for part, word in there):
            return " ".join(written[place : place + len(words)])
    return ""


def languages() -> tuple[Language, ...]:
    """The rules in use: the files' own until others were `put`; a file that does not read stops the start."""
    if not _in_use:
        put(rulebook.books())
    return _in_use[0]


def put(books: Iterable[Book]) -> None:
    """From now on these rules are heard in this process."""
    _in_use[:] = [compiled(books)]


def compiled(books: Iterable[Book]) -> tuple[Language, ...]:
    return tuple(map(_language, books))


_in_use: list[tuple[Language, ...]] = []


def _heard(text: str, among: tuple[Language, ...]) -> Iterator[tuple[Danger, Rule, str, str]]:
    """Rules met, with the two views of the text."""
    folded = normalise.folded(text)
    written = set(normalise.runs(folded))
    views = [
        (language, f" {_keyed(language.name)(folded)} " if language.script in written else "")
        for language in among
    ]
    asks = any(language.content.search(view) for language, view in views)
    for language, view in views:
        bones = _bones(folded, language.name)
        for rule in language.rules:
            if (rule.always or not asks) and rule.met(view, bones):
                yield rule.danger, rule, view, bones


def _bones(folded: str, language: str) -> str:
    """The consonants of a text that may be `language` typed in Latin letters, else ''."""
    if language not in FOREIGN or normalise.runs(folded)[:1] != ["Latin"]:
        return ""
    found = language_id.posterior(folded)
    return f" {normalise.skeleton(folded)} " if found[f"{language}-Latn"] > POSSIBLE else ""


@lru_cache(maxsize=64)  # an officer's change compiles one language again, not all
def _language(book: Book) -> Language:
    words, see = dict(book.words), _keyed(book.language)
    return Language(
        book.language,
        SCRIPTS.get(book.language, "Latin"),
        tuple(_rule(rule, book.language, words) for rule in book.rules),
        _compiled(book.content, words, see),
    )


def _rule(rule: Written, name: str, words: dict[str, str]) -> Rule:
    return Rule(
        danger=Danger(name, rule.name),
        key=rule.key,
        always=rule.always,
        firm=rule.always or rule.own,
        groups=tuple(_compiled(group, words, _keyed(name)) for group in rule.groups),
        consonants=tuple(_compiled(group, words, _boned(name), AROUND) for group in rule.groups)
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
    patterns: Iterable[str], words: dict[str, str], see: Callable[[str], str], around: str = ""
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

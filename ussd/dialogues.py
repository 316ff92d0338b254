"""Golden dialogues: calls as text files, word for word, to hold an edition or a release to what it once said.

A file starts with `country KE`, `language en` (or `-` for a new caller), `letters yes` (or `no`: the operator
shows Latin letters only); where the session may put a question about the caller, which one it `asks`; where it
is known, the `edition` it was walked on; and, for questions, `ask words = faq-006 faq-012` or `= danger`. Then
each `> input` is followed by the screen's place with what it shows, and its text. The first input dials: `*` the
code alone, `*2*1` the code with two answers behind it.
"""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from campaigns.editions.edition import Edition
from campaigns.editions.inquiry import QUESTIONS
from campaigns.editions.screens import LATIN
from people.languages import base
from ussd.menu import STANDARD, Ask, Asked, Budget, Screen, Start, walk

NEW = "-"  # language of a caller nobody knows yet
DANGER = "danger"
LETTERS: Mapping[str, Budget] = {"yes": STANDARD, "no": LATIN}
NEEDED = ("country", "language", "letters")
KNOWN = (*NEEDED, "asks", "edition")


class BadDialogue(ValueError):  # noqa: N818 (a name that says what is wrong)
    """The text is no dialogue; says in which line it stops being one."""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One call: how it begins, what was typed, what the matcher made of each question.

    `dialled`: answers behind the code. `edition`: the one it was walked on, "" where nobody noted it.
    """

    start: Start
    inputs: tuple[str, ...] = ()
    dialled: tuple[str, ...] = ()
    asked: Mapping[str, Asked] = field(default_factory=dict)
    edition: str = ""

    def ask(self, words: str, _language: str) -> Asked:
        """What the matcher answered then; nothing to words that nobody had asked."""
        return self.asked.get(words, Asked())

    def hops(self) -> list[tuple[str, tuple[str, ...]]]:
        """Each input as it is written down, with all that was given up to it."""
        called = ("*" + "*".join(self.dialled), self.dialled)
        count = range(1, len(self.inputs) + 1)
        later = [(self.inputs[n - 1], (*self.dialled, *self.inputs[:n])) for n in count]
        return [called, *later]


def play(edition: Edition, dialogue: Dialogue) -> str:
    """The file of this call as the edition answers it."""
    lines = [*_head(dialogue), ""]
    for given, inputs in dialogue.hops():
        screen = walk(edition, dialogue.start, inputs, dialogue.ask)
        lines += [f"> {given}", told(screen), screen.text, ""]
    return "\n".join(lines)


def told(screen: Screen) -> str:
    """Where the caller is, what was shown, wished, sent, answered and told, and whether the call ends there."""
    answered = [str(part) for part in screen.quiz or ()]
    words = [screen.place, *screen.content, screen.wish, screen.sends, *answered]
    words += ["=".join(screen.told or ()), "ends" if screen.ends else ""]
    return f"[{' '.join(filter(None, words))}]"


def _head(dialogue: Dialogue) -> list[str]:
    start = dialogue.start
    facts = {
        "country": start.country,
        "language": start.language or NEW,
        "letters": "yes" if start.budget.ucs2 else "no",
        "asks": start.asks,
        "edition": dialogue.edition,
    }
    lines = [f"{name} {value}" for name, value in facts.items() if value]
    return lines + [
        f"ask {words} = {DANGER if asked.danger else ' '.join(asked.items)}"
        for words, asked in dialogue.asked.items()
        if asked.danger or asked.items
    ]


def read(text: str) -> Dialogue:
    """The call of a file, whatever the screens in it; raises BadDialogue."""
    facts: dict[str, str] = {}
    asked: dict[str, Asked] = {}
    inputs: list[str] = []
    for number, line in enumerate(text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n"), 1):
        if line.startswith("> "):
            inputs.append(line[2:])
        elif line and not inputs:
            _take(line, number, facts, asked)
    missing = [name for name in NEEDED if name not in facts]
    if missing:
        raise BadDialogue(f"it does not say which {missing[0]}")
    if not (inputs and inputs[0].startswith("*")):
        raise BadDialogue("it does not begin with a dialled code, `> *`")
    return Dialogue(
        _start(facts), tuple(inputs[1:]), _behind(inputs[0]), asked, facts.get("edition", "")
    )


def _take(line: str, number: int, facts: dict[str, str], asked: dict[str, Asked]) -> None:
    """One line before the first input."""
    name, _, value = line.partition(" ")
    words, sign, items = value.rpartition(" =")
    if name == "ask" and sign:
        danger = items.strip() == DANGER
        asked[words] = Asked(() if danger else tuple(items.split()), danger)
    elif name in KNOWN:
        facts[name] = value.strip()
    else:
        raise BadDialogue(f"line {number} says nothing that is known: {line}")


def _start(facts: Mapping[str, str]) -> Start:
    language, letters = facts["language"], LETTERS.get(facts["letters"])
    if letters is None:
        raise BadDialogue(f"letters are yes or no, not {facts['letters']}")
    if (asks := facts.get("asks", "")) not in ("", *QUESTIONS):
        raise BadDialogue(f"nobody is asked {asks}; known are {', '.join(QUESTIONS)}")
    return Start(
        language=None if language == NEW else base(language),
        country=facts["country"],
        budget=letters,
        asks=asks,
    )


def _behind(dialled: str) -> tuple[str, ...]:
    """The answers behind a code: none of "*", two of "*2*1"."""
    return tuple(dialled[1:].split("*")) if dialled != "*" else ()


def difference(edition: Edition, text: str) -> str:
    """What the edition answers otherwise than the file says, as a unified difference; "" nothing."""
    now = play(edition, read(text))
    return "\n".join(
        difflib.unified_diff(text.split("\n"), now.split("\n"), "then", "now", lineterm="", n=2)
    )


def listening(ask: Ask, heard: dict[str, Asked]) -> Callable[[str, str], Asked]:
    """The same matcher, whose answers are written down in `heard`."""

    def ask_and_note(words: str, language: str) -> Asked:
        heard[words] = found = ask(words, language)
        return found

    return ask_and_note

"""The fields of a text one by one: which an item of each kind has, what stands in them, which one is to blame.

Pages and sheets name a field by one word; options and ways of asking are numbered, "option 2".
"""

from collections.abc import Iterator, Mapping

from campaigns.editions.content import HELP_SORT, MENU, QUIZ, SHORT, WORDING, Words
from campaigns.editions.problems import Problem
from campaigns.editions.wording import tokens

TITLE, SHORT_LABEL, BODY, SMS, USSD, BACK = "title", "short", "body", "sms", "ussd", "back"
OPTION, PHRASING = "option", "phrasing"
ENOUGH = 20  # ways of asking that an answer needs in each language
_KINDS: Mapping[str, tuple[str, ...]] = {
    WORDING: (BODY, BACK),
    MENU: (TITLE, SHORT_LABEL),
    QUIZ: (BODY, OPTION, BACK),
    HELP_SORT: (TITLE, SHORT_LABEL, BODY, SMS, USSD, BACK, PHRASING),
}
_OTHERS = (TITLE, SHORT_LABEL, BODY, SMS, USSD, BACK, PHRASING)
LIMITS: Mapping[str, int] = {TITLE: 200, SHORT_LABEL: SHORT, OPTION: 60}  # characters


def fields(kind: str) -> tuple[str, ...]:
    """The fields a translator fills in, in the order of reading; options and phrasings once each."""
    return _KINDS.get(kind, _OTHERS)


def numbered(field: str, number: int) -> str:
    """ "option 2": counted from 1."""
    return f"{field} {number}"


def family(field: str) -> str:
    """ "option" for "option 2"."""
    return field.partition(" ")[0]


def cells(words: Words, back: str, kind: str) -> dict[str, str]:
    """Field -> what stands in it, numbered ones one by one; empty ones too, but for numbered ones."""
    plain = {
        TITLE: words.title,
        SHORT_LABEL: words.short,
        BODY: words.body,
        SMS: words.sms,
        USSD: words.ussd,
        BACK: back,
    }
    several = {OPTION: words.options, PHRASING: words.phrasings}
    found: dict[str, str] = {}
    for field in fields(kind):
        if field in plain:
            found[field] = plain[field]
        else:
            found |= {numbered(field, n): value for n, value in enumerate(several[field], 1)}
    return found


def assemble(filled: Mapping[str, str], *, audio: str = "") -> tuple[Words, str]:
    """The text and its back-translation that the cells make; empty numbered cells at the end are none."""
    said = Words(
        title=filled.get(TITLE, "").strip(),
        short=filled.get(SHORT_LABEL, "").strip(),
        body=filled.get(BODY, "").strip(),
        sms=filled.get(SMS, "").strip(),
        ussd=filled.get(USSD, "").strip(),
        options=tuple(_several(filled, OPTION)),
        phrasings=tuple(dict.fromkeys(filter(None, _several(filled, PHRASING)))),
        audio=audio.strip(),
    )
    return said, filled.get(BACK, "").strip()


def _several(filled: Mapping[str, str], field: str) -> list[str]:
    """Values by their number; a gap between two is an empty value, so that options keep their places."""
    numbers = {
        int(name.partition(" ")[2]): value.strip()
        for name, value in filled.items()
        if family(name) == field and name.partition(" ")[2].isdecimal()
    }
    most = max((number for number, value in numbers.items() if value), default=0)
    return [numbers.get(number, "") for number in range(1, most + 1)]


def blamed(problem: Problem, words: Words) -> str:
    """The field that mends the problem, as far as the problem's values tell it; the body else."""
    values = problem.values
    if "label" in values:
        return SHORT_LABEL
    if "token" in values or "figure" in values:
        return next(_naming(values.get("token") or values["figure"], words), BODY)
    if "parts" in values:
        return SMS if words.sms else BODY
    if set(values) == {"number"}:
        return numbered(OPTION, int(values["number"]))
    if not values and words.body and not (words.title and words.short):
        return TITLE if not words.title else SHORT_LABEL
    return BODY


def _naming(what: str, words: Words) -> Iterator[str]:
    """Fields in which the token or the figure stands."""
    texts = {TITLE: words.title, SHORT_LABEL: words.short}
    texts |= {BODY: words.body, SMS: words.sms, USSD: words.ussd}
    texts |= {numbered(OPTION, n): value for n, value in enumerate(words.options, 1)}
    for field, text in texts.items():
        if what in text or (what == "{brace}" and "brace" in tokens(text)):
            yield field

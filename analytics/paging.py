"""What a program may ask of a list, and the page of it that it gets: the same for every list of the API."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, Protocol, TypeVar

from django.utils.translation import gettext as _

SIZE: Final = 25  # lines on a page
LAST: Final = 10_000  # pages that may be asked for
PAGE: Final = "page"
T = TypeVar("T")


class Unclear(ValueError):  # noqa: N818 (says what happened)
    """What was asked cannot be answered; the words say what would be."""


class Given(Protocol):
    """Parameters as a request carries them: each may come several times."""

    def lists(self) -> Iterable[tuple[str, list[str]]]: ...


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """`following`: the next page's number, None on the last."""

    rows: Sequence[T]
    number: int
    pages: int
    total: int

    @property
    def following(self) -> int | None:
        return self.number + 1 if self.number < self.pages else None


def parameters(given: Given, *known: str) -> dict[str, str]:
    """What was asked, each once, "" for what was not. Raises Unclear for any other parameter."""
    told = {name: values for name, values in given.lists() if name != PAGE}
    if strange := sorted(set(told) - set(known)):
        said = _("There is no parameter %(name)s here; there are: %(known)s.")
        raise Unclear(said % {"name": strange[0], "known": ", ".join((*known, PAGE))})
    if twice := sorted(name for name, values in told.items() if len(values) > 1):
        raise Unclear(_("Give %(name)s once.") % {"name": twice[0]})
    if bare := sorted(name for name, values in told.items() if not values[0]):
        raise Unclear(_("Give %(name)s a value, or leave it out.") % {"name": bare[0]})
    return {name: told.get(name, [""])[0] for name in known}


def one_of(name: str, word: str, among: Collection[str]) -> str:
    """The word, where it is one of these, or "" where nothing was asked. Raises Unclear."""
    if word and word not in among:
        said = _("%(name)s is one of: %(words)s.")
        raise Unclear(said % {"name": name, "words": ", ".join(among)})
    return word


def short(name: str, word: str, most: int) -> str:
    """The word, where it is no longer than this. Raises Unclear."""
    if len(word) > most:
        raise Unclear(_("%(name)s has at most %(most)s signs.") % {"name": name, "most": most})
    return word


def page_of(rows: Sequence[T], given: Given, *, size: int = SIZE) -> Page[T]:
    """The page that is asked for; beyond the last there is an empty one. Raises Unclear."""
    number = _number(dict(given.lists()).get(PAGE, ["1"]))
    pages = max(1, -(-len(rows) // size))
    return Page(rows[(number - 1) * size : number * size], number, pages, len(rows))


def _number(said: Sequence[str]) -> int:
    word = said[0] if len(said) == 1 else ""
    if (
        word.isascii()
        and word.isdecimal()
        and len(word) <= len(str(LAST))
        and 0 < int(word) <= LAST
    ):
        return int(word)
    raise Unclear(_("page is one number from 1 to %(last)s.") % {"last": LAST})


def told(page: Page[Any], items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The page as it is answered, its lines in their own words."""
    return {
        "items": list(items),
        "page": page.number,
        "pages": page.pages,
        "total": page.total,
        "next_page": page.following,
    }

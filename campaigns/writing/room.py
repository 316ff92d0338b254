"""Where there is room for a content item: a free name, a free key in its menu."""

from collections.abc import Iterable, Mapping

from campaigns.editions.content import MENU, MINE, QUIZ, ROOT, TOPIC_KEYS
from campaigns.models import ContentItem
from people.countries import CODES

TAKEN: Mapping[str, tuple[str, ...]] = {
    ROOT: ("6",),
    MINE: ("1", "2"),
}  # keys of the screens themselves


def free_code(kind: str) -> str:
    """A name for the next item of that kind: faq-057 after faq-056; "" where names are words."""
    if kind == MENU:
        return ""
    codes = ContentItem.objects.filter(code__regex=rf"^{kind}-\d+$").values_list("code", flat=True)
    numbers = [code.rpartition("-")[2] for code in codes]
    wide = max(map(len, numbers), default=3 if kind != QUIZ else 2)
    return f"{kind}-{max(map(int, numbers), default=0) + 1:0{wide}d}"


def free_keys(menu: str, countries: Iterable[str], besides: str = "") -> list[str]:
    """Keys of the menu that open nothing in any of these countries."""
    taken = {*keys_taken(menu, countries, besides), *TAKEN.get(menu, ())}
    return [key for key in TOPIC_KEYS if key not in taken]


def keys_taken(menu: str, countries: Iterable[str], besides: str = "") -> dict[str, list[str]]:
    """Key -> items that hold it in one of these countries."""
    here = set(countries or CODES)
    found: dict[str, list[str]] = {}
    rows = ContentItem.objects.filter(parent=menu, retired=False).exclude(code=besides)
    for item in rows.order_by("order", "code"):
        if here & set(item.countries or CODES):
            found.setdefault(str(item.order), []).append(item.code)
    return found

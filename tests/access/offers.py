"""What a page offers to press or follow, and whether the table lets a role do it."""

import re
from collections.abc import Iterator

from django.urls import Resolver404, resolve

from tests.access.table import ADMINISTRATION, ENTERS, TABLE, may


def offers(page: str) -> Iterator[tuple[str, str]]:
    """Links, and buttons with the address they post to."""
    yield from (("get", link) for link in re.findall(r'(?:href|hx-get)="(/[^"#?]*)', page))
    yield from (("post", link) for link in re.findall(r'hx-post="(/[^"#?]*)', page))
    for form in re.findall(r"<form\b[^>]*>", page):
        method = "post" if 'method="post"' in form else "get"
        yield from ((method, link) for link in re.findall(r'\baction="(/[^"#?]*)', form))


def allowed(method: str, target: str, role: str) -> bool:
    try:
        name = resolve(target).view_name
    except Resolver404:
        return target.startswith("/static/")
    if name.startswith("admin:"):
        return _there(name.removeprefix("admin:"), role)
    line = TABLE[name]
    return may(line.get if method == "get" else line.post, role)


def _there(name: str, role: str) -> bool:
    table, _underscore, deed = name.rpartition("_")
    see, add, _change = ADMINISTRATION.get(table, ("AM", "AM", "AM"))
    return may({"add": add}.get(deed, see), role) and may(ENTERS, role)

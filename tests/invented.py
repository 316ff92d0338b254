"""The demonstration edition with a language that nobody's code knows: staff added it on the pages.

It has only the letter z, so that a test sees at once where another language stands among its words.
"""

import re
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from django.test import Client
from django.urls import reverse

from campaigns.editions.content import Words
from campaigns.editions.edition import Edition, Kind
from campaigns.models import ContentItem, Text
from campaigns.press import publishing
from campaigns.press.drafts import words
from campaigns.press.shelf import Shelf
from campaigns.writing import drafting, seeding
from campaigns.writing.workbench import workbench
from people import languages, staff
from people.models import Staff
from tests.published import AT, LOCALES

CODE, NAME, AUTONYM, PLAIN = "zzz", "Zazalian", "Zzzź", "Zzzz"
LEFT_OUT = ("faq-004", "faq-026")  # nobody translated them yet
LONG = "zzzzzzzzzzzzz"  # a verb that stands in no text: else "18 zzzzz" would be the key of a menu
ROUTES = {
    "ui.bot.route": f"{{label}}: {LONG} {{key}}.",
    "ui.ussd.route": f"{{label}}: {LONG} 00, zzzz {{key}}.",
}
TOKEN = re.compile(r"(\{[^}]*\})")


def spelt(text: str) -> str:
    """The text with every letter a z; tokens, digits and signs stay."""
    parts = TOKEN.split(text)
    return "".join(
        part if TOKEN.fullmatch(part) else re.sub(r"[^\W\d_]", _z, part) for part in parts
    )


def _z(letter: re.Match[str]) -> str:
    return "Z" if letter[0].isupper() else "z"


def add_language(client: Client, country: str) -> None:
    """On the pages: a language, then its place at the end of a country's menu."""
    told = {
        "code": CODE,
        "iso639_3": CODE,
        "name": NAME,
        "autonym": AUTONYM,
        "plain": PLAIN,
        "script": "Latn",
        "direction": "",
        "other_names": "zaza talk",
    }
    assert client.post(reverse("people:language-add"), told).status_code == 302
    order = " ".join(languages.order(country))
    kept = client.post(
        reverse("people:language-order", args=[country]),
        {"order": f"{order} {CODE}", "seen": order},
    )
    assert kept.status_code == 302


def draft_texts(by: Staff) -> None:
    """A draft of every English text, but for those left out; all are checked as any other."""
    bench = workbench(AT)
    english = Text.objects.filter(language="en", item__retired=False).order_by("item_id", "-id")
    for text in english.distinct("item_id").select_related("item"):
        if text.item.code not in LEFT_OUT:
            said = _translated(words(text))
            said = replace(said, body=ROUTES.get(text.item.code, said.body))
            drafting.write(text.item, CODE, said, bench=bench, by=by, at=AT)


def _translated(said: Words) -> Words:
    return Words(
        title=spelt(said.title),
        short=spelt(said.short),
        body=spelt(said.body),
        sms=spelt(said.sms),
        ussd=spelt(said.ussd),
        options=tuple(map(spelt, said.options)),
    )


@lru_cache(maxsize=1)
def edition() -> Edition:
    """Made once a test run; what it leaves in the tables goes with the test's transaction."""
    if not ContentItem.objects.exists():
        seeding.load(LOCALES, at=AT)
    staff.install_roles()
    manager = staff.hire("zainab", "manager", countries=["KE"], password="x")
    client = Client()
    client.force_login(manager)
    add_language(client, "KE")
    draft_texts(manager)
    with TemporaryDirectory() as folder:
        shelf = Shelf(Path(folder))
        return publishing.publish(Kind.DEMONSTRATION, by=None, at=AT, shelf=shelf).edition

"""Where somebody wrote from, in words: the door and the country of a case or a question."""

from django.utils.translation import gettext as _

from people.countries import COUNTRIES

APPS = {"telegram": "Telegram", "whatsapp": "WhatsApp"}


def door(word: str) -> str:
    return {"sms": _("SMS"), "web": _("chat page"), "ask": _("chat"), **APPS}.get(word, word)


def place(country: str) -> str:
    return str(COUNTRIES[country].name) if country in COUNTRIES else _("country not known")

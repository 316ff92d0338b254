"""Cases and questions to a person as they wait, and the colleagues who look after them."""

from datetime import UTC, datetime

import pytest

from bot import holding
from bot.models import Case, Wish, WishText
from people import identity, staff
from people.models import Staff

NOON = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # in Nairobi
NUMBER = "+254711000001"
WHY = "asked to be called back"
WORDS = "which papers for Zork?"


def officer(name: str = "officer", *countries: str, role: str = "protection") -> Staff:
    staff.install_roles()
    return staff.hire(name, role, countries=countries or ["KE"], password="x")


def case(entry: int = 1, **more: object) -> Case:
    told: dict[str, object] = {
        "door": "sms",
        "country": "KE",
        "rule": "en: held",
        "text": identity.seal("they hold us"),
        "number": identity.seal(NUMBER, identity.NUMBER),
        "token": "t1.x",
        "safe_when": "afternoon",
        "safe_said_at": NOON,
        "safe_word": identity.seal("mango"),
        "heard_at": NOON,
    }
    return Case.objects.create(entry=entry, **told | more)


def manager(name: str = "boss", *countries: str) -> Staff:
    return officer(name, *countries, role="manager")


def wish(entry: int = 1, text: str = WORDS, **more: object) -> Wish:
    told: dict[str, object] = {
        "door": "sms",
        "gateway": "sim",
        "code": "NJIA",
        "country": "KE",
        "language": "en",
        "number": identity.seal(NUMBER, identity.NUMBER),
        "token": f"t1.{entry}",
        "asked_at": NOON,
        "last_at": NOON,
    }
    made = Wish.objects.create(entry=entry, **told | more)
    WishText.objects.create(wish=made, entry=entry, text=identity.seal(text), at=NOON)
    return made


def taken(by: Staff, entry: int = 1, **more: object) -> Wish:
    held = {"state": Wish.State.TAKEN, "taken_by": by, "taken_at": NOON}
    return wish(entry, WORDS, **held | more)


def refusal(step, *given: object, **more: object) -> str:
    """The word why it is not done."""
    with pytest.raises(holding.NotDone) as refused:
        step(*given, **more)
    return refused.value.word

"""Live content for tests: the English seed approved, all figures looked up, invented numbers called."""

from datetime import date, datetime, timedelta
from pathlib import Path

from campaigns.editions.edition import Edition, Kind
from campaigns.models import Fact, Referral, Text
from campaigns.press import publishing
from campaigns.press.shelf import Shelf
from people import staff
from people.countries import CODES
from people.models import Staff
from tests.published import AT, loaded

TODAY = AT.date()
CHILD, POLICE, ABROAD, DJIBOUTI = "0000 7101", "0000 7102", "0000 7103", "0000 7104"
MONTH = timedelta(days=30)


def days(number: int) -> datetime:
    return AT + timedelta(days=number)


def entry(code: str, number: str, kind: str, *, until: date | None, **values) -> Referral:
    basics = {"country": code[:2], "name": f"{kind} line", "kinds": [kind], "languages": ["en"]}
    proof = {"verified_by_call_on": TODAY, "expires": until}
    return Referral.objects.create(code=code, number=number, **{**basics, **proof, **values})


def prepare() -> None:
    """Two numbers in Kenya, one of a neighbour, one abroad; figures hold longer than numbers."""
    loaded("en", at=AT)
    approver = Staff.objects.create(username="approver")
    Text.objects.update(status="approved", approver=approver, approved_at=AT)
    Fact.objects.update(checked_on=TODAY, checked_by=approver, expires=TODAY + 4 * MONTH)
    Referral.objects.filter(fictitious=False).delete()
    entry("KE-01", CHILD, "child", until=TODAY + MONTH)
    entry("KE-02", POLICE, "police", until=TODAY + 2 * MONTH)
    entry("DJ-01", DJIBOUTI, "gbv", until=TODAY + 3 * MONTH)
    entry("SA-01", ABROAD, "labour", until=TODAY + 3 * MONTH)


def published(shelf: Shelf, at: datetime = AT) -> Edition:
    return publishing.publish(Kind.LIVE, by=None, at=at, shelf=shelf).edition


def shelf_in(folder: Path) -> Shelf:
    return Shelf(folder / "editions", clock=lambda: AT)


def hire(role: str, *countries: str) -> Staff:
    staff.install_roles()
    return staff.hire(f"a-{role}", role, countries=countries or CODES, password="x")


def everything(edition: Edition, country: str) -> str:
    """All that somebody there can be shown or sent, on any channel."""
    screens = [page for key in edition.menus if key[0] == country for page in _pages(edition, key)]
    served = [code for code, item in edition.items.items() if item.serves(country)]
    said = [edition.sms(code, "en", country) or "" for code in served]
    answers = [edition.answer(code, "en", country) for code in served]
    return "\n".join([*screens, *said, *(answer.text for answer in answers if answer)])


def _pages(edition: Edition, key: tuple[str, str]) -> list[str]:
    return [page.text + page.wrong for page in edition.menus[key].pages.values()]

"""Staff as administrators hire them, and why they may not."""

from people import staff
from people.accounts import NotAllowed
from people.models import Staff
from tests.people.made import NOON

GUARDED = sorted(staff.GUARDED)


def hired(name: str, role: str = "translator", *countries: str) -> Staff:
    return staff.hire(name, role, countries=countries or ("KE",), password="x")


def roles_of(account: Staff) -> list[str]:
    return Staff.objects.get(pk=account.pk).role_names


def says(act, *words, **options) -> str:
    """Why it is not allowed; "" where it is."""
    try:
        act(*words, at=NOON, **options)
    except NotAllowed as refusal:
        return str(refusal)
    return ""

"""What commands of the shell are told: who runs them, and money."""

from decimal import Decimal, InvalidOperation

from django.core.management.base import CommandError

from people.models import Staff

MOST_MONEY = Decimal(10) ** 10  # what the columns hold


def staff(name: str) -> Staff:
    """Whoever acts. Raises CommandError for nobody and for who has left."""
    found = Staff.objects.filter(username=name, is_active=True).first()
    if found is None:
        raise CommandError(f"There is no active staff member {name!r}.")
    return found


def amount(text: str) -> Decimal:
    """Money without a currency. Raises ValueError, which a parser turns into words."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise ValueError(text) from None
    if not value.is_finite() or not 0 <= value < MOST_MONEY:
        raise ValueError(text)
    return value

"""Money as the reader writes it."""

from decimal import Decimal

from django.utils.formats import number_format

PLACES = 2  # of an amount; a price of a part has up to four


def told(amount: Decimal, currency: str = "") -> str:
    """`1,234.50 KES` in English; without a currency the number alone."""
    number = number_format(amount, PLACES, force_grouping=True)
    return f"{number} {currency}" if currency else number

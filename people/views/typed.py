"""Whole numbers as an address or a form gives them."""

DIGITS = 18  # at most: no key of a row has more, and a database's largest number holds them


def whole(typed: str, *, digits: int = DIGITS) -> int | None:
    """The number typed, never a negative one; None where there is none, or one of too many digits."""
    plain = typed.isascii() and typed.isdecimal() and len(typed) <= digits
    return int(typed) if plain else None

"""Columns that depend on a key, each marked as what it is, so that a rotation finds them all in every room."""

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    Short = models.CharField[str, str]
    Long = models.TextField[str, str]
else:
    Short = models.CharField
    Long = models.TextField

TOKEN = 64  # "<key id>.<27 characters>" with room, or "erased:<32 hex digits>"


class TokenField(Short):
    """A token under the key of `key` (token, suppression), or a tombstone, or empty.

    `double`: what becomes of the older row where a rotation meets both of one person and only one may stand:
    "drop" it, or "bury" it under a tombstone where the row itself has to stay.
    """

    def __init__(  # takes what CharField takes
        self,
        *args: Any,  # noqa: ANN401
        key: str = "token",
        double: str = "drop",
        **options: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(*args, **options)
        self.key, self.double = key, double

    def deconstruct(self) -> Any:  # noqa: ANN401 - Django's signature
        """For migrations it is text: the marks change no table."""
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.CharField", args, options


class SealField(Long):
    """What `people.identity.seal` made of a `kind` (number, text); empty where nothing is held any more."""

    def __init__(self, *args: Any, kind: str = "text", **options: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **options)
        self.kind = kind

    def deconstruct(self) -> Any:  # noqa: ANN401 - Django's signature
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.TextField", args, options


class LineField(models.JSONField):
    """A journal line kept for minutes, with whatever tokens and seals are in it."""

    def deconstruct(self) -> Any:  # noqa: ANN401 - Django's signature
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.JSONField", args, options


def token_field(**options: Any) -> TokenField:  # noqa: ANN401 - as the field takes them
    """A token column: byte order, because nobody sorts tokens by language and C compares fastest."""
    return TokenField(max_length=TOKEN, db_collation="C", **options)

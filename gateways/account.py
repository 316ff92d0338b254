"""What every gateway is told about its account, whoever the provider is.

An adapter is a frozen dataclass on top of `Account`: its own fields are its own settings, so that
the loader can say in one sentence which one is missing, unknown or of the wrong kind.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gateways.base import InputMode, ServiceCode

Words = Mapping[str, str]  # a table of texts
Texts = tuple[str, ...]  # a list of texts
Tree = Mapping[str, Any]  # a table that may hold tables and lists, as JSON does


class BadSettings(ValueError):  # noqa: N818 - it is the settings that are bad
    """The gateways file cannot be used; the text is one sentence for the operator."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Account:
    """The settings all gateways share; batch in numbers a request, rate in numbers a second.

    suffix: the most characters that the provider itself adds to a message, its own opt-out words.
    """

    name: str
    secrets: tuple[str, ...] = field(repr=False)
    simulated: bool = False
    allowed: tuple[str, ...] = ()
    input_mode: InputMode = "cumulative"
    sender: str = ""
    ucs2_ussd: Mapping[str, bool] = field(default_factory=dict)
    codes: Mapping[str, ServiceCode] = field(default_factory=dict)
    batch: int = 100
    rate: float = 100.0
    suffix: int = 0
    receipt_hours: int = 72  # after which a receipt that has not come will not come

    @property
    def secret(self) -> str:
        return self.secrets[0]

    def hook(self, kind: str) -> str:
        """The path of one of our hooks, with the newest secret in it."""
        return f"/hooks/{self.name}/{self.secret}/{kind}"

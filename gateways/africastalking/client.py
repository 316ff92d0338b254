"""The official SDK's SMSService, carried by pooled connections that say what really happened.

The SDK opens a connection a request, gives an error without its HTTP status, and makes a lost
answer look like a failure.
"""

from collections.abc import Mapping
from typing import Any

from africastalking.SMS import SMSService

from gateways.carriage import Answer, Carriage


class Client(SMSService):  # type: ignore[misc]  # the SDK has no types
    """One account's client; may be shared by threads. base: the URL up to and with /version1."""

    def __init__(
        self, username: str, key: str, *, base: str, timeout: tuple[float, float], pool: int = 32
    ) -> None:
        super().__init__(username, key)
        self._baseUrl = self._contentUrl = base.rstrip("/")
        self.carriage = Carriage(self._baseUrl, timeout, pool)

    def send_bulk(self, text: str, numbers: list[str], sender: str) -> Answer:
        """One text to many numbers, as a bulk request."""
        answer: Answer = self.send(text, numbers, sender_id=sender or None, enqueue=True)
        return answer

    def account(self) -> Answer:
        """The account's data: its balance."""
        return self._make_request(
            self._make_url("/user"), "GET", self._headers, None, {"username": self._username}
        )

    def close(self) -> None:
        self.carriage.close()

    def _make_request(  # noqa: PLR0913 - the SDK's own signature
        self,
        url: str,
        method: str,
        headers: Mapping[str, str],
        data: Mapping[str, Any] | None,
        params: Mapping[str, str] | None,
        callback: object = None,
        timeout: object = None,
    ) -> Answer:
        """Raises NotSent, AnswerLost."""
        return self.carriage.ask(method, url, headers=headers, data=data, params=params)

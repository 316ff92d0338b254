"""Carries one account's requests over pooled connections, and says what really happened to each.

Every request ends in one of three ways: an Answer, NotSent (nothing left the machine) or AnswerLost (it may
have been taken). Shared by all adapters, whatever their wire.
"""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError, ProxyError

IDLE = 20.0  # seconds; an older connection may be half closed, and a lost answer is dearer than a handshake
LONGEST_WAIT = 86_400.0  # seconds; one word of a provider must not hold a blast for longer
LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})


class NotSent(Exception):  # noqa: N818 - what happened, not whose error it is
    """The connection never stood, so the provider cannot have seen the request."""


class AnswerLost(Exception):  # noqa: N818
    """The request may have arrived; its answer did not."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer: data is the parsed JSON, None where there was none; retry_after in seconds."""

    status: int
    data: object
    retry_after: float | None = None
    body: bytes = field(default=b"", repr=False)

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


class Carriage:
    """One account's connections; may be shared by threads. `base`: the URL that all requests begin with.

    `timeout`: seconds to connect, seconds until an answer begins or goes on.
    """

    def __init__(self, base: str, timeout: tuple[float, float], pool: int = 32) -> None:
        self._base, self._timeout, self._pool = base, timeout, pool
        self._begin()

    def _begin(self) -> None:
        self._owner, self._used = os.getpid(), time.monotonic()
        self._session = requests.Session()
        self._session.trust_env = urlsplit(self._base).hostname not in LOCAL
        self._session.mount(self._base, HTTPAdapter(pool_connections=1, pool_maxsize=self._pool))

    def close(self) -> None:
        self._session.close()

    def ask(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        data: Mapping[str, object] | str | bytes | None = None,
        params: Mapping[str, object] | None = None,
    ) -> Answer:
        """Never follows a redirect: a POST would come out as a GET at a place nobody named.

        Raises NotSent, AnswerLost.
        """
        self._drop_idle()
        try:
            reply = self._session.request(
                method,
                url,
                headers=headers,
                data=data,
                params=params,  # type: ignore[arg-type]  # any value that str() makes a word of
                timeout=self._timeout,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise (NotSent if _never_left(error) else AnswerLost)(type(error).__name__) from error
        return Answer(reply.status_code, _json(reply), retry_after(reply.headers), reply.content)

    def _drop_idle(self) -> None:
        """A forked worker begins afresh: two processes on one connection read each other's answers."""
        if self._owner != os.getpid():
            self._begin()
        now = time.monotonic()
        if now - self._used > IDLE:
            self._session.close()  # the pool alone; the session opens a new one
        self._used = now


def _never_left(error: requests.RequestException) -> bool:
    """Whether the connection itself failed; anything later may have been read by the other side."""
    cause = error.args[0] if error.args else None
    if isinstance(cause, MaxRetryError):
        cause = cause.reason
    if isinstance(error, requests.exceptions.SSLError):
        return "CERTIFICATE_VERIFY_FAILED" in str(cause)
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidHeader):
        return True
    return isinstance(cause, NewConnectionError | ConnectTimeoutError | ProxyError)


def _json(reply: requests.Response) -> object:
    """The body as JSON whatever its charset says; None where it is not JSON."""
    try:
        return reply.json()
    except ValueError:
        return None


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Retry-After in seconds, a day at most; a date is taken against the answer's own Date: no clock is needed."""
    word = headers.get("Retry-After", "").strip()
    if word.isdecimal():
        return min(float(word), LONGEST_WAIT)
    try:
        wait = parsedate_to_datetime(word) - parsedate_to_datetime(headers.get("Date", ""))
    except (ValueError, TypeError):
        return None
    return min(max(0.0, wait.total_seconds()), LONGEST_WAIT)

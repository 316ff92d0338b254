"""The official client's TembaClient, carried by pooled connections that say what really happened.

The official client waits for ever for an answer, opens a connection a request, and hides what RapidPro
answered. Its methods stay as they are; only how a request travels is ours.
"""

import contextlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from temba_client.exceptions import TembaSerializationException
from temba_client.v2 import TembaClient

from gateways.carriage import Answer, AnswerLost, Carriage, NotSent

ENOUGH = 2_000  # pages of 250 rows; a listing that never comes to an end is left there
TOO_EARLY, FAILED = 429, 500
WAIT, LONGEST = 5.0, 3_600.0  # seconds: where RapidPro names none; the quota is one of an hour


class Turned(Exception):  # noqa: N818 - what happened, not whose error it is
    """RapidPro answered, and did not do what was asked; `answer` says why."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"RapidPro answered {answer.status}")
        self.answer = answer


class Unreadable(Exception):  # noqa: N818
    """RapidPro said yes in words nobody can read: what was asked for may have been done."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long work may take. gap: seconds before every request, so that the workspace's flows keep their quota.

    tries: of a request that came too early, each after the wait RapidPro asks for, and of one that failed or
    whose answer was lost. More than one only for work that may be asked for twice.
    """

    tries: int
    gap: float
    sleep: Callable[[float], None] = time.sleep


IMPATIENT = Patience(tries=1, gap=0.0)
PATIENT = Patience(tries=5, gap=2.0)  # half of the quota of 3 600 requests an hour

FAILURES = (Turned, Unreadable, NotSent, AnswerLost)

# what the official client stumbles over where a body is no JSON object of the documented shape
NOT_AS_DOCUMENTED = (AttributeError, KeyError, TypeError, ValueError, TembaSerializationException)


@contextlib.contextmanager
def readable() -> Iterator[None]:
    """Whatever the official client stumbles over in an answer is Unreadable."""
    try:
        yield
    except NOT_AS_DOCUMENTED as error:
        raise Unreadable from error


class Client(TembaClient):  # type: ignore[misc]  # the official client has no types
    """One workspace's client; may be shared by threads. base: the web address without /api/v2.
    Its methods raise one of FAILURES; those that read an answer do so within `readable`.
    """

    def __init__(
        self,
        base: str,
        token: str,
        *,
        timeout: tuple[float, float],
        patience: Patience = IMPATIENT,
    ) -> None:
        super().__init__(base, token, user_agent="njia-salama")
        self.carriage = Carriage(base, timeout)
        self._patience = patience

    def close(self) -> None:
        self.carriage.close()

    def broadcast(self, text: str, urns: list[str]) -> str:
        """The uuid of a new broadcast."""
        with readable():
            made = self.create_broadcast(text, urns=urns)
        if not made.uuid or not isinstance(made.uuid, str):
            raise Unreadable
        return str(made.uuid)

    def rows(self, query: Any) -> Iterator[Any]:  # noqa: ANN401 - of no types
        """Every row of a query such as `get_contacts()`, page after page.

        The official iterator takes an empty page for the last one; here the last one is the one without a next.
        """
        pages = query.iterfetches()
        for _ in range(ENOUGH):
            with readable():
                page = next(pages, None)
            if page is not None:
                yield from page
            elif not pages.url:
                return

    def _request(
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,
        body: Mapping[str, object] | None = None,
        retry_on_rate_exceed: bool = False,
    ) -> Any:  # noqa: ANN401
        data = json.dumps(body) if body else None
        answer = self._asked(method.upper(), self._own(url), data, params or None)
        if not answer.ok:
            raise Turned(answer)
        if answer.data is None and answer.body:
            raise Unreadable
        return answer.data

    def _asked(
        self, method: str, url: str, data: str | None, params: Mapping[str, object] | None
    ) -> Answer:
        tries, sleep = self._patience.tries, self._patience.sleep
        for _ in range(tries - 1):
            sleep(self._patience.gap)
            with contextlib.suppress(NotSent, AnswerLost):
                answer = self.carriage.ask(
                    method, url, headers=self.headers, data=data, params=params
                )
                if answer.status != TOO_EARLY and answer.status < FAILED:
                    return answer
                sleep(min(LONGEST, answer.retry_after or WAIT))
        sleep(self._patience.gap)
        return self.carriage.ask(method, url, headers=self.headers, data=data, params=params)

    def _own(self, url: str) -> str:
        """Where a listing goes on, at the address we know: the token goes to nobody else, and never in clear.

        Behind a proxy RapidPro may name itself http:// or by an inner name.
        """
        where = urlsplit(url)
        name = where.path.rsplit("/", 1)[-1]
        return f"{self.root_url}/{name}" + (f"?{where.query}" if where.query else "")

"""The simulated phones from another process: what the simulator page presses."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests

PATIENCE = (1, 15)  # seconds to connect and to wait for an answer; an operator gives a hop 10 s


class Away(RuntimeError):  # noqa: N818 (a name that says what is wrong)
    """The simulated network is not running, or did not understand; the text is for the log."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One screen as a phone shows it: the text without CON or END, and the transcript so far.

    status: the HTTP status the product answered the hop with, 0 where it did not answer; else than 200, text
    is what came instead of a screen.
    """

    text: str
    ends: bool
    transcript: str
    milliseconds: float
    status: int


class Phones:
    """All handsets of one simulated network; `url` such as http://127.0.0.1:8001."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False  # a proxy has no business on loopback

    def dial(self, number: str, code: str, transcript: str) -> Shown:
        """Dial a code, or send the next input: the transcript is all inputs so far. Raises Away."""
        answer = self._ask("POST", "dial", {"number": number, "code": code, "text": transcript})
        text = str(answer["text"])
        known = text.startswith(("CON ", "END "))
        return Shown(
            text=text[4:] if known else text,
            ends=bool(answer["ends"]),
            transcript=transcript,
            milliseconds=float(answer["milliseconds"]),
            status=int(answer["status"]),
        )

    def hang_up(self, number: str) -> None:
        """End the open session, if there is one. Raises Away."""
        self._ask("POST", "hangup", {"number": number})

    def say(self, number: str, text: str, to: str) -> None:
        """Write an SMS from a phone to a short code. Raises Away."""
        self._ask("POST", "say", {"number": number, "text": text, "to": to})

    def inbox(self, number: str) -> list[dict[str, Any]]:
        """Messages that reached a phone, oldest first: at, from, text, reference. Raises Away."""
        found: list[dict[str, Any]] = self._ask("GET", "inbox", {"number": number})
        return found

    def close(self) -> None:
        self.session.close()

    def _ask(self, method: str, what: str, told: Mapping[str, str]) -> Any:  # noqa: ANN401 - JSON
        """The network's answer; what it refuses raises Away too: nothing the reader typed could mend it."""
        given: dict[str, Any] = {"params" if method == "GET" else "json": told}
        try:
            answer = self.session.request(
                method, f"{self.url}/handsets/{what}", timeout=PATIENCE, **given
            )
            answer.raise_for_status()
            return answer.json()
        except requests.RequestException as error:
            raise Away(f"The simulated phone network does not answer: {error}") from error

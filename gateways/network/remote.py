"""The simulated phones from another process: what the simulator page presses."""

from dataclasses import dataclass
from typing import Any

import requests

PATIENCE = (1, 15)  # seconds to connect and to wait for an answer; an operator gives a hop 10 s


class Away(RuntimeError):  # noqa: N818 (a name that says what is wrong)
    """The simulated network is not running."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One screen as a phone shows it: the text without CON or END, and the transcript so far."""

    text: str
    ends: bool
    transcript: str
    milliseconds: float


class Phones:
    """All handsets of one simulated network; `url` such as http://127.0.0.1:8001."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False  # a proxy has no business on loopback

    def dial(self, number: str, code: str, transcript: str) -> Shown:
        """Dial a code, or send the next input: the transcript is all inputs so far."""
        answer = self._post("dial", {"number": number, "code": code, "text": transcript})
        text = str(answer["text"])
        known = text.startswith(("CON ", "END "))
        return Shown(
            text=text[4:] if known else text,
            ends=bool(answer["ends"]),
            transcript=transcript,
            milliseconds=float(answer["milliseconds"]),
        )

    def hang_up(self, number: str) -> None:
        self._post("hangup", {"number": number})

    def say(self, number: str, text: str, to: str) -> None:
        """Write an SMS from a phone to a short code."""
        self._post("say", {"number": number, "text": text, "to": to})

    def inbox(self, number: str) -> list[dict[str, Any]]:
        """Messages that reached a phone, oldest first: at, from, text, reference."""
        try:
            answer = self.session.get(
                f"{self.url}/handsets/inbox", params={"number": number}, timeout=PATIENCE
            )
        except requests.RequestException as error:
            raise Away("The simulated phone network does not answer.") from error
        found: list[dict[str, Any]] = answer.json()
        return found

    def _post(self, what: str, body: dict[str, str]) -> dict[str, Any]:
        try:
            answer = self.session.post(f"{self.url}/handsets/{what}", json=body, timeout=PATIENCE)
            found: dict[str, Any] = answer.json()
        except requests.RequestException as error:
            raise Away("The simulated phone network does not answer.") from error
        return found

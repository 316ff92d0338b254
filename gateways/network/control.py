"""What tests, benches and the simulator page ask of the network: everything under /handsets/.

Each answer is a value for JSON. A wrong request raises `Wrong` with the sentence to answer.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from typing import Any

from gateways.account import BadSettings
from gateways.network import faults
from gateways.network.callbacks import Scheduler
from gateways.network.exchange import RICH, Exchange
from gateways.network.handsets import Handsets
from gateways.network.operators import CURRENCY

Body = Mapping[str, Any]


class Wrong(ValueError):  # noqa: N818
    """The request makes no sense; the text says why."""


class Control:
    """The control API over one exchange and its phones."""

    def __init__(self, exchange: Exchange, handsets: Handsets, scheduler: Scheduler) -> None:
        self.exchange, self.handsets, self.scheduler = exchange, handsets, scheduler
        self.posts: Mapping[str, Callable[[Body], Any]] = {
            "dial": self.dial,
            "hangup": self.hang_up,
            "say": self.say,
            "opt-out": self.opt_out,
            "faults": self.set_faults,
            "account": self.set_account,
            "reset": self.reset,
        }
        self.gets: Mapping[str, Callable[[Body], Any]] = {
            "inbox": self.inbox,
            "texts": lambda _: self.exchange.record.texts,
            "faults": lambda _: asdict(self.exchange.faults),
            "figures": lambda _: self.figures(),
            "summary": lambda _: asdict(self.exchange.record.summary()),
            "account": lambda _: self.account(),
        }

    def dial(self, body: Body) -> dict[str, Any]:
        """{number, code, text}: dial or go on; {number, input}: the next input."""
        number = _word(body, "number")
        if "input" in body:
            return self.handsets.press(number, str(body["input"]))
        return self.handsets.dial(number, _word(body, "code"), str(body.get("text") or ""))

    def hang_up(self, body: Body) -> dict[str, bool]:
        return {"ended": self.handsets.hang_up(_word(body, "number"))}

    def say(self, body: Body) -> dict[str, Any]:
        return self.handsets.say(
            _word(body, "number"), str(body.get("text", "")), _word(body, "to")
        )

    def opt_out(self, body: Body) -> dict[str, bool]:
        self.handsets.block(_word(body, "number"), str(body.get("sender", "")))
        return {"blocked": True}

    def set_faults(self, body: Body) -> dict[str, Any]:
        """Replaces all faults: what is not named is as if nothing were wrong."""
        try:
            self.exchange.set(faults.read(body))
        except BadSettings as error:
            raise Wrong(str(error)) from None
        return asdict(self.exchange.faults)

    def set_account(self, body: Body) -> dict[str, str]:
        """{balance}: what is on the account; {top_up}: so much more."""
        more = "top_up" in body
        try:
            amount = Decimal(str(body.get("top_up" if more else "balance", "")))
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite():
            raise Wrong("balance or top_up must be a number")
        with self.exchange.lock:
            self.exchange.balance = amount + (self.exchange.balance if more else 0)
        return self.account()

    def account(self) -> dict[str, str]:
        return {"balance": f"{self.exchange.balance:.4f}", "currency": CURRENCY}

    def reset(self, _: Body) -> dict[str, bool]:
        """As at the start: no record, no faults, nobody blocked, a full account, nothing pending."""
        self.exchange.set(faults.Faults())
        self.scheduler.clear()
        self.handsets.forget()
        with self.exchange.lock:
            self.exchange.record.clear()
            self.exchange.blocked.clear()
            self.exchange.counts.clear()
            self.handsets.post.counts.clear()
            self.exchange.balance = RICH
        return {"reset": True}

    def inbox(self, query: Body) -> list[dict[str, Any]]:
        return self.handsets.inbox(_word(query, "number"))

    def figures(self) -> dict[str, Any]:
        """Counts since the start; pending: callbacks still to be posted."""
        return {
            **self.exchange.counts,
            "recorded": self.exchange.record.count,
            "pending": self.scheduler.pending,
            "callbacks": dict(self.handsets.post.counts),
        }


def _word(body: Body, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Wrong(f"{name} is missing")
    return value.strip()

"""`manage.py telegram set-webhook`: have Telegram post what people write to our bot."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from campaigns.blasts import routes
from gateways.carriage import Answer, AnswerLost, NotSent
from gateways.telegram import Telegram

ACTIONS = {"set-webhook": Telegram.register, "show": Telegram.registered}
SHOWN = (
    "pending_update_count",
    "last_error_message",
    "allowed_updates",
)  # the address holds a secret


class Command(BaseCommand):
    help = "Set the hook that Telegram posts to, or show what Telegram has on record of it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=sorted(ACTIONS))
        parser.add_argument("--gateway", default="", help="which account, where there are several")

    def handle(self, *_args: Any, **options: Any) -> None:  # noqa: ANN401
        account = _account(options["gateway"])
        if options["action"] == "set-webhook" and not account.public.startswith("https://"):
            raise CommandError(
                f"Gateway {account.name}: public is missing, our own address that begins with https://."
            )
        told = _told(account, options["action"])
        if options["action"] == "set-webhook":
            self.stdout.write(f"Telegram posts to {account.public} for gateway {account.name} now.")
            return
        ours = "yes" if told.get("url") == account.callback else "no: run set-webhook"
        self.stdout.write(f"{'our address':22} {ours}")
        for name in SHOWN:
            self.stdout.write(f"{name:22} {told.get(name, '-')}")


def _account(name: str) -> Telegram:
    known = [one for one in routes.gateways().values() if isinstance(one, Telegram)]
    found = [one for one in known if name in ("", one.name)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(one.name for one in known)
    if not known:
        raise CommandError("No gateway has the adapter telegram: see docs/gateways.md.")
    raise CommandError(f"Say which account with --gateway: known are {names}.")


def _told(account: Telegram, action: str) -> dict[str, Any]:
    """What Telegram answered; its own words where it said no, never with the address it was asked at."""
    try:
        answer: Answer = ACTIONS[action](account)
    except (NotSent, AnswerLost) as error:
        raise CommandError(f"Telegram could not be asked: {error}.") from None
    data = answer.data if isinstance(answer.data, dict) else {}
    if not answer.ok or data.get("ok") is not True:
        said = str(data.get("description") or f"HTTP {answer.status}")
        raise CommandError(f"Telegram refused: {said}. Is the token right?")
    result = data.get("result")
    return result if isinstance(result, dict) else {}

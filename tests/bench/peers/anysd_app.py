"""The four screens in anysd, as its own first steps say. Runs in an environment of its own, never in ours.

anysd comes without a server; this is the least that reads the callback's form and calls it.
"""

import logging
from typing import Any
from urllib.parse import parse_qsl

from anysd import FormFlow, NavigationController, NavigationMenu  # type: ignore[import-not-found]

logging.disable(logging.WARNING)  # it is not charged for its logging
answer = FormFlow(
    {"1": {"name": "ANSWER", "menu": "CON Watu wengi hufa njiani.\n0 Rudi\n98 Zaidi"}},
    lambda current_step, last_input, **more: (True, None),
)
home = NavigationMenu(name="home", title="Lugha")
swahili = NavigationMenu(name="sw", title="Kiswahili", parent=home)
english = NavigationMenu(name="en", title="English", parent=home, next_form=answer)
dangers = NavigationMenu(name="dangers", title="Hatari", parent=swahili)
for name in ("Njia salama", "Uliza", "Acha", "Msaada", "Lugha"):
    NavigationMenu(name=name, title=name, parent=swahili, next_form=answer)
NavigationMenu(name="death", title="Watu wengi hufa njia", parent=dangers, next_form=answer)
HEADERS = [("Content-Type", "text/plain; charset=utf-8")]


def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    form = dict(parse_qsl(environ["wsgi.input"].read().decode(), keep_blank_values=True))
    asked = NavigationController(home, form["phoneNumber"], form["sessionId"], form["text"])
    screen: str = asked.navigate()
    start_response("200 OK", HEADERS)
    return [screen.encode()]

"""The four screens in cardisk, as its own first steps say. Runs in an environment of its own, never in ours."""

import logging

from cardisk import Cardisk, ussd  # type: ignore[import-not-found]

logging.disable(logging.WARNING)  # it is not charged for its logging
menus = Cardisk()
application = menus.app


@menus.route("/")
def languages() -> None:
    ussd.menu("Lugha", [("Kiswahili", "/sw"), ("English", "/sw")])


@menus.route("/sw")
def main() -> None:
    rest = ("Njia salama", "Uliza", "Acha", "Msaada", "Lugha")
    ussd.menu("Njia Salama", [("Hatari", "/dangers"), *((name, "/answer") for name in rest)])


@menus.route("/dangers")
def dangers() -> None:
    ussd.menu("Hatari", [("Watu wengi hufa njia", "/answer")])


@menus.route("/answer")
def answer() -> None:
    ussd.screen("Watu wengi hufa njiani.\n0 Rudi\n98 Zaidi")

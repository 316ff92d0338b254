"""The menu: the same start and inputs give the same screen, whatever the inputs are."""

from tests.editions import DANGER, SAFE, edition
from ussd.menu import Asked, Start, walk

EDITION = edition()


def ask(text: str, language: str) -> Asked:
    return {
        "beaten": Asked((), danger=True),
        "boat": Asked((DANGER, SAFE)),
    }.get(text, Asked())


def show(*inputs, **start):
    return walk(EDITION, Start(**start), list(inputs), ask)


def test_new_caller_gets_the_languages_first():
    screen = show()

    assert screen.text == "DEMO 1 Kiswahili\n2 English\n0 Exit"
    assert (screen.ends, screen.content, screen.language, screen.place) == (False, (), "", "lang")


def test_remembered_language_goes_to_the_main_menu():
    screen = show(language="sw")

    assert (screen.place, screen.language) == ("main", "sw")


def test_choosing_a_language_opens_its_main_menu():
    assert show("2") == show(language="en")

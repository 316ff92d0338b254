"""The matcher handed to the preview: for editions that nobody is served, one language at a time."""

import threading
from pathlib import Path

import ussd.preview
from config.asking import try_of
from config.doors import front
from config.house import furnish
from people.languages import Remembered
from tests import doors
from tests.editions import DANGER, edition
from ussd.menu import Asked
from ussd.preview import Handset, look


def ready(made, language):
    """The matcher once it is fitted; the first call says that it is not."""
    first = try_of(made, language)
    for thread in [one for one in threading.enumerate() if one.name == "matcher"]:
        thread.join(20)
    return first, try_of(made, language)


def test_draft_is_asked_once_its_matcher_is_fitted(settings, tmp_path: Path):
    settings.DATA = tmp_path

    first, then = ready(edition(mark="asked"), "sw")

    assert first is None
    assert then is not None
    assert then("je njia ya saudi ni hatari", "sw").items[:1] == (DANGER,)
    assert then("they locked me in and want money", "sw") == Asked(danger=True)


def test_process_with_doors_hands_it_to_the_preview(settings, tmp_path: Path):
    settings.DATA = tmp_path
    ussd.preview.place(lambda _edition, _language: None)
    house = furnish(
        tmp_path,
        database=settings.DATABASES["default"],
        redis_url="redis://127.0.0.1:1/0",
        gateways={"sim": doors.gateway()},
        remembered=Remembered(),
    )
    front(house, lambda _environ, _start_response: [])
    made = edition(mark="placed")
    ready(made, "en")

    seen = look(made, Handset("KE", "en"), ("6", "is the road to saudi dangerous"))

    assert (seen.fitting, seen.place) == (False, "ask.found")
    assert seen.asked["is the road to saudi dangerous"].items[0] == DANGER

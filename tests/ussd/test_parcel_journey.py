"""From the key on the phone to the SMS in it: door, journal, fold, outbox, the provider's wire."""

from pathlib import Path

import pytest

from campaigns.blasts import routes
from campaigns.models import Answer
from journal.models import Dead
from tests.campaigns.conftest import deployment, judge  # noqa: F401 - fixtures
from tests.doors import OTHER_PHONE, PHONE, desk, dial, journalled
from tests.journal.lines import write
from tests.published import demonstration
from ussd import tasks
from ussd.hop import Desk

pytestmark = pytest.mark.django_db
ASKED = ("", "2", "2*3", "2*3*1", "2*3*1*7", "2*3*1*7*1")  # English, a topic, its first answer
FORGET = ("", "7", "7*2", "7*2*1")


@pytest.fixture
def own(deployment, tmp_path: Path) -> Desk:  # noqa: F811
    """A door over the demonstration, in front of the simulated network."""
    tasks._shelf.cache_clear()
    routes._shelf.cache_clear()
    return desk(tmp_path, editions=[demonstration()])


def ship(own: Desk) -> None:
    """What the door wrote comes into the table, as the shipper brings it, and nothing twice."""
    for kind in ("hop", "send-me", "opt-out"):
        lines = journalled(own.journal, kind)
        for line in lines:
            del line["kind"]
        write(kind, *lines)
    for file in own.journal.folder.iterdir():
        file.write_bytes(b"")


def record(scene) -> list[tuple[str, str]]:
    return [(number, text) for number, text, _reference in scene.record()]


def test_two_keys_after_an_answer_bring_it_as_an_sms(own, deployment):  # noqa: F811
    edition = demonstration()
    dial(own, *ASKED)
    ship(own)

    tasks.fold_send_me()

    assert record(deployment) == [(PHONE, edition.sms("faq-031", "en", "KE"))]


def test_numbers_to_call_are_sent_before_any_language_was_chosen(own, deployment):  # noqa: F811
    """Whoever dials and presses help at once: the screens are in the first language, and so is the SMS."""
    edition = demonstration()
    dial(own, "", "8", "8*7", "8*7*1")
    ship(own)

    tasks.fold_send_me()

    assert record(deployment) == [(PHONE, edition.sms("get-help", "sw", "KE"))]


def test_warning_alone_sends_nothing(own, deployment):  # noqa: F811
    dial(own, *ASKED[:-1], "2*3*1*7*0")
    ship(own)

    tasks.fold_send_me()

    assert (record(deployment), Answer.objects.count()) == ([], 0)


def test_hop_that_the_provider_posts_again_sends_once(own, deployment):  # noqa: F811
    dial(own, *ASKED, ASKED[-1])
    ship(own)
    tasks.fold_send_me()
    dial(own, ASKED[-1])
    ship(own)

    tasks.fold_send_me()

    assert len(record(deployment)) == 1


def test_forget_me_before_the_text_left_stops_it(own, deployment):  # noqa: F811
    dial(own, *ASKED)
    dial(own, *FORGET, sessionId="ATUid_2")
    ship(own)
    tasks.fold_hops()

    tasks.fold_send_me()

    assert record(deployment) == []
    assert Answer.objects.values_list("state", "reason", "number", "token").get() == (
        "refused",
        "erased",
        "",
        "",
    )


def test_two_phones_get_their_own(own, deployment):  # noqa: F811
    dial(own, *ASKED)
    dial(own, *ASKED, phoneNumber=OTHER_PHONE, sessionId="ATUid_2")
    ship(own)

    tasks.fold_send_me()

    assert sorted(number for number, _text in record(deployment)) == sorted([PHONE, OTHER_PHONE])
    assert Dead.objects.count() == 0

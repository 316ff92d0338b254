"""S2: nothing is sent after a help, trafficking or referral choice unless the person asks for it after a warning."""

import pytest

from campaigns.models import Answer, Delivery
from people import identity
from tests.doors import PHONE

WARNING = "Whoever holds this phone can read the SMS. Send it?"
TRAFFICKERS = ("1", "4", "1")
SENSITIVE = {
    "help": ("8",),
    "asylum": ("4", "1"),
    "traffickers": TRAFFICKERS,
    "danger typed into the menu": ("6", "they beat me and locked the door"),
}


def english(site) -> tuple[str, ...]:
    """The key of English on the first screen."""
    lines = site.call(session="first").splitlines()
    return (next(line[0] for line in lines if line.endswith("English")),)


@pytest.mark.parametrize("keys", SENSITIVE.values(), ids=SENSITIVE)
def test_help_path_creates_no_outbound_message(full_site, deployment, keys):
    full_site.call(*english(full_site), *keys)

    full_site.fold()

    assert (Answer.objects.count(), Delivery.objects.count(), deployment.record()) == (0, 0, [])


def test_warning_alone_sends_nothing(full_site, deployment):
    screen = full_site.call(*english(full_site), *TRAFFICKERS, "98", "7")

    full_site.fold()

    assert WARNING in screen
    assert (Answer.objects.count(), deployment.record()) == (0, [])


def test_yes_after_the_warning_sends_it_once_to_the_phone_that_asked(full_site, deployment):
    full_site.call(*english(full_site), *TRAFFICKERS, "98", "7", "1")

    full_site.fold()
    full_site.fold()

    assert [row[0] for row in deployment.record()] == [PHONE]
    assert Answer.objects.values_list("kind", "state", "number", "text").get() == (
        "parcel", "sent", "", "",
    )  # fmt: skip


def test_help_asked_for_by_sms_is_a_reply_and_nothing_follows_it(full_site, deployment):
    full_site.sms("they beat me and locked the door")

    full_site.fold()
    full_site.fold()

    assert [row[0] for row in deployment.record()] == [PHONE]
    assert Answer.objects.filter(token=identity.token(f"tel:{PHONE}")).count() == 1

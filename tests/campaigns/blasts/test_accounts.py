"""A changed file of provider accounts is on record: which accounts, by what digest, never a secret."""

import hashlib

import pytest

from campaigns import tasks
from campaigns.blasts.accounts import note_change
from people.models import AuditEntry
from tests.campaigns import scene
from tests.published import AT

SECRET = "invented-invented-invented"
ACCOUNT = f"""
[gateways.%s]
adapter = "africastalking"
secret = "{SECRET}"
sender = "NJIA"
username = "njia"
key = "invented"
"""

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("deployment")]


@pytest.fixture
def write(settings, tmp_path):
    """Write the file of accounts; each process reads it once, so it is as after a restart."""

    def _write(text):
        file = tmp_path / "gateways.toml"
        file.write_text(text, encoding="utf-8")
        settings.GATEWAYS_FILE = str(file)
        scene.forget_routes()

    return _write


def test_no_file_is_nothing_to_note():
    assert note_change(at=AT) is False
    assert AuditEntry.objects.count() == 0


def test_new_file_is_noted_once(write):
    write(ACCOUNT % "kenya")

    assert [note_change(at=AT) for _look in range(3)] == [True, False, False]
    digest = hashlib.sha256((ACCOUNT % "kenya").encode()).hexdigest()[:16]
    entry = AuditEntry.objects.get()
    assert (entry.kind, entry.staff, entry.what, entry.details) == (
        "setting",
        None,
        "provider accounts",
        {"file": f"sha256:{digest}", "accounts": "kenya"},
    )


def test_rotated_secret_is_a_change_and_stays_secret(write):
    write(ACCOUNT % "kenya")
    note_change(at=AT)
    write((ACCOUNT % "kenya").replace(SECRET, "another-another-another-12"))

    assert note_change(at=AT) is True
    assert [SECRET in str(one.details) for one in AuditEntry.objects.all()] == [False, False]


def test_file_that_goes_away_is_a_change(write, settings):
    write(ACCOUNT % "kenya")
    note_change(at=AT)
    settings.GATEWAYS_FILE = ""
    scene.forget_routes()

    assert [note_change(at=AT) for _look in range(2)] == [True, False]
    assert AuditEntry.objects.latest("sequence").details == {"file": "", "accounts": "sim"}


def test_task_looks(write):
    write(ACCOUNT % "kenya")

    tasks.note_accounts()

    assert AuditEntry.objects.count() == 1

"""Staff who look at editions and drafts on the pages, without any matcher unless a test says otherwise."""

from pathlib import Path

import pytest
from django.utils import timezone

from campaigns.writing import seeding
from people import staff
from people.countries import CODES
from tests.campaigns import scene
from tests.published import LOCALES
from ussd import preview
from ussd.menu import Asked


@pytest.fixture(autouse=True)
def nobody_answers():
    """No matcher, whatever another test of this process placed."""
    preview.place(lambda _edition, _language: lambda _words, _spoken: Asked())


@pytest.fixture
def sign_in(db, client, settings, tmp_path: Path):
    settings.DATA = tmp_path
    scene.forget_routes()
    staff.install_roles()
    for language in ("en", "sw"):
        seeding.load(LOCALES, at=timezone.now(), only=language)

    def _sign_in(role="translator"):
        client.force_login(staff.hire(f"a-{role}", role, countries=CODES, password="x"))
        return client

    yield _sign_in
    scene.forget_routes()

"""Sessions of browsers: whose they are, since when, and ended by their owner alone."""

from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.utils import timezone

from people import sessions
from people.models import PageSession, Staff
from people.sessions import SessionStore
from tests.people.made import NOON

pytestmark = pytest.mark.django_db


def opened(staff: Staff | None = None, **told: str) -> SessionStore:
    store = SessionStore()
    store.update({SESSION_KEY: str(staff.pk)} if staff else {})
    store.update(told)
    store.save()
    return store


@pytest.fixture
def amina() -> Staff:
    return Staff.objects.create(username="amina")


def test_session_says_whose_it_is_and_since_when(amina):
    store = opened(amina, **sessions.described("Mozilla/5.0 (Android 14) Firefox/130", at=NOON))

    row = PageSession.objects.get()
    assert (row.pk, row.staff, row.browser, row.began_at, row.mark) == (
        store.session_key,
        amina,
        "Firefox, Android",
        NOON,
        sessions.mark(str(store.session_key)),
    )


def test_session_of_nobody_names_nobody():
    opened()

    row = PageSession.objects.get()
    assert (row.staff, row.browser, row.began_at == row.seen_at) == (None, "", True)


def test_session_keeps_what_it_holds_and_its_beginning(amina):
    store = opened(amina, **sessions.described("", at=NOON))

    again = SessionStore(store.session_key)
    again["word"] = "kept"
    again.save()

    assert SessionStore(store.session_key)["word"] == "kept"
    assert PageSession.objects.get().began_at == NOON
    assert PageSession.objects.get().get_decoded()["word"] == "kept"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0",
            "Firefox, Linux",
        ),
        ("Mozilla/5.0 (Linux; Android 13; K) Chrome/126.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Safari/604.1", "Safari, iPhone"),
        ("curl/8.5", ""),
        ("", ""),
    ],
)
def test_browser_is_told_roughly(agent, name):
    assert sessions.browser(agent) == name


@pytest.mark.parametrize(("minutes", "noted"), [(4, False), (6, True)])
def test_seen_is_noted_at_most_every_five_minutes(amina, minutes, noted):
    store = SessionStore(opened(amina).session_key)
    store.load()
    before = PageSession.objects.get().seen_at

    sessions.seen(store, at=before + timedelta(minutes=minutes))

    assert (PageSession.objects.get().seen_at > before) == noted


def test_sessions_of_are_the_own_that_hold_still(amina):
    mine, over = opened(amina), opened(amina)
    PageSession.objects.filter(pk=over.session_key).update(expire_date=NOON)
    opened(Staff.objects.create(username="other"))
    opened()

    found = sessions.sessions_of(amina, at=timezone.now())

    assert [row.pk for row in found] == [mine.session_key]


def test_end_ends_only_an_own_session(amina):
    mine, other = opened(amina), opened(Staff.objects.create(username="other"))
    marks = [sessions.mark(str(one.session_key)) for one in (mine, other)]

    assert [sessions.end(amina, mark) for mark in (*marks, "")] == [1, 0, 0]
    assert list(PageSession.objects.values_list("pk", flat=True)) == [other.session_key]


def test_end_all_leaves_the_one_named(amina):
    opened(amina)
    stays = opened(amina)
    opened(amina)

    assert sessions.end_all(amina, but=stays.session_key) == 2
    assert sessions.end_all(amina) == 1

"""Sessions of browsers, kept in the database with whose they are, so that staff see theirs and end them."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.db.models import QuerySet
from django.utils import timezone

from people.models import PageSession, Staff

BEGAN, BROWSER = "began", "browser"  # what a session says of itself
STEP = timedelta(minutes=5)  # between two notes of when it was last seen


class SessionStore(db.SessionStore):
    """Django's store of sessions over a table that names whose each one is."""

    seen_at: datetime | None = None

    @classmethod
    def get_model_class(cls) -> type[PageSession]:
        return PageSession

    def _get_session_from_db(self) -> PageSession | None:
        row: PageSession | None = super()._get_session_from_db()  # type: ignore[misc]
        self.seen_at = row.seen_at if row else None
        return row

    def create_model_instance(self, data: dict[str, Any]) -> PageSession:
        """The row to be written; all of it comes from the session's own data."""
        row: PageSession = super().create_model_instance(data)  # type: ignore[assignment]
        row.seen_at = timezone.now()
        row.staff_id = data.get(SESSION_KEY) or None
        row.mark = mark(row.session_key)
        row.browser = data.get(BROWSER, "")
        row.began_at = datetime.fromisoformat(data[BEGAN]) if BEGAN in data else row.seen_at
        return row


def mark(key: str) -> str:
    """What stands for a session where it is shown."""
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def described(agent: str, *, at: datetime) -> Mapping[str, str]:
    """What a session that begins now says of itself. `agent`: as the browser names itself."""
    return {BEGAN: at.isoformat(), BROWSER: browser(agent)}


# the first word that is found names it: Chrome's agent also says Safari, Edge's also says Chrome
BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "Opera": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "Chrome": "Chrome",
    "CriOS": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS X": "Mac",
    "CrOS": "Chromebook",
    "Linux": "Linux",
}


def browser(agent: str) -> str:
    """As "Firefox, Android": enough to know one's own again, no more is kept. "" for what is unknown."""
    found = (
        next((name for word, name in names.items() if word in agent), "")
        for names in (BROWSERS, SYSTEMS)
    )
    return ", ".join(filter(None, found))


def seen(store: SessionStore, *, at: datetime) -> None:
    """Note that the session is in use, at most once in five minutes."""
    if store.seen_at and store.session_key and at - store.seen_at > STEP:
        PageSession.objects.filter(pk=store.session_key).update(seen_at=at)


def sessions_of(staff: Staff, *, at: datetime) -> QuerySet[PageSession]:
    """Those in which this member of staff is signed in, the last used one first."""
    return PageSession.objects.filter(staff=staff, expire_date__gt=at).order_by("-seen_at")


def end(staff: Staff, marked: str) -> int:
    """End one of the own sessions; how many ended: 1, or 0 where it had ended already."""
    return PageSession.objects.filter(staff=staff, mark=marked).delete()[0]


def end_all(staff: Staff, *, but: str | None = None) -> int:
    """End every session, or every other one than that of the key `but`."""
    return PageSession.objects.filter(staff=staff).exclude(pk=but or "").delete()[0]

"""After a run of everything: not one clear number and no word that somebody said, in no table, log, file or export.

Where one may be seen is `ALLOWED`, and nothing else is.
"""

import base64
import io
import logging
import os
import zlib
from collections.abc import Iterator
from importlib import import_module
from itertools import chain
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from analytics.models import Exposure, Indicator
from bot.models import Case, Question
from campaigns.models import Answer, Delivery
from config.logs import Brief, Console, Masked
from journal.models import Entry
from people import breach, staff, uploaded
from people.models import ImportRun, Person, Reveal, Staff, Suppression
from tests.campaigns import scene
from tests.config.broken import broken_tables
from tests.safeguarding import traces
from tests.safeguarding.traces import Sought

CALLER, WRITER, CHATTER, LEAVER, SENT = (f"+2547{n}1483920" for n in range(5))
LISTED = [f"+25479{n}364192" for n in range(5)]
LOCAL = [f"0{number[4:7]} {number[7:10]} {number[10:]}" for number in LISTED]
ODD = "+254733920174"
TELEGRAM = "telegram:883920174"
TYPED = "my cousin Zawadiqa waits near the Bulbulo bridge"
WRITTEN = "they locked Abrehetu in and beat me behind the Kunama mill"
CHATTED = "how do I tell Selamitu that her visa is a lie"
ON_THE_WEB = "Gidayqa owes the driver from Moyaliko"
SOUGHT = Sought(
    numbers=(CALLER, WRITER, CHATTER, LEAVER, SENT, *LISTED, ODD, "883920174"),
    words=("Zawadiqa", "Bulbulo", "Abrehetu", "Kunama mill", "Selamitu", "Gidayqa", "Moyaliko"),
)
WHY = "asked to be called back at 14:00"
ALLOWED: dict[str, set[str]] = {}  # place -> what may be read there


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The log as the product writes it to its terminal, from the lowest level on."""
    written = io.StringIO()
    handler = Console(written)
    handler.setFormatter(Masked("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.addFilter(Brief())
    root, django = logging.getLogger(), logging.getLogger("django")
    before = root.level
    root.setLevel(logging.DEBUG)
    for logger in (root, django):
        logger.addHandler(handler)
    yield written
    for logger in (root, django):
        logger.removeHandler(handler)
    root.setLevel(before)


@pytest.fixture
def run(full_site, deployment, client, log, tmp_path):
    """Everything a day brings, through the doors and the pages; what staff saw and took out."""
    staff.install_roles()
    if not Indicator.objects.exists():  # another test on the whole database has emptied it
        import_module("analytics.migrations.0002_indicators").install(apps, None)
    day = Day(full_site, client, deployment.record)
    day.takes_a_list_in()
    day.calls()
    day.messages()
    day.chats()
    day.sends_a_blast()
    day.goes_wrong()
    full_site.fold()
    seen, taken = day.looks(), day.takes_out(tmp_path / "breach.csv")
    return SimpleNamespace(site=full_site, log=log, seen=seen, taken=taken)


class Day:
    """Who does what; each step as the outside would do it."""

    def __init__(self, site, client, record) -> None:
        self.site, self.client, self.record = site, client, record

    def signed_in(self, role: str):
        name = f"a-{role}"
        known = Staff.objects.filter(username=name).first()
        self.client.force_login(known or staff.hire(name, role, countries=["KE"], password="x"))
        return self.client

    def takes_a_list_in(self) -> None:
        text = "phone,name,age\n" + "".join(
            f"{one},Somebody,30\n" for one in [*LOCAL, "07zz", ODD + "99999"]
        )
        told = {"country": "KE", "basis": "consent-form", "evidence": "forms 1 to 9"}
        file = SimpleUploadedFile("list.csv", text.encode())
        self.signed_in("manager").post(reverse("people:import"), {**told, "file": file})
        uploaded.work_off(at=timezone.now())
        for row in ImportRun.objects.all():
            self.client.post(reverse("people:import-confirm", args=[row.pk]))
        uploaded.work_off(at=timezone.now())

    def calls(self) -> None:
        english = next(
            line[0] for line in self.site.call(phone=CALLER).splitlines() if "English" in line
        )
        self.site.call(english, "6", TYPED, phone=CALLER, session="typed")
        self.site.call(english, "1", "4", "1", "98", "7", "1", phone=CALLER, session="by-sms")
        self.site.call(english, "7", "1", "1", phone=LEAVER, session="stops")
        end = {"sessionId": "typed", "phoneNumber": CALLER, "status": "Success", "input": TYPED}
        self.site.hook("ussd-end", {**end, "lastAppResponse": TYPED})

    def messages(self) -> None:
        self.site.sms(WRITTEN, WRITER, "one")
        self.site.sms(TYPED, WRITER, "two")
        self.site.sms("START", SENT, "three")
        self.site.fold()
        self.site.sms("YES", SENT, "four")
        self.site.fold()
        self.site.sms("2", SENT, "four-b")
        self.site.hook("opt-out", {"senderId": "NJIA", "phoneNumber": LEAVER})

    def chats(self) -> None:
        self.site.ask(CHATTED, f"tel:{CHATTER}")
        self.site.ask(CHATTED, TELEGRAM)
        self.client.logout()
        self.client.post("/chat/say/", {"text": ON_THE_WEB, "country": "KE"})

    def sends_a_blast(self) -> None:
        self.site.fold()
        blast = scene.started(item="faq-038")
        scene.send(blast)
        for number, _text, reference in self.record():
            told = {"id": reference, "status": "Success", "phoneNumber": number}
            self.site.hook("receipt", told)
        self.site.hook("receipt", {"id": "unknown", "status": "Failed", "phoneNumber": ODD})

    def goes_wrong(self) -> None:
        """Forms nobody can read, lines no fold takes, pages that fail."""
        self.site.hook("sms", {"from": f"{ODD}x", "text": WRITTEN})
        self.site.hook("receipt", {"phoneNumber": ODD, "input": WRITTEN})
        self.site.hook("ussd", {"sessionId": "odd", "phoneNumber": ODD, "text": TYPED})
        self.site.hook("ask", f'{{"text": "{CHATTED}", "person": "{ODD}"'.encode())
        self.site.house.journal.append("sms", {"at": 1.0, "g": "gone", "t": "t1.x"})
        self.client.raise_request_exception = False
        self.signed_in("manager")
        with broken_tables():
            self.client.get(reverse("people:list"))
            self.client.post("/chat/say/", {"text": ON_THE_WEB, "country": "KE"})
        self.client.raise_request_exception = True

    def looks(self) -> list[tuple[str, str]]:
        """What staff read; a number is shown once, on the page that is for it."""
        names = {
            "manager": ["people:list", "people:import", "campaigns:blasts", "analytics:reach"],
            "administrator": [
                "people:audit",
                "home",
                "admin:index",
                "admin:people_person_changelist",
            ],
            "monitoring": ["ussd:funnel", "ussd:sent"],
            "protection": ["people:list"],
        }
        pages = [
            (f"{role} {name}", self.signed_in(role).get(reverse(name)).content.decode())
            for role, several in names.items()
            for name in several
        ]
        person = Person.objects.earliest("pk")
        self.signed_in("protection").post(
            reverse("people:reveal", args=[person.pk]), {"reason": WHY}
        )
        return pages

    def takes_out(self, path) -> list[tuple[str, str]]:
        asked = {"country": "KE", "first": "2026-01-01", "last": "2026-12-31", "period": "2026"}
        tables = {
            "monitoring": ["analytics:download", "ussd:funnel-screens"],
            "administrator": ["people:audit-download"],
        }
        taken = []
        for role, names in tables.items():
            for name in names:
                answer = self.signed_in(role).get(reverse(name), asked)
                body = b"".join(answer) if answer.streaming else answer.content
                taken.append((name, body.decode()))
        by, now = Staff.objects.get(username="a-administrator"), timezone.now()
        breach.write(path, by=by, why="A laptop was lost.", known_at=now, at=now)
        return [*taken, ("the list of a breach", path.read_text())]


def test_nothing_of_anybody_is_left_in_clear_anywhere(run):
    """Of what came in, all was taken: else nothing could be found where there is nothing."""
    assert (Person.objects.count(), Delivery.objects.count()) == (len(LISTED) + 1, len(LISTED) + 1)
    assert (Case.objects.count(), Reveal.objects.count()) == (1, 1)
    assert Question.objects.count() > 0
    assert Answer.objects.filter(state="sent").count() >= 3
    assert Suppression.objects.count() == 1
    assert Exposure.objects.count() > 0
    kinds = set(Entry.objects.values_list("kind", flat=True))
    assert kinds >= {"hop", "end", "sms", "chat", "receipt", "error", "send-me"}
    assert "opt-out" not in kinds  # they go when they are folded

    places = chain(
        traces.rows(),
        traces.sessions(),
        traces.files(settings.DATA),
        traces.files(Path(os.environ["NJIA_TEST_DATA"]), "*.log"),  # of PostgreSQL and Valkey
        traces.keys(settings.REDIS_URL),
        [("the log", run.log.getvalue())],
        run.seen,
        run.taken,
    )

    assert traces.leaks(SOUGHT, places) == ALLOWED


# --- the search itself: it finds what it is for -----------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        CALLER,
        CALLER[1:],
        f"0{CALLER[4:]}",
        f"%2B{CALLER[1:]}",
        "0701 483 920",
        "+254 (701) 483-920",
        "0701%20483%20920",
        f"x{base64.b64encode(CALLER.encode()).decode()}x",
        base64.b64encode(f'{{"number": "{CALLER}"}}'.encode()).decode(),
        base64.b64encode(f'["a", "{CALLER}"]'.encode()).decode(),
    ],
)
def test_search_finds_every_spelling_of_a_number(text):
    assert SOUGHT.found(f"row\t{text}\n") == {CALLER}


@pytest.mark.parametrize("text", ["Zawadiqa", "ZAWADIQA,", "to zawadiqa's", "xx\\nZawadiqa"])
def test_search_finds_words_whatever_their_case(text):
    assert SOUGHT.found(text) == {"Zawadiqa"}


def test_search_looks_into_what_is_compressed(tmp_path):
    (tmp_path / "file").write_bytes(zlib.compress(TYPED.encode()))

    assert traces.leaks(SOUGHT, traces.files(tmp_path)) == {"file": {"Zawadiqa", "Bulbulo"}}


@pytest.mark.parametrize(
    "text", ["+254•••••••20", "t1.701483", "701 48 3921", "2026-07-01 48:39:20"]
)
def test_search_is_silent_where_nothing_is(text):
    assert SOUGHT.found(text) == set()


@pytest.mark.django_db
def test_search_reads_tables_sessions_and_redis(client, full_site):
    Person.objects.create(
        token="t1.a", stop_token="s1.a", number=CALLER, country="KE", added_at=timezone.now()
    )
    session = client.session
    session["said"] = TYPED
    session.save()
    full_site.house.elsewhere._writer.rpush("a list", WRITER)

    places = chain(traces.rows(), traces.sessions(), traces.keys(settings.REDIS_URL))

    assert traces.leaks(SOUGHT, places) == {
        "people_person": {CALLER},
        "people_pagesession": {"Zawadiqa", "Bulbulo"},
        "a session": {"Zawadiqa", "Bulbulo"},
        "a list": {WRITER},
    }

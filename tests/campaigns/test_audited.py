"""Every act that shows, takes out, approves or changes leaves exactly one entry; one that failed leaves none,
or one that says it was refused."""

import contextlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.urls import reverse
from django.utils import timezone

from campaigns.blasts import approval
from campaigns.blasts.permits import Refused as NotAllowed
from campaigns.editions.content import Words
from campaigns.editions.edition import Kind
from campaigns.editions.problems import Refused
from campaigns.models import Blast, Campaign, ContentItem, Edition, Source, Text
from campaigns.press import publishing
from campaigns.press.shelf import Shelf
from campaigns.writing import drafting
from campaigns.writing.workbench import workbench
from people import audit, revealing, staff
from people.models import AuditEntry, Person, Staff
from tests.campaigns import scene
from tests.published import AT, loaded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("deployment")]
WHY = "asked to be called back at 14:00"
SOMALI = Words("Waxbarasho", "Waxbarasho", "Haa. Weydii dugsiga.", phrasings=("Ma baran karaa?",))


@dataclass
class Desk:
    """Somebody of each role, with what they need before they act."""

    client: Any
    shelf: Shelf

    def hire(self, role: str) -> Staff:
        return staff.hire(f"a-{role}", role, countries=["KE"], password="x")

    def signed_in(self, role: str) -> Any:
        self.client.force_login(self.hire(role))
        return self.client

    def post(self, role: str, address: str, told: dict[str, Any]) -> Any:
        return self.signed_in(role).post(address, told)

    def person(self, country: str = "KE") -> Person:
        scene.people(1, country)
        return Person.objects.get()

    def draft(self) -> Text:
        loaded("en", at=AT)
        item, bench = ContentItem.objects.get(code="faq-043"), workbench(AT)
        author = Staff.objects.create(username="a-translator")
        return drafting.write(item, "so", SOMALI, bench=bench, by=author, at=AT)[0]


@pytest.fixture
def desk(client, tmp_path) -> Desk:
    staff.install_roles()
    return Desk(client, Shelf(tmp_path / "editions"))


def admin(model: str, *row: Any) -> str:
    return reverse(f"admin:{model}_{'change' if row else 'add'}", args=row)


# --- what is done -------------------------------------------------------------------------------------


def shows_a_number(desk: Desk) -> None:
    address = reverse("people:reveal", args=[desk.person().pk])
    assert desk.post("protection", address, {"reason": WHY}).status_code == 200


def takes_out_reach(desk: Desk) -> None:
    address = reverse("analytics:download")
    assert desk.signed_in("monitoring").get(address, {"period": "2025"}).status_code == 200


def takes_out_the_funnel(desk: Desk) -> None:
    asked = {"country": "KE", "first": "2026-03-01", "last": "2026-03-02"}
    address = reverse("ussd:funnel-screens")
    assert desk.signed_in("monitoring").get(address, asked).status_code == 200


def approves_a_blast(desk: Desk) -> None:
    desk.person()
    blast = scene.planned()
    approval.approve(blast, by=desk.hire("approver"), at=timezone.now())


def approves_a_text(desk: Desk) -> None:
    text = desk.draft()
    for _press in range(2):  # a second press is no second approval
        drafting.approve(text, bench=workbench(AT), by=desk.hire("approver"), at=AT)


def publishes(desk: Desk) -> None:
    loaded("en", at=AT)
    by = desk.hire("approver")
    for hour in range(2):  # the same content again is no news
        at = AT + timedelta(hours=hour)
        publishing.publish(Kind.DEMONSTRATION, by=by, at=at, shelf=desk.shelf)


def prices(desk: Desk) -> None:
    told = {
        "gateway": "sim",
        "country": "KE",
        "network": "",
        "per_part": "0.8",
        "currency": "KES",
        "valid_from_0": "2026-01-01",
        "valid_from_1": "00:00",
        "receipts": "on",
    }
    assert desk.post("administrator", admin("campaigns_price"), told).status_code == 302


def changes_a_source(desk: Desk) -> None:
    row = Source.objects.create(code="S01", publisher="IOM", title="Report")
    told = {"code": "S01", "publisher": "Other", "title": "Report"}
    address = admin("campaigns_source", row.pk)
    assert desk.post("administrator", address, told).status_code == 302


def gives_a_budget(desk: Desk) -> None:
    told = {"code": "sea", "name": "Sea", "countries": ["KE"], "budget": "10", "currency": "KES"}
    told |= {"cap": "2", "cap_days": "7"}
    assert desk.post("manager", admin("campaigns_campaign"), told).status_code == 302


def changes_a_role(desk: Desk) -> None:
    other, told = desk.hire("translator"), {"role": "manager", "countries": ["KE"]}
    address = reverse("people:account-of", args=[other.pk])
    assert desk.post("administrator", address, told).status_code == 302


def makes_a_link(desk: Desk) -> None:
    address = reverse("people:account-step", args=[desk.hire("translator").pk, "link"])
    assert desk.post("administrator", address, {}).status_code == 200


def looks_somebody_up(desk: Desk) -> None:
    desk.person()
    told = {"number": scene.number(0), "country": "KE"}
    answer = desk.post("protection", reverse("campaigns:person"), told)
    assert answer.status_code == 200


DONE: list[tuple[Callable[[Desk], None], tuple[str, str, str, str]]] = [
    (shows_a_number, ("reveal", "a-protection", "number of one person", "KE")),
    (takes_out_reach, ("export", "a-monitoring", "reach-3.3-2025.csv", "")),
    (
        takes_out_the_funnel,
        ("export", "a-monitoring", "ussd-screens-2026-03-01-2026-03-02.csv", "KE"),
    ),
    (approves_a_blast, ("approve", "a-approver", "blast {blast}", "")),
    (approves_a_text, ("approve", "a-approver", "text faq-043 in so", "")),
    (publishes, ("publish", "a-approver", "edition {edition}", "")),
    (prices, ("setting", "a-administrator", "price sim KE : 0.8 KES: added", "KE")),
    (changes_a_source, ("setting", "a-administrator", "source S01 Other: changed", "")),
    (gives_a_budget, ("setting", "a-manager", "campaign Sea: added", "")),
    (changes_a_role, ("role", "a-administrator", "role given", "KE")),
    (looks_somebody_up, ("lookup", "a-protection", "looked up one number", "KE")),
    (makes_a_link, ("staff", "a-administrator", "link to set a password", "KE")),
]


@pytest.mark.parametrize(("act", "entry"), DONE, ids=[act.__name__ for act, _entry in DONE])
def test_act_leaves_one_entry(desk, act, entry):
    act(desk)

    made = {
        "blast": Blast.objects.values_list("pk", flat=True).first(),
        "edition": Edition.objects.values_list("hash", flat=True).first(),
    }
    kept = AuditEntry.objects.values_list("kind", "name", "what", "country")
    assert list(kept) == [(*entry[:2], entry[2].format(**made), entry[3])]
    assert audit.verify().differences == ()


def test_file_for_one_person_and_forgetting_are_one_entry_each(desk):
    person = desk.person()
    told = {"number": scene.number(0), "country": "KE"}
    page = desk.post("protection", reverse("campaigns:person"), told).content.decode()
    (held, *_rest) = re.findall(r'name="held" value="([^"]+)"', page)

    for name, more in (("person-hand-out", {"form": "json"}), ("person-forget", {"stop": "no"})):
        desk.client.post(reverse(f"campaigns:{name}"), {"held": held, "sure": "on", **more})

    kept = AuditEntry.objects.order_by("sequence").values_list("kind", "what")
    assert list(kept) == [
        ("lookup", "looked up one number"),
        ("export", "held.json"),
        ("erase", "forgot one person"),
    ]
    said = str(list(AuditEntry.objects.values()))
    assert [one for one in (scene.number(0)[1:], person.token) if one in said] == []


def test_entry_of_a_role_says_what_the_account_may_do_now(desk):
    changes_a_role(desk)

    details = AuditEntry.objects.get().details
    assert details == {
        "account": "a-translator",
        "before": "translator",
        "role": "manager",
        "countries": "KE",
    }


def test_entry_of_an_export_says_what_was_asked(desk):
    takes_out_reach(desk)

    assert AuditEntry.objects.get().details == {
        "period": "2025",
        "page": "analytics:download",
        "of countries": "KE",
    }


def test_entry_of_a_blast_says_whether_it_was_the_own_plan(desk, settings):
    settings.SELF_APPROVAL = True
    both = scene.staff("amina", "plan_blast", "approve_blast")

    approval.approve(scene.planned(), by=both, at=timezone.now())

    assert AuditEntry.objects.get().details["own plan"] == "yes"


def test_texts_of_ours_leave_without_an_entry(desk):
    loaded("en", at=AT)
    address = reverse("campaigns:translation-download", args=["so", "open.xlsx"])

    answer = desk.signed_in("translator").get(address)

    assert answer["Content-Disposition"].startswith("attachment")
    assert AuditEntry.objects.count() == 0


# --- what fails ---------------------------------------------------------------------------------------


def gives_no_reason(desk: Desk) -> None:
    address = reverse("people:reveal", args=[desk.person().pk])
    assert desk.post("protection", address, {"reason": "because"}).status_code == 403


def asks_for_a_number_elsewhere(desk: Desk) -> None:
    person = desk.person("UG")
    with contextlib.suppress(revealing.NotRevealed):
        revealing.reveal(person, WHY, by=desk.hire("protection"), at=AT)


def asks_for_a_number_without_the_role(desk: Desk) -> None:
    with contextlib.suppress(revealing.NotRevealed):
        revealing.reveal(desk.person(), WHY, by=desk.hire("manager"), at=AT)


def takes_out_without_the_role(desk: Desk) -> None:
    assert desk.signed_in("translator").get(reverse("analytics:download")).status_code == 403


def approves_the_own_blast(desk: Desk) -> None:
    both = scene.staff("amina", "plan_blast", "approve_blast")
    with contextlib.suppress(NotAllowed):
        approval.approve(scene.planned(), by=both, at=timezone.now())


def approves_the_own_text(desk: Desk) -> None:
    text = desk.draft()
    Text.objects.filter(pk=text.pk).update(author="a-approver")
    text.refresh_from_db()
    with contextlib.suppress(Refused):
        drafting.approve(text, bench=workbench(AT), by=desk.hire("approver"), at=AT)


def publishes_what_nobody_approved(desk: Desk) -> None:
    loaded("en", at=AT)
    with contextlib.suppress(Refused):
        publishing.publish(Kind.LIVE, by=desk.hire("approver"), at=AT, shelf=desk.shelf)


def prices_nonsense(desk: Desk) -> None:
    assert desk.post("administrator", admin("campaigns_price"), {}).status_code == 200


def changes_nothing(desk: Desk) -> None:
    row = Source.objects.create(code="S01", publisher="IOM", title="Report")
    told = {"code": "S01", "publisher": "IOM", "title": "Report"}
    desk.post("administrator", admin("campaigns_source", row.pk), told)


def gives_a_budget_without_the_role(desk: Desk) -> None:
    row = Campaign.objects.create(code="sea", name="Sea", countries=["KE"])
    told = {"code": "sea", "name": "Ocean", "countries": ["KE"]}
    address = admin("campaigns_campaign", row.pk)
    assert desk.post("administrator", address, told).status_code == 403


FAILED: list[tuple[Callable[[Desk], None], list[tuple[str, str, str]]]] = [
    (gives_no_reason, []),
    (asks_for_a_number_elsewhere, [("refused", "a-protection", "country")]),
    (asks_for_a_number_without_the_role, [("refused", "a-manager", "permission")]),
    (takes_out_without_the_role, []),
    (approves_the_own_blast, []),
    (approves_the_own_text, []),
    (publishes_what_nobody_approved, []),
    (prices_nonsense, []),
    (changes_nothing, []),
    (gives_a_budget_without_the_role, []),
]


@pytest.mark.parametrize(("act", "entries"), FAILED, ids=[act.__name__ for act, _entries in FAILED])
def test_failed_act_leaves_none_or_a_refusal(desk, act, entries):
    act(desk)

    kept = AuditEntry.objects.values_list("kind", "name", "details__why")
    assert list(kept) == entries


def test_number_is_not_shown_where_it_cannot_be_written_down(desk):
    person, officer = desk.person(), desk.hire("protection")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE people_auditentry ADD CONSTRAINT no_room CHECK (sequence < 1)")

    with pytest.raises(IntegrityError):
        revealing.reveal(person, WHY, by=officer, at=AT)

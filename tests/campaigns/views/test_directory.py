"""The pages of the directory: who sees and changes which entry, and what each step does."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Alert, Edition, Proof, Referral, Source
from campaigns.proofs import proving
from people import staff
from people.countries import CODES
from tests.campaigns import living
from tests.campaigns.living import CHILD, MONTH

pytestmark = pytest.mark.django_db
ROLES = ("administrator", "manager", "approver", "translator", "protection")
LIST = "/directory/"


def today():
    return timezone.localdate()


@pytest.fixture
def sign_in(client):
    staff.install_roles()

    def _sign_in(role, *countries):
        own = countries or ("KE",)
        client.force_login(staff.hire(f"a-{role}", role, countries=own, password="x"))
        return client

    return _sign_in


@pytest.fixture
def rows():
    """One proven in Kenya, one never called in Ethiopia, one abroad, one invented."""
    long = {"until": today() + 2 * MONTH, "verified_by_call_on": today()}
    Source.objects.create(code="S01", publisher="IOM", title="List", address="iom.example/list")
    return [
        living.entry("KE-01", CHILD, "child", sources=["S01"], hours="24h", **long),
        living.entry("ET-01", "0000 7201", "police", until=None, verified_by_call_on=None),
        living.entry("SA-01", "0000 7301", "labour", **long),
        living.entry("KE-99", "0000 7999", "child", fictitious=True, **long),
    ]


def page(code):
    return reverse("campaigns:referral", args=[code])


def press(client, code, name, shown=CHILD, **told):
    answer = client.post(
        reverse("campaigns:directory-step", args=[code, name]), {"shown": shown, **told}
    )
    said = [str(one) for one in get_messages(answer.wsgi_request)]
    return answer.status_code, said[-1] if said else ""


def shown(client, query=""):
    return [one.row.code for one in client.get(f"{LIST}?{query}").context["rows"]]


def words(client, address):
    return client.get(address).content.decode()


# --- who sees what --------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
def test_directory_opens_for_all_who_work_with_content(sign_in, rows, role):
    client = sign_in(role)

    addresses = [LIST, page("KE-01"), page("SA-01"), "/expiring/"]
    assert [client.get(one).status_code for one in addresses] == [200] * 4


def test_monitoring_does_not_see_the_directory(sign_in, rows):
    client = sign_in("monitoring")

    addresses = [LIST, "/directory/new/", page("KE-01"), "/expiring/"]
    assert [client.get(one).status_code for one in addresses] == [403] * 4
    assert press(client, "KE-01", "called")[0] == 403
    assert "Directory" not in words(client, "/")


def test_entries_of_other_countries_are_not_there_and_those_abroad_are(sign_in, rows):
    client = sign_in("manager", "KE")

    assert shown(client) == ["KE-01", "SA-01", "KE-99"]
    assert client.get(page("ET-01")).status_code == 404


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("country=ET", ["ET-01"]),
        ("kind=child", ["KE-01", "KE-99"]),
        ("state=proven", ["KE-01", "SA-01"]),
        ("state=never", ["ET-01"]),
        ("state=invented", ["KE-99"]),
        ("q=0000+7201", ["ET-01"]),
        ("q=police+line", ["ET-01"]),
        ("q=nothing", []),
    ],
)
def test_directory_is_filtered(sign_in, rows, query, codes):
    assert shown(sign_in("administrator"), query) == codes


@pytest.mark.parametrize(("days", "state"), [(31, "proven"), (30, "soon"), (0, "expired")])
def test_state_follows_the_proof(sign_in, rows, days, state):
    Referral.objects.filter(code="KE-01").update(expires=today() + timedelta(days=days))

    (one,) = sign_in("manager").get(f"{LIST}?q=7101").context["rows"]

    assert one.state == state


def test_row_tells_all_that_is_known(sign_in, rows):
    text = words(sign_in("manager"), LIST)

    for part in ("child line", "Kenya", CHILD, "24h", "not known", "IOM", "invented"):
        assert part in text


def test_directory_takes_no_query_per_row(sign_in, rows, django_assert_max_num_queries):
    client = sign_in("manager")
    for n in range(20):
        living.entry(f"KE-{n + 200}", "0000 1", "child", until=None, sources=["S01"])

    with django_assert_max_num_queries(12):
        client.get(LIST)


def test_missing_numbers_are_listed_with_what_to_do(sign_in, rows):
    found = sign_in("manager", "KE", "ET").get(LIST).context["missing"]

    pairs = {(gap.country, gap.kind): gap.collected for gap in found}
    assert ("KE", "child") not in pairs
    assert ("SA", "ksa_labour") not in pairs
    assert (pairs["ET", "police"], pairs["ET", "hotline"], len(pairs)) == (1, 0, 13)


@pytest.mark.parametrize(
    ("role", "said"),
    [("protection", "Add the first one"), ("manager", "A protection officer or an administrator")],
)
def test_empty_directory_says_what_to_do(sign_in, role, said):
    assert said in words(sign_in(role), LIST)


# --- the steps ------------------------------------------------------------------------------------


def test_officer_notes_a_call_with_the_day_it_holds_to(sign_in, rows):
    client = sign_in("protection")
    until = today() + timedelta(days=120)

    assert press(client, "KE-01", "called", until=until.isoformat(), note="woman, Swahili") == (
        302,
        "Noted: you called it today. Live texts show the number within a minute.",
    )

    row = Referral.objects.get(code="KE-01")
    assert (str(row.verified_by), row.expires) == ("a-protection", until)
    assert "woman, Swahili" in words(client, page("KE-01"))


def test_proof_that_holds_too_long_is_refused_in_words(sign_in, rows):
    until = today() + timedelta(days=181)

    status, said = press(sign_in("protection"), "KE-01", "called", until=until.isoformat())

    assert (status, said) == (302, "KE-01: a proof holds for 180 days at most, from tomorrow on.")


def test_day_that_is_none_is_refused(sign_in, rows):
    assert press(sign_in("protection"), "KE-01", "called", until="soon") == (
        302,
        "Enter a valid date.",
    )
    assert Proof.objects.count() == 0


def test_page_says_beforehand_what_a_dead_number_does(sign_in, rows):
    text = words(sign_in("protection"), page("KE-01"))

    assert "live texts in Kenya that name this help (child help) say" in text
    assert "Another number takes the proof away" in text


def test_dead_number_loses_its_proof_at_once(sign_in, rows):
    live = Edition.objects.create(
        hash="ab", kind="live", body="", published_at=timezone.now(), lapses_on=None
    )

    press(sign_in("protection"), "KE-01", "dead", note="no such number")

    live.refresh_from_db()
    assert (Referral.objects.get(code="KE-01").expires, live.lapses_on) == (None, today())


@pytest.mark.parametrize("name", ["called", "dead"])
@pytest.mark.parametrize("role", ["manager", "approver", "translator"])
def test_other_roles_press_no_step(sign_in, rows, role, name):
    client = sign_in(role, *CODES)

    assert press(client, "KE-01", name)[0] == 403
    assert "I called this number" not in words(client, page("KE-01"))


@pytest.mark.parametrize("name", ["called", "dead"])
def test_officer_for_kenya_does_not_touch_ethiopia_or_places_abroad(sign_in, rows, name):
    client = sign_in("protection", "KE")

    assert press(client, "ET-01", name, "0000 7201")[0] == 404
    assert press(client, "SA-01", name, "0000 7301")[1] == f"SA-01: {proving.MAY_NOT}"
    assert client.post(page("SA-01"), {"name": "x"}).status_code == 403
    assert Proof.objects.count() == 0


def test_invented_entry_is_marked_and_cannot_be_changed(sign_in, rows):
    client = sign_in("administrator")

    text = words(client, page("KE-99"))
    assert "Invented for demonstrations." in text
    assert "I called this number" not in text
    assert client.post(page("KE-99"), {"name": "Real"}).status_code == 403
    assert press(client, "KE-99", "called", "0000 7999")[1] == f"KE-99: {proving.INVENTED}"


def test_steps_are_posted_only(sign_in, rows):
    address = reverse("campaigns:directory-step", args=["KE-01", "dead"])

    assert sign_in("protection").get(address).status_code == 405


# --- the form -------------------------------------------------------------------------------------


def told(**changes):
    kept = {"name": "child line", "kinds": ["child"], "number": CHILD, "sources": "S01"}
    return {**kept, "languages": ["en"], "hours": "24h", "reachable_abroad": "unknown", **changes}


def test_changed_number_is_kept_without_proof(sign_in, rows):
    client = sign_in("protection")

    assert client.post(page("KE-01"), told(number=" 0000  7777 ")).status_code == 302

    row = Referral.objects.get(code="KE-01")
    assert (row.number, row.verified_by_call_on, row.expires) == ("0000 7777", None, None)


def test_other_changes_keep_the_proof(sign_in, rows):
    sign_in("protection").post(page("KE-01"), told(cost="free", reachable_abroad="true"))

    row = Referral.objects.get(code="KE-01")
    assert (row.cost, row.reachable_abroad, row.verified_by_call_on) == ("free", True, today())


def test_form_takes_neither_proof_nor_country(sign_in, rows):
    forged = {"country": "ET", "expires": "2099-01-01", "fictitious": "on", "code": "X"}

    sign_in("protection").post(page("KE-01"), told(**forged))

    row = Referral.objects.get(code="KE-01")
    assert (row.country, row.expires, row.fictitious) == ("KE", today() + 2 * MONTH, False)


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("number", "0000 1 / 0000 2", "Write one number only: digits, spaces, + in front."),
        ("hours", "8 am to 5pm", "Write the hours in the 24-hour form, such as 08:30-17:00."),
        ("hours", "9am-5pm", "Write the hours in the 24-hour form, such as 08:30-17:00."),
        ("number", "٠٧٠٠٠٠٠٠٠", "Write one number only: digits, spaces, + in front."),
        ("sources", "S99", "There is no source S99."),
        ("kinds", [], "This field is required."),
    ],
)
def test_entry_that_cannot_be_kept_says_why(sign_in, rows, field, value, error):
    answer = sign_in("protection").post(page("KE-01"), told(**{field: value}))

    assert (answer.status_code, answer.context["form"].errors) == (422, {field: [error]})
    assert Referral.objects.get(code="KE-01").number == CHILD


def test_new_entry_is_added_unproven_and_to_be_called(sign_in):
    client = sign_in("protection", "KE")

    answer = client.post("/directory/new/", told(country="KE", number="+254 000 7000", sources=""))

    row = Referral.objects.get()
    assert (answer.url, row.number) == (page("KE-01"), "+254 000 7000")
    assert (row.verified_by_call_on, row.fictitious) == (None, False)
    assert "I called this number today" in words(client, page("KE-01"))


@pytest.mark.parametrize("country", ["ET", "SA"])
def test_new_entry_of_another_country_is_no_choice(sign_in, country):
    answer = sign_in("protection", "KE").post("/directory/new/", told(country=country, sources=""))

    assert (list(answer.context["form"].errors), Referral.objects.count()) == (["country"], 0)


def test_who_holds_all_countries_adds_places_abroad(sign_in):
    sign_in("administrator").post("/directory/new/", told(country="LY", sources=""))

    assert Referral.objects.get().code == "LY-01"


def test_other_roles_add_nothing(sign_in):
    for role in ("manager", "approver", "translator"):
        assert sign_in(role).get("/directory/new/").status_code == 403


# --- what expires ---------------------------------------------------------------------------------


def test_what_expires_is_listed_by_day_for_the_readers_countries(sign_in, rows):
    Referral.objects.filter(code="KE-01").update(expires=today() + timedelta(days=3))
    Referral.objects.filter(code="SA-01").update(expires=today() - timedelta(days=1))
    Referral.objects.filter(code="ET-01").update(expires=today(), verified_by_call_on=today())

    client = sign_in("protection", "KE")

    assert [one.code for one in client.get("/expiring/").context["rows"]] == ["SA-01", "KE-01"]
    assert "People read that there is no number" in words(client, "/expiring/")


def test_nothing_that_expires_says_so(sign_in, rows):
    assert "Nothing lapses within the next 30 days." in words(sign_in("approver"), "/expiring/")


def alert(country="KE", code="KE-01"):
    basics = {"thing": "number", "expires": today(), "days": 0, "at": timezone.now()}
    return Alert.objects.create(code=code, country=country, **basics)


def test_alerts_stand_on_the_home_page_until_somebody_takes_them(sign_in, rows):
    one = alert()
    client = sign_in("protection")
    assert "Nobody called in time" in words(client, "/")
    assert CHILD not in words(client, "/")

    answer = client.post(reverse("campaigns:alert-seen", args=[one.pk]), {"from": "home"})

    assert answer.url == "/"
    assert "Nobody called in time" not in words(client, "/")
    assert str(Alert.objects.get().seen_by) == "a-protection"


def test_alert_of_another_country_cannot_be_taken(sign_in, rows):
    one = alert("ET", "ET-01")

    assert (
        sign_in("protection").post(reverse("campaigns:alert-seen", args=[one.pk])).status_code
        == 404
    )


@pytest.mark.parametrize(
    ("role", "told"),
    [("protection", True), ("manager", True), ("approver", True), ("translator", False)],
)
def test_home_counts_what_expires_for_whom_it_concerns(sign_in, rows, role, told):
    Referral.objects.filter(code="KE-01").update(expires=today())

    context = sign_in(role).get("/").context

    assert context.get("expiring") == ({"lapsed": 1, "soon": 0} if told else None)

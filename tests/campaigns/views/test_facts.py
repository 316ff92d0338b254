"""The pages of facts: who changes them, what a change does, which texts rest on them."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from campaigns.editions.problems import MOVED
from campaigns.models import ContentItem, Fact, Proof, Source, Text
from people import staff

pytestmark = pytest.mark.django_db
PAGE = "/facts/F01/"
SHOWN = "922 | 56 | / | 2025 | / | in 2025"


def today():
    return timezone.localdate()


@pytest.fixture
def sign_in(client):
    staff.install_roles()

    def _sign_in(role):
        client.force_login(staff.hire(f"a-{role}", role, countries=["KE"], password="x"))
        return client

    return _sign_in


@pytest.fixture
def fact():
    """Looked up and used by an English and a Somali text."""
    Source.objects.create(code="S01", publisher="IOM", title="R", address="iom.example/report")
    item = ContentItem.objects.create(code="faq-006", kind="faq", review_days=90)
    made = {"item": item, "digest": "d", "made_at": timezone.now(), "title": "Danger"}
    Text.objects.create(language="en", body="{figure:F01.2} in {year:F01}", **made)
    Text.objects.create(language="so", body="{figure:F01}", **made)
    return Fact.objects.create(
        code="F01",
        theme="east",
        claim="many died",
        figures=["922", "56"],
        years=["2025"],
        period="in 2025",
        sources=["S01"],
        checked_on=today(),
        expires=today() + timedelta(days=60),
    )


def told(**changes):
    kept = {"theme": "east", "claim": "many died", "figures": "922\n56", "years": "2025"}
    return {**kept, "period": "in 2025", "sources": "S01", **changes}


def press(client, name, shown=SHOWN, **values):
    answer = client.post(
        reverse("campaigns:fact-step", args=["F01", name]), {"shown": shown, **values}
    )
    said = [str(one) for one in get_messages(answer.wsgi_request)]
    return answer.status_code, said[-1] if said else ""


def words(client, address):
    return client.get(address).content.decode()


@pytest.mark.parametrize(
    "role", ["administrator", "manager", "approver", "translator", "protection"]
)
def test_facts_open_for_all_who_work_with_content(sign_in, fact, role):
    client = sign_in(role)

    assert [client.get(one).status_code for one in ("/facts/", PAGE)] == [200, 200]


def test_monitoring_does_not_see_facts(sign_in, fact):
    client = sign_in("monitoring")

    assert [client.get(one).status_code for one in ("/facts/", PAGE, "/facts/new/")] == [403] * 3
    assert press(client, "looked-up")[0] == 403


@pytest.mark.parametrize("role", ["approver", "translator", "protection"])
def test_other_roles_change_no_fact(sign_in, fact, role):
    client = sign_in(role)

    assert client.post(PAGE, told(claim="x")).status_code == 403
    assert [press(client, name)[0] for name in ("looked-up", "contradicted")] == [403, 403]
    assert client.get("/facts/new/").status_code == 403
    assert "I looked it up today" not in words(client, PAGE)


def test_list_tells_the_texts_that_rest_on_a_fact(sign_in, fact):
    (row,) = sign_in("manager").get("/facts/").context["rows"]

    assert [(use.item, use.language) for use in row["used"]] == [
        ("faq-006", "en"),
        ("faq-006", "so"),
    ]
    assert (row["state"], row["review"]) == ("holds", False)


def test_texts_of_a_fact_that_expired_need_review(sign_in, fact):
    Fact.objects.update(expires=today())
    client = sign_in("translator")

    assert client.get("/facts/?state=expired").context["rows"][0]["review"]
    assert "These texts need review" in words(client, PAGE)


def test_facts_take_no_query_per_row(sign_in, fact, django_assert_max_num_queries):
    client = sign_in("manager")
    Fact.objects.bulk_create(
        Fact(code=f"F{n}", theme="x", claim="y", sources=["S01"]) for n in range(100, 130)
    )

    with django_assert_max_num_queries(12):
        client.get("/facts/")


@pytest.mark.parametrize(
    ("query", "number"),
    [("theme=east", 1), ("theme=sea", 0), ("q=died", 1), ("q=f01", 1), ("state=never", 0)],
)
def test_facts_are_filtered(sign_in, fact, query, number):
    assert len(sign_in("manager").get(f"/facts/?{query}").context["rows"]) == number


def test_source_is_linked_to_its_address_and_never_to_a_script(sign_in, fact):
    Source.objects.create(code="S02", publisher="X", title="Y", address="javascript:alert(1)")
    Fact.objects.update(sources=["S01", "S02"])

    text = words(sign_in("manager"), PAGE)

    assert 'href="https://iom.example/report"' in text
    assert 'href="javascript' not in text


def test_manager_notes_that_it_was_looked_up(sign_in, fact):
    until = today() + timedelta(days=100)

    press(sign_in("manager"), "looked-up", until=until.isoformat())

    fact.refresh_from_db()
    assert (str(fact.checked_by), fact.checked_on, fact.expires) == ("a-manager", today(), until)


def test_figures_changed_since_the_page_was_read_are_not_proven(sign_in, fact):
    said = press(sign_in("manager"), "looked-up", "921 | / | / | in 2025")[1]

    assert (said, Proof.objects.count()) == (f"F01: {MOVED}", 0)


def test_source_that_changed_takes_the_proof_away(sign_in, fact):
    client = sign_in("manager")
    assert "the 2 texts that rest on it are left out" in words(client, PAGE)

    press(client, "contradicted", note="now 930")

    fact.refresh_from_db()
    assert (fact.checked_on, fact.expires) == (None, None)
    assert "now 930" in words(client, PAGE)


def test_changed_figure_has_to_be_looked_up_again_and_makes_no_text_stale(sign_in, fact):
    before = list(Text.objects.values())

    sign_in("manager").post(PAGE, told(figures="930\n56"))

    fact.refresh_from_db()
    assert (fact.figures, fact.expires) == (["930", "56"], None)
    assert list(Text.objects.values()) == before


def test_other_changes_keep_the_proof(sign_in, fact):
    sign_in("manager").post(PAGE, told(claim="very many died", use="headline"))

    fact.refresh_from_db()
    assert (fact.claim, fact.expires) == ("very many died", today() + timedelta(days=60))


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("figures", "922", "Texts name {figure:F01.2}: it cannot go before they are changed."),
        ("years", "", "Texts name {year:F01}: it cannot go before they are changed."),
        ("figures", "55,000\n56", "55,000 is not written as it must be."),
        ("years", "last year", "last year is not written as it must be."),
        ("sources", "S77", "There is no source S77."),
    ],
)
def test_fact_that_cannot_be_kept_says_why(sign_in, fact, field, value, error):
    answer = sign_in("manager").post(PAGE, told(**{field: value}))

    assert (answer.status_code, answer.context["form"].errors) == (422, {field: [error]})


def test_claim_that_would_fill_every_editor_page_is_refused(sign_in, fact):
    answer = sign_in("manager").post(reverse("campaigns:fact-new"), told(claim="x" * 1001))

    assert list(answer.context["form"].errors) == ["claim"]


def test_new_fact_takes_the_next_code_and_waits_to_be_looked_up(sign_in, fact):
    answer = sign_in("manager").post("/facts/new/", told(claim="new", figures="7"))

    made = Fact.objects.get(code="F02")
    assert (answer.url, made.figures, made.expires) == ("/facts/F02/", ["7"], None)


def test_no_fact_says_what_to_do(sign_in):
    assert "Add the first one, with its source." in words(sign_in("manager"), "/facts/")
    assert "A campaign manager or an administrator" in words(sign_in("translator"), "/facts/")


def test_texts_due_for_review_and_facts_are_among_what_expires(sign_in, fact):
    approved = timezone.now() - timedelta(days=80)
    Text.objects.filter(language="en").update(status="approved", approved_at=approved)
    Fact.objects.update(expires=today() + timedelta(days=3))

    rows = sign_in("manager").get("/expiring/").context["rows"]

    assert [(one.thing, one.code, one.on) for one in rows] == [
        ("fact", "F01", today() + timedelta(days=3)),
        ("item", "faq-006", today() + timedelta(days=10)),
    ]
    assert rows[0].then == "2 texts that rest on it are left out, or earlier ones shown."

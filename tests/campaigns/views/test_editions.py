"""The pages of editions: who may look and press, what is said of a refusal, a draft, a change and the way back."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from campaigns.blasts import routes
from campaigns.editions.edition import Edition, Kind
from campaigns.models import ContentItem, Fact, Publication, Referral, Text
from campaigns.models import Edition as Row
from campaigns.press import publishing
from campaigns.writing import seeding
from people import staff
from people.countries import CODES
from people.models import Staff
from tests.campaigns import scene
from tests.campaigns.conftest import GATEWAYS
from tests.published import LOCALES

pytestmark = pytest.mark.django_db
ROLES = ("administrator", "manager", "approver", "translator", "monitoring", "protection")
HTMX = {"HX-Request": "true"}
PAGE, DRAFT, PUBLISH, COMPARE = (
    reverse(f"campaigns:{name}")
    for name in ("editions", "edition-draft", "edition-publish", "edition-compare")
)


@pytest.fixture(autouse=True)
def house(settings, tmp_path: Path):
    """A demonstration house with a data folder of its own, content in English and Swahili."""
    settings.DATA = tmp_path
    scene.forget_routes()
    for language in ("en", "sw"):
        seeding.load(LOCALES, at=timezone.now(), only=language)
    yield
    scene.forget_routes()


@pytest.fixture
def live_house(settings, tmp_path: Path) -> None:
    """A house with real phones beside the simulated ones; every text and number is proven."""
    file = tmp_path / "gateways.toml"
    file.write_text(GATEWAYS.format(port=1), encoding="utf-8")
    settings.GATEWAYS_FILE, settings.DEMONSTRATION = str(file), False
    scene.forget_routes()
    today, approver = timezone.localdate(), Staff.objects.create(username="approver")
    holds = {"expires": today + timedelta(days=90)}
    Text.objects.update(status="approved", approver=approver)
    Fact.objects.update(checked_on=today, checked_by=approver, **holds)
    Referral.objects.update(verified_by_call_on=today, verified_by=approver, **holds)


@pytest.fixture
def sign_in(client):
    staff.install_roles()

    def _sign_in(role="approver"):
        client.force_login(staff.hire(f"a-{role}", role, countries=CODES, password="x"))
        return client

    return _sign_in


def _served(*, simulated: bool) -> Edition:
    found = routes.shelf().current(simulated=simulated)
    assert found is not None
    return found


def publish(kind: Kind = Kind.DEMONSTRATION) -> Row:
    made = publishing.publish(kind, by=None, at=timezone.now(), shelf=routes.shelf())
    return Row.objects.get(hash=made.edition.id)


def move() -> None:
    """One item changes its menu."""
    ContentItem.objects.filter(code="faq-043").update(parent="asylum", order=6)


def said(answer) -> list[tuple[str, str]]:
    return [(one.level_tag, str(one)) for one in get_messages(answer.wsgi_request)]


def drawn(client, **query):
    return client.get(DRAFT, query, headers=HTMX).context


# --- who may what ---------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
def test_pages_open_by_role(sign_in, role):
    name = publish().hash
    client = sign_in(role)

    looked = [
        client.get(address).status_code
        for address in (PAGE, DRAFT, reverse("campaigns:edition", args=[name]))
    ]
    pressed = client.post(PUBLISH, {"kind": "demonstration"}).status_code
    back = client.post(reverse("campaigns:edition-roll-back", args=[name])).status_code

    assert looked == ([403] * 3 if role == "monitoring" else [200] * 3)
    allowed = role in ("administrator", "approver")
    assert [pressed, back] == ([302, 302] if allowed else [403, 403])


def test_presses_are_posts_and_pages_ask_to_sign_in(client, sign_in):
    assert client.get(PAGE).status_code == 302
    assert sign_in().get(PUBLISH).status_code == 405


def test_unknown_editions_are_not_found(sign_in):
    client = sign_in()

    assert client.get(reverse("campaigns:edition", args=["abc"])).status_code == 404
    assert client.get(COMPARE, {"old": "a", "new": "b"}).status_code == 404
    assert client.post(reverse("campaigns:edition-roll-back", args=["a"])).status_code == 404


# --- what is served -------------------------------------------------------------------------------


def test_page_says_what_to_do_before_anything_is_published(sign_in):
    answer = sign_in().get(PAGE)

    assert (answer.context["now"], list(answer.context["history"])) == ([], [])
    assert "Nothing is published yet" in answer.content.decode()


def test_page_tells_what_is_served_since_when_and_by_whom(sign_in):
    client = sign_in()
    client.post(PUBLISH, {"kind": "demonstration"})

    (now,) = client.get(PAGE).context["now"]

    row = Row.objects.get()
    assert (now["row"], now["real"], now["gateways"]) == (row, False, ["sim"])
    assert (str(row.by), row.reason) == ("a-approver", "published")
    assert [code.rpartition(" ")[2] for code, _ in now["spoken"]] == [
        "(\u2068en\u2069)",
        "(\u2068sw\u2069)",
    ]


def test_what_was_left_out_is_grouped_and_leads_to_where_it_is_mended(sign_in, live_house):
    Referral.objects.filter(country="KE").update(verified_by_call_on=None)
    publish(Kind.LIVE)

    now = sign_in().get(PAGE).context["now"][0]

    groups = {str(group.about): len(group.told) for group in now["left_out"]}
    unproved = Referral.objects.filter(country="KE", fictitious=False).exclude(number="").count()
    assert groups["Phone numbers"] == unproved


def test_real_and_simulated_phones_are_told_apart(sign_in, live_house):
    live = publish(Kind.LIVE)
    both = sign_in().get(PAGE).context["now"]
    demonstration = publish(Kind.DEMONSTRATION)

    apart = sign_in().get(PAGE).context["now"]

    assert [(one["row"], one["gateways"]) for one in both] == [(live, ["sim", "real"])]
    assert [(one["row"], one["gateways"], one["real"]) for one in apart] == [
        (demonstration, ["sim"], False),
        (live, ["real"], True),
    ]


def test_edition_of_an_older_release_does_not_break_the_page(sign_in):
    Row.objects.create(hash="ab", kind="demonstration", body="{}", published_at=timezone.now())
    client = sign_in()

    (now,) = client.get(PAGE).context["now"]

    assert now["spoken"] == []
    assert client.get(reverse("campaigns:edition", args=["ab"])).context["readable"] is False


# --- what would be published ----------------------------------------------------------------------


def test_page_comes_at_once_and_compiles_afterwards(sign_in):
    client = sign_in()

    whole, part = client.get(DRAFT), client.get(DRAFT, headers=HTMX)
    without_scripts = client.get(DRAFT, {"now": "1"})

    assert ("made" in whole.context, "made" in part.context) == (False, True)
    assert "<!doctype html>" not in part.content.decode()
    assert "<!doctype html>" in without_scripts.content.decode()
    assert without_scripts.context["made"].edition.id == part.context["made"].edition.id


def test_refusal_lists_every_problem_with_the_page_that_mends_it(sign_in):
    publish()
    ContentItem.objects.filter(code="faq-043").update(parent="nowhere", order=9)
    Text.objects.filter(item__code="faq-014", language="sw").update(body="{nothing} {police}")

    shown = drawn(sign_in())

    assert shown["made"].edition is None
    told = [
        (str(group.about), [str(one.problem) for one in group.told]) for group in shown["problems"]
    ]
    assert told == [
        (
            "Items and menus",
            [
                "faq-043: its menu 'nowhere' does not exist.",
                "faq-043: key '9' is not one of 1 to 7.",
            ],
        ),
        ("Texts", ["sw faq-014: nobody knows the token {nothing}."]),
    ]


def test_refusal_is_said_and_nothing_changes(sign_in):
    first = publish()
    ContentItem.objects.filter(code="faq-043").update(parent="nowhere")

    answer = sign_in().post(PUBLISH, {"kind": "demonstration"})

    assert answer.url == f"{DRAFT}?kind=demonstration"
    assert said(answer) == [
        ("error", "Nothing was published. faq-043: its menu 'nowhere' does not exist.")
    ]
    assert list(Row.objects.all()) == [first]


def test_draft_says_in_numbers_what_would_change(sign_in):
    publish()
    move()

    shown = drawn(sign_in())

    quiz, *rest = shown["sentences"]  # the line of the quiz takes the last key that is free
    assert quiz.startswith("Key 5 of the menu “\u2068Safe ways\u2069” opens “\u2068")
    assert "quiz-09" not in quiz
    assert rest == ["2 keys of menus are new or gone.", "2 menus look different."]


def test_first_edition_is_compared_with_none(sign_in):
    shown = drawn(sign_in())

    assert (shown["compared"], shown["same"], shown["lost"]) == (False, False, [])


def test_what_is_served_already_has_no_button(sign_in):
    publish()

    answer = sign_in().get(DRAFT, headers=HTMX)

    assert answer.context["same"]
    assert "Nothing has changed" in answer.content.decode()
    assert PUBLISH not in answer.content.decode()


def test_pressing_twice_publishes_once(sign_in):
    client = sign_in()
    name = drawn(client)["made"].edition.id

    answers = [client.post(PUBLISH, {"kind": "demonstration", "edition": name}) for _ in range(2)]

    assert [answer.url for answer in answers] == [PAGE, PAGE]
    assert [said(answer)[-1][0] for answer in answers] == ["success", "info"]
    assert (Row.objects.count(), Publication.objects.count()) == (1, 1)


def test_what_changed_since_somebody_looked_is_not_published(sign_in):
    client = sign_in()
    name = drawn(client)["made"].edition.id
    move()

    answer = client.post(PUBLISH, {"kind": "demonstration", "edition": name})

    assert said(answer) == [
        (
            "error",
            "Nothing was published: the content has changed since you looked. Look once more.",
        )
    ]
    assert Row.objects.count() == 0


def test_language_that_people_have_needs_its_tick(sign_in):
    publish()
    Text.objects.filter(language="sw", item__code="main").delete()
    client = sign_in()

    shown = drawn(client)
    name = shown["made"].edition.id
    client.post(PUBLISH, {"kind": "demonstration", "edition": name})
    unticked = Row.objects.count()
    client.post(PUBLISH, {"kind": "demonstration", "edition": name, "dropping": ["sw"]})

    assert [code for code, _ in shown["lost"]] == ["sw"]
    assert shown["sentences"][0] == "\u2068Swahili\u2069 (\u2068sw\u2069) is lost in Kenya, Uganda."
    assert (unticked, Row.objects.count(), Row.objects.all()[0].languages) == (1, 2, ["en"])


def test_script_that_sends_the_form_gets_whole_pages(sign_in):
    boosted = HTMX | {"HX-Boosted": "true"}

    answer = sign_in().get(DRAFT, headers=boosted)

    assert "<!doctype html>" in answer.content.decode()


def test_demonstration_house_publishes_no_live_edition(sign_in):
    sign_in().post(PUBLISH, {"kind": "live"})

    assert [row.kind for row in Row.objects.all()] == ["demonstration"]


def test_live_house_publishes_both(sign_in, live_house):
    client = sign_in()

    for kind in ("live", "demonstration", "other"):
        client.post(PUBLISH, {"kind": kind})

    assert sorted(row.kind for row in Row.objects.all()) == ["demonstration", "live"]
    assert _served(simulated=False).kind is Kind.LIVE


# --- differences and the way back -----------------------------------------------------------------


def test_two_editions_are_compared_text_by_text(sign_in):
    first = publish()
    text = Text.objects.get(item__code="faq-001", language="sw")
    Text.objects.filter(pk=text.pk).update(title="Njia mpya")
    second = publish()

    shown = sign_in().get(COMPARE, {"old": first.hash, "new": second.hash}).context

    (spoken,) = shown["texts"]
    assert (spoken.code, spoken.direction, spoken.counted) == ("sw", "ltr", [("changed", 1)])
    assert [(row.code, [part.name for part in row.parts]) for row in spoken.rows] == [
        ("faq-001", ["title"])
    ]
    assert shown["sentences"][0] == "1 text changes in 1 language."


def test_going_back_serves_the_content_of_before_and_is_noted(sign_in):
    first = publish()
    move()
    publish()
    client = sign_in()
    (now,) = client.get(PAGE).context["now"]

    answer = client.post(reverse("campaigns:edition-roll-back", args=[now["before"].hash]))

    assert (now["before"], answer.url) == (first, PAGE)
    assert _served(simulated=True).id == first.hash
    noted = Publication.objects.all()[0]
    assert (noted.edition, noted.reason, str(noted.by)) == (first, "rolled-back", "a-approver")


def test_going_back_to_a_loss_of_languages_needs_its_tick(sign_in):
    Text.objects.filter(language="sw").update(language="xx")
    first = publish()
    Text.objects.filter(language="xx").update(language="sw")
    publish()
    client, address = sign_in(), reverse("campaigns:edition-roll-back", args=[first.hash])

    page = client.get(reverse("campaigns:edition", args=[first.hash])).context
    refused = client.post(address)
    done = client.post(address, {"dropping": ["sw"]})

    assert [code for code, _ in page["lost"]] == ["sw"]
    assert (said(refused)[0][0], said(done)[-1][0]) == ("error", "success")
    assert _served(simulated=True).id == first.hash


def test_edition_that_kept_no_content_says_why_it_cannot_be_served(sign_in):
    first = publish()
    Row.objects.update(source="")
    move()
    publish()
    client = sign_in()

    page = client.get(reverse("campaigns:edition", args=[first.hash]))
    answer = client.post(reverse("campaigns:edition-roll-back", args=[first.hash]))

    assert "This edition did not keep its content" in page.content.decode()
    assert said(answer) == [
        (
            "error",
            f"Nothing was published. edition {first.hash} did not keep its content; publish anew instead.",
        )
    ]
    assert Row.objects.count() == 2

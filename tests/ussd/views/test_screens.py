"""All screens on one page: whose phone, which edition, section by section."""

import pytest
from django.urls import reverse

from campaigns.models import Text
from ussd.atlas import Count

PAGE = reverse("ussd:screens")
HTMX = {"HX-Request": "true"}
KENYA = {"country": "KE", "language": "sw", "operator": "latin"}


def opened(answer):
    """Names of the sections whose screens are on the page."""
    return [section.name for section, spots in answer.context["sections"] if spots]


@pytest.mark.parametrize(("role", "status"), [("translator", 200), ("monitoring", 403)])
def test_page_opens_by_role(sign_in, role, status):
    assert sign_in(role).get(PAGE).status_code == status


def test_page_asks_to_sign_in(client, db):
    assert client.get(PAGE).status_code == 302


def test_sections_are_closed_until_somebody_opens_them(sign_in):
    answer = sign_in().get(PAGE, KENYA)

    assert opened(answer) == []
    assert answer.content.decode().count('hx-trigger="toggle once"') == len(
        answer.context["sections"]
    )
    assert answer.context["main"].spot.place == "main"


def test_section_comes_alone(sign_in):
    answer = sign_in().get(PAGE, KENYA | {"section": "1"}, headers=HTMX)

    text = answer.content.decode()
    assert ("<!doctype" in text, answer["Vary"].count("HX-Request")) == (False, 1)
    (dangers,) = answer.context["spots"]
    assert dangers.spot.place == "dangers"
    assert text.count('class="phone small-phone"') == sum(
        len(one.shots) for one in dangers.spot.all()
    )


def test_browser_without_scripts_opens_a_section_by_its_address(sign_in):
    assert opened(sign_in().get(PAGE, KENYA | {"section": "8"})) == ["8"]


def test_all_sections_are_opened_to_be_printed(sign_in):
    answer = sign_in().get(PAGE, KENYA | {"all": "1"})

    count = answer.context["count"]
    assert answer.content.decode().count('class="phone small-phone"') == count.screens
    assert opened(answer) == [section.name for section, _ in answer.context["sections"]]


def test_section_nobody_has_is_not_found(sign_in):
    assert sign_in().get(PAGE, KENYA | {"section": "55"}, headers=HTMX).status_code == 404


def test_screens_lead_to_the_editor_and_to_the_preview(sign_in):
    answer = sign_in().get(PAGE, KENYA | {"section": "1"}, headers=HTMX)

    (dangers,) = answer.context["spots"]
    first = dangers.below[0].below[0]
    assert (dangers.editor, first.editor) == (
        reverse("campaigns:item", args=["dangers"]),
        reverse("campaigns:item", args=[first.spot.item]),
    )
    shot, address = first.shots[0]
    walked = sign_in("manager").get(address).context["look"]
    assert (walked.text, walked.place) == (shot.text, shot.place)


def test_screens_too_long_are_told(sign_in):
    Text.objects.filter(item__code="faq-014", language="sw").update(body="a" * 200)

    answer = sign_in().get(PAGE, KENYA | {"all": "1"})

    drawn = [
        spot for _, spots in answer.context["sections"] for one in spots for spot in one.spot.all()
    ]
    over = [(spot.item, shot.place) for spot in drawn for shot in spot.shots if shot.over]
    assert {item for item, _ in over} == {"faq-014"}
    assert answer.context["count"].over == len(over)
    assert answer.content.decode().count("too long for a screen") == len(over)
    assert answer.context["problems"] > 0


def test_language_that_is_not_spoken_there_gives_way_to_the_first(sign_in):
    shown = sign_in().get(PAGE, {"country": "UG", "language": "ar"}).context

    assert (shown["choice"].handset.language, shown["spoken"]) == ("en", "en")


def test_edition_that_cannot_be_read_says_so(sign_in):
    answer = sign_in().get(PAGE, KENYA | {"edition": "unknown"})

    assert "cannot be read here" in answer.content.decode()


def test_page_costs_few_queries(sign_in, django_assert_max_num_queries):
    client = sign_in()
    client.get(PAGE, KENYA)

    with django_assert_max_num_queries(30):
        count = client.get(PAGE, KENYA | {"all": "1"}).context["count"]

    assert count != Count(0, 0, 0)

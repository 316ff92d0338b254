"""Which content counts for which indicator, and what counts nowhere."""

import pytest
from django.urls import reverse

from campaigns import tagged
from campaigns.models import ContentItem
from people import staff

pytestmark = pytest.mark.django_db


def item(code, *indicators, kind="faq", **further):
    return ContentItem.objects.create(code=code, kind=kind, indicators=list(indicators), **further)


def by_code(tags):
    return {one.indicator: [each.code for each in one.items] for one in tags.carried}


def test_items_stand_under_each_indicator_they_carry():
    item("a", "3.3")
    item("b", "3.3", "2.7")

    tags = tagged.tags()

    assert (by_code(tags), tags.none) == ({"3.3": ["a", "b"], "2.7": ["b"]}, ())


def test_items_without_an_indicator_are_named():
    item("a")
    item("menu", kind="menu")
    item("word", kind="wording")
    item("old", retired=True)

    tags = tagged.tags()

    assert [one.code for one in tags.none] == ["a"]


def test_code_that_no_indicator_has_is_shown():
    item("a", "33")

    unknown = [one for one in tagged.tags().carried if not one.name]

    assert [(one.indicator, len(one.items)) for one in unknown] == [("33", 1)]


def test_newest_english_title_is_shown():
    one = item("a", "3.3")
    for title in ("Old title", "New title"):
        one.texts.create(language="en", title=title, digest="x", made_at="2025-01-01T00:00Z")
    one.texts.create(language="sw", title="Kichwa", digest="x", made_at="2025-01-01T00:00Z")

    assert tagged.tags().carried[0].items[0].title == "New title"


def test_cost_is_the_same_however_many_items(django_assert_max_num_queries):
    for number in range(30):
        item(f"i{number}", "3.3")

    with django_assert_max_num_queries(5):
        tagged.tags()


@pytest.mark.parametrize(("role", "links"), [("monitoring", 0), ("manager", 1)])
def test_page_leads_to_items_whom_may_see_them(client, role, links):
    staff.install_roles()
    client.force_login(staff.hire("somebody", role, countries=["KE"], password="x"))
    item("a-question")

    page = client.get(reverse("campaigns:tagged")).content.decode()

    assert page.count("a-question") == 1 + links
    assert page.count("1 item carries no indicator") == 1

"""Which text goes in: the newest that the kind allows, one made from the present English first."""

import pytest

from campaigns.editions.edition import Kind
from campaigns.editions.figures import NO_FIGURES, Figures
from campaigns.editions.problems import Problem
from campaigns.models import ContentItem, Source, Text
from campaigns.press.drafts import Choosing, gather, pick
from people.models import Staff
from tests.published import AT

DEMO, LIVE = Kind.DEMONSTRATION, Kind.LIVE


def choosing(kind: Kind, **lapsed: str) -> Choosing:
    """`lapsed`: facts that do not hold, and why."""
    figures = Figures(lapsed={code: Problem(why, code=code) for code, why in lapsed.items()})
    return Choosing(kind, figures, {})


def text(body: str, *, source: str = "now", approved: bool = False) -> Text:
    status, approver = ("approved", 1) if approved else ("draft", None)
    return Text(body=body, source_hash=source, status=status, approver_id=approver, made_at=AT)


def test_demonstration_takes_the_newest_of_any_state():
    rows = [text("old", approved=True), text("new")]

    assert pick(rows, choosing(DEMO), "now") == (rows[1], [])


def test_live_takes_the_newest_approved():
    rows = [text("old", approved=True), text("new")]

    assert pick(rows, choosing(LIVE), "now") == (rows[0], [])


def test_live_takes_nothing_where_nothing_is_approved():
    assert pick([text("new")], choosing(LIVE), "now") == (None, [("no text is approved.", {})])


def test_status_without_an_approver_is_no_approval():
    row = text("new", approved=True)
    row.approver_id = None

    assert pick([row], choosing(LIVE), "now")[0] is None


def test_text_made_from_the_present_english_goes_before_a_newer_stale_one():
    rows = [text("fresh"), text("stale", source="before")]

    assert pick(rows, choosing(DEMO), "now") == (rows[0], [])


def test_stale_text_goes_in_and_is_told():
    rows = [text("stale", source="before")]

    assert pick(rows, choosing(DEMO), "now") == (
        rows[0],
        [("older than the English text it was made from; it needs a look.", {})],
    )


def test_text_whose_figure_lapsed_gives_way_to_an_earlier_one():
    rows = [text("No figures."), text("{figure:F1} in {year:F1}")]

    taken, said = pick(rows, choosing(DEMO, F1="old"), "now")

    assert taken == rows[0]
    assert said == [
        ("it rests on {fact}, which does not hold.", {"fact": "F1"}),
        ("an earlier text takes its place.", {}),
    ]


def test_text_whose_figure_lapsed_is_left_out_where_no_other_holds():
    rows = [text("{figure:F1} in {year:F1}")]

    taken, said = pick(rows, choosing(DEMO, F1="old"), "now")

    assert (taken, said[-1]) == (None, ("it is left out.", {}))


@pytest.mark.django_db
def test_gather_brings_items_texts_and_wordings():
    Source.objects.create(code="S1", publisher="IOM", title="Report", dated="2025-09")
    item = ContentItem.objects.create(
        code="faq-1", kind="faq", parent="main", order=3, countries=["KE"], sources=["S1", "S9"]
    )
    wording = ContentItem.objects.create(code="ui.ussd.back", kind="wording")
    Text.objects.create(
        item=item, language="en", title="T", short="S", body="B", digest="1", made_at=AT
    )
    Text.objects.create(item=wording, language="en", body="Back", digest="2", made_at=AT)

    content, left_out = gather(DEMO, NO_FIGURES)

    node = content.nodes["faq-1"]
    assert (node.key, node.countries, node.source, node.dated) == ("3", ("KE",), "IOM", "2025-09")
    assert content.texts["en"]["faq-1"].body == "B"
    assert (content.wordings, left_out) == ({"en": {"ussd.back": "Back"}}, [])


@pytest.mark.django_db
def test_gather_follows_a_changed_english_text():
    approver = Staff.objects.create(username="approver")
    item = ContentItem.objects.create(code="faq-1", kind="faq")
    basics = {"item": item, "title": "T", "short": "S", "made_at": AT, "status": "approved"}
    for language, body, digest, source in (
        ("en", "Old", "old", ""),
        ("sw", "Zamani", "sw1", "old"),
        ("en", "New", "new", ""),
    ):
        Text.objects.create(
            **basics,
            language=language,
            body=body,
            digest=digest,
            source_hash=source,
            approver=approver,
        )

    content, left_out = gather(LIVE, NO_FIGURES)

    assert (content.texts["en"]["faq-1"].body, content.texts["sw"]["faq-1"].body) == (
        "New",
        "Zamani",
    )
    assert list(map(str, left_out)) == [
        "sw faq-1: older than the English text it was made from; it needs a look."
    ]


@pytest.mark.django_db
def test_gather_leaves_out_what_is_retired_and_stories_without_consent():
    for code, more in (("told", {"kind": "story"}), ("gone", {"kind": "faq", "retired": True})):
        item = ContentItem.objects.create(code=code, **more)
        Text.objects.create(item=item, language="en", body="B", digest=code, made_at=AT)

    content, left_out = gather(LIVE, NO_FIGURES)

    assert (content.nodes, content.texts) == ({}, {})
    assert [problem.code for problem in left_out] == ["told"]

"""Content files become rows once, and nobody's edit is undone by loading again."""

import csv
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from campaigns.editions.content import WORDING
from campaigns.models import ContentItem, Fact, Referral, Source, Text
from campaigns.writing import seeding
from tests.published import AT, LOCALES

pytestmark = pytest.mark.django_db
ENGLISH = """
[meta]
language = "en"
status = "approved"
[ui]
ussd.back = "Back"
[items.faq-006]
title = "Danger?"
short = "Danger"
body = "{body}"
phrasings = ["is it dangerous"]
"""
SWAHILI = ENGLISH.replace('"en"', '"sw"')


def write(folder: Path, language: str, text: str) -> None:
    path = folder / language / "content.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_load_brings_everything_in():
    report = seeding.load(LOCALES, at=AT)

    assert report.problems == []
    assert ContentItem.objects.filter(kind="faq").count() == 56
    assert Text.objects.filter(language="en", item__kind="faq").count() == 56
    assert (Fact.objects.count(), Source.objects.count()) == (36, 79)
    assert Referral.objects.filter(fictitious=True).count() == 15


def test_loading_again_changes_nothing():
    seeding.load(LOCALES, at=AT, only="en")
    before = Text.objects.count()

    report = seeding.load(LOCALES, at=AT + timedelta(days=1), only="en")

    assert (report.changed, Text.objects.count()) == ({}, before)


def test_item_carries_what_the_indicators_and_the_campaign_need():
    seeding.load(LOCALES, at=AT, only="en")

    item = ContentItem.objects.get(code="faq-022")

    assert (item.topic, item.parent, item.order) == ("check-a-job", "check-a-job", 4)
    assert (item.indicators, item.component, item.sensitive) == (["3.3", "2.7"], "rights", True)
    assert (item.sources, item.review_days, item.countries) == (["S31", "S32", "S17"], 180, [])


def test_every_item_has_a_component_and_the_headline_indicator():
    seeding.load(LOCALES, at=AT, only="en")

    items = ContentItem.objects.exclude(kind__in=["menu", "quiz", WORDING])

    assert {item.component for item in items} == {"risk", "rights", "safe", "help"}
    assert all("3.3" in item.indicators for item in items)
    assert {i.code for i in items if "2.7" in i.indicators} == {
        i.code for i in items if i.component == "rights"
    }


def test_core_answers_have_ten_phrasings_and_the_others_three():
    seeding.load(LOCALES, at=AT, only="en")

    few = [
        text.item.code
        for text in Text.objects.filter(language="en", item__kind="faq").select_related("item")
        if len(set(text.phrasings)) < (10 if text.item.core else 3)
    ]

    assert few == []


def test_no_phone_number_is_typed_into_a_text():
    seeding.load(LOCALES, at=AT)

    assert list(Text.objects.filter(body__regex=r"\+\d|\d{5,}|(\d[ -]?){9,}")) == []


def test_one_language_can_be_loaded_alone(tmp_path: Path):
    for language in ("en", "sw"):
        write(
            tmp_path, language, ENGLISH.replace("{body}", "Text.").replace('"en"', f'"{language}"')
        )

    report = seeding.load(tmp_path, at=AT, only="sw")

    assert report.problems == ["sw: there is no item 'ui.ussd.back'."]
    assert set(Text.objects.values_list("language", flat=True)) == {"sw"}


def test_changed_file_adds_a_text_and_keeps_the_old_one(tmp_path: Path):
    write(tmp_path, "en", ENGLISH.replace("{body}", "Old."))
    seeding.load(tmp_path, at=AT)
    write(tmp_path, "en", ENGLISH.replace("{body}", "New."))

    report = seeding.load(tmp_path, at=AT)

    bodies = Text.objects.filter(item__code="faq-006").values_list("body", flat=True)
    assert (list(bodies), report.changed) == (["Old.", "New."], {"texts in en": 1})


def test_file_never_undoes_a_later_edit(tmp_path: Path):
    write(tmp_path, "en", ENGLISH.replace("{body}", "From the file."))
    seeding.load(tmp_path, at=AT)
    edited = Text.objects.get(item__code="faq-006")
    edited.pk, edited.body, edited.digest = None, "Edited by staff.", "other"
    edited.save()

    seeding.load(tmp_path, at=AT)

    assert Text.objects.filter(item__code="faq-006").latest("id").body == "Edited by staff."


def test_file_approves_nothing(tmp_path: Path):
    write(tmp_path, "en", ENGLISH.replace("{body}", "Text."))

    seeding.load(tmp_path, at=AT)

    text = Text.objects.get(item__code="faq-006")
    assert (text.status, text.approver) == ("reviewed", None)


def test_translation_remembers_its_english_source(tmp_path: Path):
    write(tmp_path, "en", ENGLISH.replace("{body}", "Text."))
    write(tmp_path, "sw", SWAHILI.replace("{body}", "Maandishi."))

    seeding.load(tmp_path, at=AT)

    english = Text.objects.get(item__code="faq-006", language="en")
    swahili = Text.objects.get(item__code="faq-006", language="sw")
    assert (swahili.source_hash, english.source_hash) == (english.digest, "")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[meta", "sw/content.toml cannot be read: "),
        ("[ui]\na = 'b'", "sw/content.toml cannot be read: 'meta'."),
        ("[meta]\nlanguage = 'so'", "sw/content.toml says it is 'so'."),
        (
            "[meta]\nlanguage = 'sw'\n[items.faq-999]\ntitle = 'x'",
            "sw: there is no item 'faq-999'.",
        ),
        ("[meta]\nlanguage = 'sw'\n[items]\nfaq-006 = 'x'", "sw/content.toml cannot be read: "),
    ],
)
def test_bad_translation_is_told_and_holds_up_no_other(tmp_path: Path, text: str, problem: str):
    write(tmp_path, "en", ENGLISH.replace("{body}", "Text."))
    write(tmp_path, "sw", text)

    report = seeding.load(tmp_path, at=AT)

    assert [told[: len(problem)] for told in report.problems] == [problem]
    assert Text.objects.filter(language="en").count() == 2


def test_file_leaves_the_proof_of_a_number_alone():
    seeding.load(LOCALES, at=AT, only="en")
    Referral.objects.filter(code="ET-8797").update(verified_by_call_on=AT.date())

    seeding.load(LOCALES, at=AT, only="en")

    assert Referral.objects.get(code="ET-8797").verified_by_call_on == AT.date()


def seed_of(tmp_path: Path, **changed: str) -> Path:
    """The shipped neutral facts in a folder of their own, with one answer's fields changed."""
    folder = tmp_path / "seed"
    shutil.copytree(seeding.SEED, folder, dirs_exist_ok=True)
    lines = (folder / "items.csv").read_text().splitlines()
    rows = [row | (changed if row["code"] == "faq-043" else {}) for row in csv.DictReader(lines)]
    with (folder / "items.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return folder


def load_again(seed: Path) -> dict[str, int]:
    return seeding.load(LOCALES, at=AT, only="en", seed=seed).changed


def test_upgrade_betters_what_nobody_touched(tmp_path: Path):
    seeding.load(LOCALES, at=AT, only="en")

    changed = load_again(seed_of(tmp_path, core="yes"))

    assert (changed, ContentItem.objects.get(code="faq-043").core) == ({"items": 1}, True)
    assert load_again(seed_of(tmp_path, core="yes")) == {}


def test_upgrade_leaves_what_somebody_touched(tmp_path: Path):
    seeding.load(LOCALES, at=AT, only="en")
    ContentItem.objects.filter(code="faq-043").update(countries=["KE"])

    changed = load_again(seed_of(tmp_path, core="yes"))

    item = ContentItem.objects.get(code="faq-043")
    assert (changed, item.countries, item.core) == ({}, ["KE"], False)


def test_rows_of_before_they_were_marked_are_bettered_once(tmp_path: Path):
    seeding.load(LOCALES, at=AT, only="en")
    ContentItem.objects.filter(code="faq-043").update(seed=seeding.BEFORE, countries=["KE"])

    load_again(seeding.SEED)

    assert ContentItem.objects.get(code="faq-043").countries == []


def test_words_of_this_house_stay_the_newest(tmp_path: Path):
    write(tmp_path, "en", ENGLISH.format(body="One"))
    seeding.load(tmp_path, at=AT)
    item = ContentItem.objects.get(code="faq-006")
    Text.objects.create(item=item, language="en", body="Ours", digest="ours", made_at=AT)
    write(tmp_path, "en", ENGLISH.format(body="Two"))

    report = seeding.load(tmp_path, at=AT)

    assert report.changed == {}
    assert Text.objects.filter(item=item).latest("id").body == "Ours"

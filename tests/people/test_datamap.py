"""The data map is whole: no column that can hold words of or about somebody is missing from it."""

from collections import Counter
from collections.abc import Iterable, Iterator

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.test.utils import isolate_apps

from people import datamap
from people.datamap import ALL, Fate, Held, What
from people.keeping import KINDS
from people.models import LineField, SealField, TokenField, token_field

# what can hold words, or a name that leads to somebody
WORDS = (
    *(models.CharField, models.TextField, models.JSONField, models.UUIDField),
    *(models.BinaryField, models.GenericIPAddressField, models.FileField, ArrayField),
)
# in a table of which something is held, these words are of the product: codes of closed lists
CODES = {
    *(
        "kind",
        "state",
        "reason",
        "country",
        "language",
        "network",
        "account",
        "gateway",
        "currency",
        "channel",
    ),
    *("purpose", "basis", "how", "text_version", "door", "rule", "item", "sender", "offered"),
    *("tier", "indicators", "indicator", "campaign", "key", "phase", "code", "edition", "place"),
    *("status", "error", "error_values", "refused", "flagged", "previous", "digest"),
}
# a table that holds nothing may have none of these, unless it is said here why
TELLING = {"token", "number", "phone", "subject", "session", "text", "line", "said", "question"}
TOLD = {
    "campaigns.BlastText.text": "what everybody reads",
    "campaigns.Notice.text": "our own words on a blast",
    "campaigns.Referral.number": "a service's, published",
    "sessions.Session.session_key": "empty table of Django's",
}


def wordy(model: type[models.Model]) -> Iterator[str]:
    yield from (one.name for one in model._meta.concrete_fields if isinstance(one, WORDS))


def unmapped(of: Iterable[type[models.Model]], rows: Iterable[Held]) -> list[str]:
    """Tables and columns that the map does not name."""
    rows = list(rows)
    found = []
    for model in of:
        own = [row for row in rows if row.place == model._meta.label]
        names = {name for row in own for name in row.columns}
        if not own and any(wordy(model)):
            found.append(model._meta.label)
        elif ALL in names:
            found += [f"{model._meta.label}.{name}" for name in wordy(model) if _tells(model, name)]
        else:
            bare = set(wordy(model)) - names - CODES if own else set()
            found += [f"{model._meta.label}.{name}" for name in sorted(bare)]
    return found


def _tells(model: type[models.Model], name: str) -> bool:
    return name in TELLING and f"{model._meta.label}.{name}" not in TOLD


def test_every_column_of_the_product_is_in_the_map():
    assert unmapped(apps.get_models(include_auto_created=True), datamap.rows()) == []


def test_every_place_of_the_map_exists():
    known = {
        model._meta.label: {field.name for field in model._meta.concrete_fields} | {ALL}
        for model in apps.get_models(include_auto_created=True)
    }
    tables = [row for row in datamap.rows() if row.is_table]

    assert [
        f"{row.place}.{name}"
        for row in tables
        for name in row.columns
        if name not in known.get(row.place, set())
    ] == []


def test_no_column_is_named_twice():
    named = Counter(
        (row.place, name) for row in datamap.rows() if row.is_table for name in row.columns
    )

    assert [one for one, times in named.items() if times > 1] == []


@pytest.mark.parametrize(
    ("field", "kinds"),
    [
        (TokenField, (What.TOKEN, What.STOP_TOKEN)),
        (SealField, (What.NUMBER, What.TEXT)),
        (LineField, (What.LINE,)),
    ],
)
def test_columns_that_depend_on_a_key_are_mapped_as_what_they_are(field, kinds):
    marked = {
        (model._meta.label, one.name)
        for model in apps.get_models()
        for one in model._meta.concrete_fields
        if isinstance(one, field)
    }

    assert marked <= set(datamap.columns(*kinds))


def test_every_place_says_why_how_long_and_who():
    silent = [
        row.place
        for row in datamap.held()
        if not (row.why and row.kept and row.seen_by and row.how_long)
    ]

    assert silent == []


def test_every_kind_that_is_purged_of_people_is_kept_somewhere():
    """All but those that end earlier in some state what another kind ends anyhow."""
    kept = {row.kept for row in datamap.held()}

    assert sorted(set(KINDS) - kept) == [
        "after-campaign",
        "answers",
        "closed-cases",
        "closed-threads",
        "left",
        "lifted",
    ]


def test_period_is_this_deployments(settings):
    settings.KEEP = settings.KEEP | {"numbers": settings.KEEP["texts"]}
    row = next(one for one in datamap.held() if one.place == "people.Person")

    assert row.how_long == "90 days after the last meeting"


def test_table_has_one_line_a_place():
    lines = datamap.as_table().splitlines()

    assert len(lines) == 2 + len(list(datamap.held()))
    assert (
        "| people.Person: number | number | to send to it | 365 days after the last meeting | deleted at once "
        "| managers, administrators and protection, masked; one at a time by protection with a reason |"
    ) in lines


# --- breaches are caught -------------------------------------------------------------------------------


@isolate_apps("people")
def test_new_table_and_new_column_are_caught():
    class Diary(models.Model):  # noqa: DJ008 - never shown
        token = token_field()

        class Meta:
            app_label = "people"

    class Visit(models.Model):  # noqa: DJ008
        token = token_field()
        whose = models.TextField()
        state = models.CharField(max_length=8)

        class Meta:
            app_label = "people"

    row = Held("people.Visit", ("token",), What.TOKEN, "", "", Fate.DELETED, "")

    assert unmapped([Diary, Visit], [row]) == ["people.Diary", "people.Visit.whose"]


@isolate_apps("people")
def test_table_that_claims_to_hold_nothing_is_caught():
    class Settings(models.Model):  # noqa: DJ008
        number = models.CharField(max_length=20)

        class Meta:
            app_label = "people"

    row = Held("people.Settings", (ALL,), What.NOTHING, "", "", Fate.NONE, "")

    assert unmapped([Settings], [row]) == ["people.Settings.number"]


def test_word_that_is_none_is_refused(monkeypatch, tmp_path):
    file = tmp_path / "map.csv"
    file.write_text(
        "place,columns,what,why,kept,forgotten,seen_by\npeople.Person,token,secret,,,,\n"
    )
    monkeypatch.setattr(datamap, "FILE", file)

    with pytest.raises(ValueError, match="secret"):
        datamap.rows.__wrapped__()

"""The table of answers changed its app with its rows in it."""

from collections.abc import Iterator

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from campaigns.models import Answer

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE = [("bot", "0002_case_token"), ("campaigns", "0006_reviewer")]


def migrate(targets: list[tuple[str, str]] | None = None) -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(targets or executor.loader.graph.leaf_nodes())


@pytest.fixture
def before() -> Iterator[None]:
    """The tables as the bot had them."""
    migrate(BEFORE)
    yield
    migrate()


def test_rows_are_kept_and_go_on(before):
    kind, _ = ContentType.objects.get_or_create(app_label="bot", model="answer")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bot_answer (gateway, reference, token, number, sender, text, made_at, state, tries, reason)"
            " VALUES ('sim', 'sms-1', 't1.anna', 'sealed', 'NJIA', 'sealed', now(), 'waiting', 0, '')"
            " RETURNING id"
        )
        (first,) = cursor.fetchone()

    migrate()

    assert Answer.objects.values_list("id", "reference", "kind", "state").get() == (
        first,
        "sms-1",
        "answer",
        "waiting",
    )
    new = Answer.objects.create(gateway="sim", reference="sms-2", made_at=timezone.now())
    assert new.pk > first
    assert ContentType.objects.get(pk=kind.pk).app_label == "campaigns"

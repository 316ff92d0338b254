"""After a test that commits nothing of it is left, whatever it wrote."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import ProgrammingError, connection
from django.test import TransactionTestCase

from people.models import AuditEntry, Consent, Staff
from tests import emptying
from tests.people.made import NOON, person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def owns() -> list[TransactionTestCase]:
    """Each call of Django's own way is noted here."""
    return []


@pytest.fixture
def empty(owns):
    """Once on the ground already, as after a process's first test."""

    def own(test: TransactionTestCase) -> None:
        owns.append(test)
        case._fixture_teardown()

    case: Any = TransactionTestCase()  # what its stubs do not name
    quick = emptying.emptier(own)
    quick(case)
    yield lambda: quick(case)
    case._fixture_teardown()


def rows() -> dict[str, int]:
    """Table -> rows, of those that have any: counted, not estimated."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True):
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            found[table] = cursor.fetchone()[0]
    return {table: count for table, count in found.items() if count}


def test_everything_goes_but_the_ground(empty, owns):
    before = rows()
    person(1)
    Staff.objects.create_user("amina").groups.add(Group.objects.create(name="managers"))

    empty()

    assert rows() == before
    assert set(before) == {"auth_permission", "django_content_type"}
    assert len(owns) == 1


def test_row_that_was_taken_away_again_leaves_a_table_as_empty(empty):
    Consent.objects.create(basis="consent-form", evidence="forms", given_at=NOON).delete()

    empty()

    assert emptying.filled() == ["auth_permission", "django_content_type"]


@pytest.mark.parametrize("change", ["more", "less", "other"])
def test_changed_ground_is_laid_anew(empty, owns, change):
    kind = ContentType.objects.get_for_model(Staff)
    before = set(Permission.objects.values_list("codename", "name"))
    if change == "more":
        Permission.objects.create(content_type=kind, codename="fly", name="Can fly")
    elif change == "less":
        Permission.objects.filter(codename="add_staff").delete()
    else:
        Permission.objects.filter(codename="add_staff").update(name="Can fly")

    empty()
    empty()

    assert set(Permission.objects.values_list("codename", "name")) == before
    assert len(owns) == 2


def test_audit_is_closed_again(empty):
    Staff.objects.create_user("amina")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege('people_auditentry', 'TRUNCATE'), "
            "has_table_privilege('people_auditcheck', 'TRUNCATE')"
        )
        before = cursor.fetchone()

    empty()

    with pytest.raises(ProgrammingError), connection.cursor() as cursor:
        cursor.execute("TRUNCATE people_auditentry")
    assert before == (False, False)
    assert AuditEntry.objects.count() == 0


def test_nothing_is_done_where_nothing_was_written(empty, owns):
    before = rows()

    empty()

    assert (rows(), len(owns)) == (before, 1)

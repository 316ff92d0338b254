"""Entries of the audit, and somebody who changes them."""

from datetime import timedelta

from django.db import connection

from people.audit import Kind, note
from tests.people.made import NOON


def write(many=3, by=None):
    for index in range(many):
        note(
            Kind.EXPORT,
            by=by,
            what=f"reach {index}",
            country="KE",
            details={"rows": str(index), "\u1235": "\u0645"},
            at=NOON + timedelta(minutes=index),
        )


def tamper(statement):
    """Change the table as somebody would who holds the database itself."""
    with connection.cursor() as cursor:
        cursor.execute("GRANT UPDATE, DELETE, TRUNCATE ON people_auditentry TO CURRENT_USER")
        cursor.execute(statement)

import redis
from django.conf import settings
from django.db import connection


def test_database_is_ours(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("njia",)


def test_valkey_answers():
    assert redis.Redis.from_url(settings.REDIS_URL).ping()

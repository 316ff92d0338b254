"""What the web process needs to know of its surroundings before, and besides, Django."""

from collections.abc import Mapping
from typing import Any

from psycopg.conninfo import make_conninfo

NAMES = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}


def conninfo(database: Mapping[str, Any]) -> str:
    """The connection string of an entry of DATABASES, for those who speak psycopg directly."""
    given = {word: database.get(name) for name, word in NAMES.items()}
    options = {k: v for k, v in database.get("OPTIONS", {}).items() if isinstance(v, str)}
    return make_conninfo("", **{k: str(v) for k, v in (given | options).items() if v})

"""A workspace's contacts and groups as plain values: who is there, who ended messages, who is in a group.

Everything here may be asked for twice with the same end. Raises client.FAILURES.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from gateways.rapidpro.client import Client, readable

MOST = 100  # contacts in one action


class Status(StrEnum):
    """What RapidPro sends to a contact."""

    ACTIVE = "active"
    ENDED = "ended"  # stopped by the network or the person, or blocked by staff of RapidPro
    ASIDE = "aside"  # archived, or a word we do not know: nothing is sent, nobody said no


STATUSES = {"active": Status.ACTIVE, "stopped": Status.ENDED, "blocked": Status.ENDED}


@dataclass(frozen=True, slots=True)
class Contact:
    """One number of a contact; groups by uuid; changed_at None where RapidPro does not say."""

    number: str = field(repr=False)
    status: Status
    language: str
    groups: frozenset[str]
    changed_at: datetime | None


class NotOurs(ValueError):  # noqa: N818 - named for what it is
    """RapidPro itself decides who is in a group of that name."""


def contacts(client: Client) -> Iterator[Contact]:
    """Every phone number of the workspace: a request for each 250 contacts."""
    for row in client.rows(client.get_contacts()):
        for urn in row.urns or []:
            scheme, _, path = str(urn).partition(":")
            if scheme == "tel":
                yield Contact(
                    number=path.partition("?")[0],
                    status=STATUSES.get(str(row.status), Status.ASIDE),
                    language=row.language or "",
                    groups=frozenset(str(group.uuid) for group in row.groups),
                    changed_at=row.modified_on,
                )


def find(client: Client, name: str) -> str:
    """The uuid of the group of that name, "" where there is none. Raises NotOurs."""
    for group in client.rows(client.get_groups(name=name)):
        if group.query or group.system:
            raise NotOurs(f"The group {name} is filled by RapidPro itself: name another one.")
        return str(group.uuid)
    return ""


def make(client: Client, name: str) -> str:
    """A new group; its uuid."""
    with readable():
        return str(client.create_group(name).uuid)


def tell(client: Client, number: str, language: str) -> None:
    """Make a contact of a number, or change its language (ISO 639-3, "" where we know none)."""
    with readable():
        client.update_contact(f"tel:{number}", language=language or None)


def add(client: Client, group: str, numbers: Sequence[str]) -> None:
    """At most MOST numbers, each a contact already."""
    client.bulk_add_contacts([f"tel:{number}" for number in numbers], group)


def remove(client: Client, group: str, numbers: Sequence[str]) -> None:
    client.bulk_remove_contacts([f"tel:{number}" for number in numbers], group)

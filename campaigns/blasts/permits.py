"""Who may do what with a blast, and in which countries."""

from collections.abc import Iterable

from django.utils.translation import gettext

from people.models import Staff

PLAN, APPROVE = "campaigns.plan_blast", "campaigns.approve_blast"


class Refused(ValueError):  # noqa: N818 - named for what it is
    """The step is not allowed; the text says why and, where there is one, what to do."""


def may(by: Staff, permission: str, countries: Iterable[str]) -> None:
    """Raise Refused unless this staff member may do it in all these countries."""
    if not by.is_active or not by.has_perm(permission):
        said = gettext("%(name)s lacks the permission %(permission)s.")
        raise Refused(said % {"name": by.username, "permission": permission})
    if foreign := sorted(set(countries) - set(by.own)):
        said = gettext("%(name)s does not work for %(countries)s.")
        raise Refused(said % {"name": by.username, "countries": ", ".join(foreign)})

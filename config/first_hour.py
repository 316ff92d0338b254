"""The first hour of a new manager: what to try, in which order, and what of it is done."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from people.models import Staff


@dataclass(frozen=True, slots=True)
class Step:
    """`view`: the page where it is done. `done`: None where only the reader knows. `next`: the first open one."""

    name: str | Promise
    why: str | Promise
    view: str
    done: bool | None
    next: bool


def steps(staff: "Staff") -> tuple[Step, ...]:
    """The way, its first open step marked as the next. Five short questions to the database."""
    from campaigns.models import Blast, Text  # noqa: PLC0415 - before apps are loaded
    from people.models import Person  # noqa: PLC0415
    from ussd.models import Call  # noqa: PLC0415

    blasts = Blast.objects.filter(planned_by=staff)
    done = (
        Call.objects.exists(),
        Person.objects.filter(country__in=staff.countries).exists(),
        Text.objects.filter(author=staff.get_username()).exists(),
        blasts.exists(),
        blasts.filter(started_at__isnull=False).exists(),
        None,
    )
    first = next(place for place, one in enumerate(done) if not one)
    return tuple(
        Step(name, why, view, was, place == first)
        for place, ((name, why, view), was) in enumerate(zip(WAY, done, strict=True))
    )


def of(request: HttpRequest) -> tuple[Step, ...]:
    """For whom plans blasts and has not put it away; nothing for everybody else."""
    staff = cast("Staff", request.user)
    if not staff.is_authenticated or not staff.guided or not staff.has_perm("campaigns.plan_blast"):
        return ()
    return steps(staff)


WAY: tuple[tuple[Promise, Promise, str], ...] = (
    (
        _("Read what people read"),
        _(
            "Dial the menu with the simulated phone, then ask the chat a question. Nothing of it "
            "costs money."
        ),
        "ussd:simulator",
    ),
    (
        _("Bring in a list"),
        _(
            "A CSV file or workbook with a column “phone”, of people who agreed to get messages. "
            "What would change is shown first."
        ),
        "people:import",
    ),
    (
        _("Change a text"),
        _(
            "Open an answer: while you type you see every screen, the SMS and its price. It stays"
            " a draft until a colleague approves it."
        ),
        "campaigns:contents",
    ),
    (
        _("Plan a blast"),
        _(
            "Choose a text and an audience. The dry run says who gets it, in which words, for how"
            " much; a trial goes to your own phone."
        ),
        "campaigns:blast-plan",
    ),
    (
        _("Have it approved, start it"),
        _(
            "Somebody else approves; then it starts at your press and stops at your press. Who "
            "got it, who did not and why stands on its page."
        ),
        "campaigns:blasts",
    ),
    (
        _("Read the figure"),
        _(
            "Who was reached, where and how, in unique phone numbers, with the rule by which they"
            " are counted."
        ),
        "analytics:reach",
    ),
)

"""The life of the project and its years: where a donor's year does not begin in January."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from analytics import models
from analytics.periods import Kind, Period, later, programme, standard
from analytics.refusals import NotKept

FIRST_DAY = date(2015, 1, 1)  # of the period for which the donor publishes its indicator
YEAR = 12  # months


@dataclass(frozen=True, slots=True)
class Project:
    """From `starts` up to, not including, `ends` (None: open); each of its years begins with month `year_begins`."""

    starts: date = FIRST_DAY
    ends: date | None = None
    year_begins: int = 1

    def life(self, at: datetime) -> Period:
        """The life of the project; of an open one until the end of the year of `at`."""
        return Period(self.starts, self.ends) if self.ends else programme(self.starts, at)

    def year(self, day: date) -> Period:
        """The project year that holds this day: twelve whole months, the first and last one too."""
        begins = date(day.year - (day.month < self.year_begins), self.year_begins, 1)
        return Period(begins, later(begins, YEAR))

    def number(self, year: Period) -> int:
        """The first year of the project is 1."""
        return year.starts.year - self.year(self.starts).starts.year + 1

    def title(self, period: Period) -> str | None:
        """What the project calls the period; None where it has no word of its own for it."""
        if self.ends and period == Period(self.starts, self.ends):
            return _("Life of the project")
        if period == self.year(period.starts) and period != standard(Kind.YEAR, period.starts):
            last = period.ends - timedelta(days=1)
            words = _("Project year %(number)s (%(first)s to %(last)s)")
            number = self.number(period)
            return words % {"number": number, "first": period.starts, "last": last}
        return None


def current() -> Project:
    """As it was set last; the donor's programme with calendar years where nobody set it."""
    row = models.Project.objects.order_by("-pk").first()
    return Project(row.starts, row.ends, row.year_begins) if row else Project()


def history() -> list[models.Project]:
    """Each time it was set, newest first."""
    return list(models.Project.objects.order_by("-pk"))


def change(project: Project, *, by: str, at: datetime) -> None:
    """Set it anew; nothing that was counted or closed changes. Raises NotKept."""
    if project.ends and project.ends <= project.starts:
        raise NotKept(_("The project must end after it begins."))
    if project == current():
        raise NotKept(_("This is how it is set already."))
    models.Project.objects.create(
        starts=project.starts,
        ends=project.ends,
        year_begins=project.year_begins,
        set_by=by,
        set_at=at,
    )

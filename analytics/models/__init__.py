"""The ledger's tables: a small warehouse that copies the facts as they were, with no foreign key out.

`exposure` is the only truth and only ever grows. `reach`, `figure` and `day_link` follow from it and can
be counted again at any time (`analytics.verification`). A person is only a random `subject` here.
"""

from analytics.models.books import (
    ClosedPeriod,
    Closing,
    Deployment,
    ForeignPack,
    Restatement,
)
from analytics.models.entries import Entry, EntryKind, Method
from analytics.models.exports import ExportJob
from analytics.models.figures import Count, Figure
from analytics.models.goals import Baseline, Deviation, Project, Target
from analytics.models.ledger import DayLink, Exposure, QuizAnswer, Reach, Recount, Tier
from analytics.models.networks import Network
from analytics.models.outside import Release, Releasing
from analytics.models.schemes import Indicator, IndicatorTitle, Level, Rule, Scheme

__all__ = [
    "Baseline",
    "ClosedPeriod",
    "Closing",
    "Count",
    "DayLink",
    "Deployment",
    "Deviation",
    "Entry",
    "EntryKind",
    "ExportJob",
    "Exposure",
    "Figure",
    "ForeignPack",
    "Indicator",
    "IndicatorTitle",
    "Level",
    "Method",
    "Network",
    "Project",
    "QuizAnswer",
    "Reach",
    "Recount",
    "Release",
    "Releasing",
    "Restatement",
    "Rule",
    "Scheme",
    "Target",
    "Tier",
]

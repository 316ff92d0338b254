"""The kinds of file that can be asked for, and what each is for."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Kind:
    """`outside`: it leaves the M&E staff, so nothing below ten is in it; else it is for them alone."""

    code: str
    suffix: str
    media: str
    name: Promise
    purpose: Promise
    outside: bool = False


CSV = "text/csv; charset=utf-8"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.code: kind
        for kind in (
            Kind(
                "workbook",
                "xlsx",
                WORKBOOK,
                _("Workbook (XLSX)"),
                _(
                    "Logframe table, breakdowns, waterfall, delivery, knowledge, referrals, method and evidence, for M&E staff."
                ),
            ),
            Kind(
                "long",
                "csv",
                CSV,
                _("Long table (CSV)"),
                _(
                    "Every kept number of every standard period inside the span, one a row, for analysis by M&E staff."
                ),
            ),
            Kind(
                "dhis2",
                "json",
                "application/json",
                _("DHIS2 (JSON)"),
                _("Data values for import; first time may be summed, unique must not."),
                outside=True,
            ),
            Kind(
                "iati",
                "xml",
                "application/xml",
                _("IATI 2.03 (XML)"),
                _("The results part of an activity, for publication."),
                outside=True,
            ),
            Kind(
                "hxl",
                "csv",
                CSV,
                _("HXL (CSV)"),
                _("For the Humanitarian Data Exchange and whoever reads hashtags."),
                outside=True,
            ),
            Kind(
                "activityinfo",
                "csv",
                CSV,
                _("ActivityInfo (CSV)"),
                _("A key for each observation: importing again updates, never doubles."),
                outside=True,
            ),
        )
    }
)

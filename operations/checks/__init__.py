"""Everything that is looked at, in the order in which one would mend it."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.translation import gettext_noop as _

from operations.checks import accounts, content, ground, safety, work
from operations.findings import Check

CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        check.name: check
        for check in (
            Check("settings", _("Settings"), ground.configuration),
            Check("keys", _("Key file"), ground.key_file),
            Check("disk", _("Disk"), ground.disk),
            Check("clock", _("Clock"), ground.clock),
            Check("zones", _("Time zones"), ground.zones),
            Check("database", _("Database"), ground.database),
            Check("broker", _("Broker"), ground.broker),
            Check("beat", _("Beat"), work.beat),
            Check("queues", _("Queues"), work.queues),
            Check("journal", _("Lines of the journal"), work.dead_lines),
            Check("accounts", _("Provider accounts"), accounts.accounts),
            Check("hooks", _("Hooks"), accounts.hooks, slow=True),
            Check("ways", _("Ways to each country"), accounts.ways),
            Check("opt-outs", _("Ways to end messages"), accounts.opt_outs),
            Check("money", _("Money"), accounts.money),
            Check("editions", _("Editions"), content.editions),
            Check("numbers", _("Numbers that help"), content.numbers),
            Check("alerts", _("What lapsed"), content.alerts),
            Check("cases", _("Cases of danger"), safety.cases),
            Check("officers", _("Protection officers"), safety.officers),
            Check("second-step", _("Second step of signing in"), safety.second_step),
            Check("mail", _("Mail"), safety.mail, slow=True),
            Check("audit", _("Audit"), safety.audit_chain),
            Check("purges", _("What is purged"), work.purges),
            Check("unsure", _("Messages of unknown fate"), work.unsure),
            Check("bursts", _("Bursts"), safety.bursts),
            Check("held-back", _("Requests held back"), safety.held_back),
        )
    }
)

"""The task runner. Beat only wakes: what is due is decided by the state in the database (D7)."""

import os
import time
from typing import Any

from celery import Celery
from celery.signals import after_task_publish, before_task_publish, setup_logging, task_prerun

from config import alive
from operations.pulse import SENT_AT

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
app = Celery("njia")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
task_prerun.connect(alive.touch)
after_task_publish.connect(alive.touch)


@setup_logging.connect
def leave_logs(**_: object) -> None:
    """Logs are as the settings have them: with a receiver Celery adds no handlers of its own, which mask nothing.

    What is printed, by whichever library, goes through the log as it did.
    """
    app.log.redirect_stdouts("WARNING")


@before_task_publish.connect
def stamp(headers: dict[str, Any] | None = None, **_: object) -> None:
    """Write into each task's message when it was sent, so that one can see how long it waits."""
    if headers is not None:
        headers[SENT_AT] = time.time()


def every(seconds: int, task: str, queue: str = "now") -> dict[str, Any]:
    """One line of the schedule; a tick nobody took in time is dropped, the next one does its work."""
    return {
        "task": task,
        "schedule": seconds,
        "options": {"queue": queue, "expires": max(seconds * 2, 10)},
    }


app.conf.beat_schedule = {
    "opt-outs": every(1, "people.tasks.fold_opt_outs"),
    "opt-ins": every(5, "people.tasks.fold_opt_ins"),
    "what doors held back": every(10, "people.tasks.fold_limited"),
    "lists": every(2, "people.tasks.import_lists", "bulk"),
    "old things": every(3600, "people.tasks.purge", "bulk"),
    "wishes to be forgotten": every(3600, "people.tasks.follow_erasures", "bulk"),
    "the audit": every(3600, "people.tasks.check_audit", "bulk"),
    "questions without an answer": every(60, "bot.tasks.group_questions", "bulk"),
    "wishes in chats": every(300, "bot.tasks.purge", "bulk"),
    "wishes in replies": every(300, "campaigns.tasks.purge_replies", "bulk"),
    "old deliveries": every(3600, "campaigns.tasks.purge_blasts", "bulk"),
    "hops": every(2, "ussd.tasks.fold_hops"),
    "session ends": every(5, "ussd.tasks.fold_ends"),
    "held hops": every(60, "ussd.tasks.count_held"),
    "sessions without an end": every(60, "ussd.tasks.give_up"),
    "sessions over their time": every(3600, "ussd.tasks.purge", "bulk"),
    "texts asked for": every(1, "ussd.tasks.fold_send_me"),
    "understanding": every(5, "bot.tasks.learn_editions", "bulk"),
    "meanings": every(30, "bot.tasks.learn_meanings", "bulk"),
    "messages": every(1, "bot.tasks.fold_messages"),
    "cases that wait": every(60, "bot.tasks.alert_officers"),
    "receipts": every(2, "campaigns.tasks.fold_receipts"),
    "messages of RapidPro": every(2, "campaigns.tasks.fold_external"),
    "texts for RapidPro": every(1, "campaigns.tasks.forward"),
    "groups of RapidPro": every(3600, "campaigns.tasks.keep_groups", "bulk"),
    "states of messages": every(600, "campaigns.tasks.poll_statuses", "bulk"),
    "blasts": every(5, "campaigns.tasks.tick", "bulk"),
    "tallies of blasts": every(5, "campaigns.tasks.keep_tallies", "bulk"),
    "balances of accounts": every(60, "campaigns.tasks.ask_balances", "bulk"),
    "what lapsed": every(60, "campaigns.tasks.refill_lapsed", "bulk"),
    "what expires": every(3600, "campaigns.tasks.warn", "bulk"),
    "provider accounts": every(300, "campaigns.tasks.note_accounts", "bulk"),
    "closings of periods": every(10, "campaigns.tasks.close_periods", "bulk"),
    "late facts": every(3600, "analytics.tasks.restate", "bulk"),
    "packs of others": every(10, "analytics.tasks.audit_packs", "bulk"),
    "releases": every(3, "analytics.tasks.release", "bulk"),
    "exports": every(3, "ussd.tasks.make_exports", "bulk"),
    "troubles": every(60, "operations.tasks.look", "bulk"),
    "troubles outside": every(600, "operations.tasks.look_outside", "bulk"),
    "a year of demonstration": every(5, "demonstration.tasks.make", "bulk"),
    "its removal": every(5, "demonstration.tasks.remove", "bulk"),
    "figures": every(60, "analytics.tasks.refresh_figures", "bulk"),
}

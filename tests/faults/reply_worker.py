"""A sender of single SMS as a process of its own, to be killed: `python -m tests.faults.reply_worker`."""

import django


def main() -> None:
    django.setup()
    from django.utils import timezone

    from campaigns.replies import outbox

    outbox.send_waiting(at=timezone.now())


if __name__ == "__main__":
    main()

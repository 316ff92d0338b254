"""A process that reads uploaded lists, to be killed: `python -m tests.faults.import_worker`."""

import django

if __name__ == "__main__":
    django.setup()
    from django.utils import timezone

    from people import uploaded

    uploaded.work_off(at=timezone.now())

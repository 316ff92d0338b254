"""The web process: hot doors in front, Django behind. Served by granian, see config.parts."""

import gc
import os
from multiprocessing.util import Finalize

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from config import lifeline

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
lifeline.die_with_parent()
pages = get_wsgi_application()  # loads the apps; what follows imports their models

from bot import ears, matchers  # noqa: E402
from campaigns.blasts.routes import gateways, shelf  # noqa: E402
from config.doors import front  # noqa: E402
from config.house import furnish  # noqa: E402
from config.proxies import behind  # noqa: E402
from people.languages import remembered  # noqa: E402

house = furnish(
    settings.DATA,
    database=settings.DATABASES["default"],
    redis_url=settings.REDIS_URL,
    gateways=gateways(),
    remembered=remembered(),
    shelf=shelf(),
)
house.start()
matchers.keep_warm(house.shelf)
ears.keep_fresh()
Finalize(None, house.stop, exitpriority=10)  # granian forks its workers: atexit is not for them
application = behind(settings.PROXIES, front(house, pages))
gc.collect()
gc.freeze()  # what was loaded stays: no later collection, in the middle of a hop, looks at it again

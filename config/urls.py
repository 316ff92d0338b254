"""Which address leads to which room."""

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView
from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from campaigns.views.home import home
from config import api, appearance
from people.views.entrance import SignIn

Route = URLPattern | URLResolver
rooms: list[Route] = [
    path("", home, name="home"),
    path("sign-in/", SignIn.as_view(), name="login"),
    path("sign-out/", LogoutView.as_view(), name="logout"),
    path("language/", appearance.change, name="set_language"),
    path("api/v1/", include(api.doors)),
    path("", include("campaigns.urls")),
    path("", include("people.urls")),
    path("", include("analytics.urls")),
    path("", include("ussd.urls")),
    path("", include("bot.urls")),
    path("", include("operations.urls")),
    path("", include("demonstration.urls")),
]
IN_FRONT = {"hooks", "static"}  # answered before these routes are asked (config.doors, whitenoise)


def first_words(routes: Iterable[Route]) -> Iterator[str]:
    """What stands before the first slash of each address; "" for the home page."""
    for one in routes:
        route = str(one.pattern).removeprefix("^")
        if isinstance(one, URLResolver) and not route:
            yield from first_words(one.url_patterns)
        else:
            yield route.partition("/")[0]


def administration(place: str) -> list[Route]:
    """The administration's addresses at "place/". Raises ImproperlyConfigured where others begin alike.

    One way in and one place for passwords: those of the administration know no second step.
    """
    word = place.partition("/")[0]
    if word in {*first_words(rooms), *IN_FRONT}:
        raise ImproperlyConfigured(
            f"NJIA_ADMIN_PATH must not be {place}: other addresses begin with {word}/."
        )
    sign_in = login_not_required(RedirectView.as_view(pattern_name="login"))
    password = RedirectView.as_view(pattern_name="people:password")
    return [
        path(f"{place}login/", sign_in, name="admin-login"),
        path(f"{place}password_change/", password, name="admin-password"),
        path(place, admin.site.urls),
    ]


urlpatterns: list[Route] = [*rooms, *administration(settings.ADMIN_PATH)]

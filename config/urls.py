"""Which address leads to which room."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from campaigns.views.home import home
from people.views.entrance import SignIn

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("sign-in/", SignIn.as_view(), name="login"),
    path("sign-out/", LogoutView.as_view(), name="logout"),
    path("language/", login_not_required(set_language), name="set_language"),
    path("", include("campaigns.urls")),
    path("", include("people.urls")),
    path("", include("analytics.urls")),
    path("", include("ussd.urls")),
    path("chat/", include("bot.urls")),
    # one way in and one place for passwords: those of the administration know no second step
    path(
        "admin/login/",
        login_not_required(RedirectView.as_view(pattern_name="login")),
        name="admin-login",
    ),
    path(
        "admin/password_change/",
        RedirectView.as_view(pattern_name="people:password"),
        name="admin-password",
    ),
    path("admin/", admin.site.urls),
]

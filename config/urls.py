"""Which address leads to which room."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from campaigns.views.home import home

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("sign-in/", LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("sign-out/", LogoutView.as_view(), name="logout"),
    path("language/", login_not_required(set_language), name="set_language"),
    path("", include("campaigns.urls")),
    path("", include("people.urls")),
    path("", include("analytics.urls")),
    path("", include("ussd.urls")),
    path("chat/", include("bot.urls")),
    path("admin/", admin.site.urls),
]

"""The public chat page, and the cases of danger for protection officers."""

from django.urls import path, re_path

from bot.views import cases, chat

app_name = "bot"
urlpatterns = [
    path("chat/", chat.chat, name="chat"),
    path("chat/say/", chat.say, name="say"),
    path("cases/", cases.cases, name="cases"),
    path("cases/<int:pk>/", cases.case, name="case"),
    path("cases/<int:pk>/number/", cases.number, name="case-number"),
    re_path(r"^cases/(?P<pk>\d+)/(?P<name>take|give-back|close)/$", cases.step, name="case-step"),
]

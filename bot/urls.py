"""The public chat page, and the cases of danger for protection officers."""

from django.urls import path, re_path

from bot.views import cases, chat, duty, safeguarding

app_name = "bot"
urlpatterns = [
    path("chat/", chat.chat, name="chat"),
    path("chat/say/", chat.say, name="say"),
    path("chat/delete/", chat.delete, name="chat-delete"),
    path("chat/embed.js", chat.embed, name="chat-embed"),
    path("cases/", cases.cases, name="cases"),
    path("cases/<int:pk>/", cases.case, name="case"),
    path("cases/<int:pk>/number/", cases.number, name="case-number"),
    path("duty/", duty.duty, name="duty"),
    path("safeguarding/", safeguarding.rules, name="safeguarding"),
    path("safeguarding/try/", safeguarding.tried, name="safeguarding-try"),
    path("safeguarding/<slug:language>/rule/", safeguarding.rule, name="safeguarding-rule"),
    re_path(r"^cases/(?P<pk>\d+)/(?P<name>take|give-back|close)/$", cases.step, name="case-step"),
]

"""The public chat page, cases of danger for protection officers, the inbox of questions to a person, open questions."""

from django.urls import path, re_path

from bot.views import (
    answers,
    candidates,
    cases,
    chat,
    duty,
    inbox,
    office,
    questions,
    safeguarding,
    themes,
)

app_name = "bot"
urlpatterns = [
    path("reach/themes/", themes.themes, name="reach-themes"),
    path("chat/", chat.chat, name="chat"),
    path("chat/say/", chat.say, name="say"),
    path("chat/delete/", chat.delete, name="chat-delete"),
    path("chat/embed.js", chat.embed, name="chat-embed"),
    path("chat/answers/", answers.answers, name="answers"),
    path("cases/", cases.cases, name="cases"),
    path("cases/<int:pk>/", cases.case, name="case"),
    path("cases/<int:pk>/number/", cases.number, name="case-number"),
    path("duty/", duty.duty, name="duty"),
    path("safeguarding/", safeguarding.rules, name="safeguarding"),
    path("safeguarding/try/", safeguarding.tried, name="safeguarding-try"),
    path("safeguarding/<slug:language>/rule/", safeguarding.rule, name="safeguarding-rule"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/hours/", office.office, name="office"),
    re_path(r"^inbox/hours/(?P<country>[A-Z]{2})/$", office.change, name="office-change"),
    re_path(
        r"^inbox/hours/(?P<country>[A-Z]{2})/holiday/(?P<name>add|drop)/$",
        office.holiday,
        name="office-holiday",
    ),
    path("inbox/<int:pk>/", inbox.wish, name="wish"),
    path("inbox/<int:pk>/preview/", inbox.preview, name="wish-preview"),
    path("inbox/<int:pk>/answer/", inbox.answer, name="wish-answer"),
    re_path(
        r"^inbox/(?P<pk>\d+)/(?P<name>take|give-back|hand-over|close)/$",
        inbox.step,
        name="wish-step",
    ),
    re_path(r"^cases/(?P<pk>\d+)/(?P<name>take|give-back|close)/$", cases.step, name="case-step"),
    path("questions/", questions.questions, name="questions"),
    path("questions/decided/", questions.decided, name="decided"),
    path("questions/pairs/", questions.pairs, name="pairs"),
    path("questions/danger/", candidates.candidates, name="candidates"),
    re_path(
        r"^questions/danger/(?P<pk>\d+)/(?P<name>heard|none)/$",
        candidates.settle,
        name="candidate-step",
    ),
    path("questions/<int:pk>/", questions.question, name="question"),
    path("questions/<int:pk>/decide/", questions.decide, name="question-decide"),
    path("questions/<int:pk>/undo/", questions.undo, name="question-undo"),
    path("questions/<int:pk>/effect/", questions.effect, name="question-effect"),
]

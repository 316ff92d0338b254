"""Pages about people, the languages they speak and what they are asked, and about staff."""

from django.urls import path, re_path

from people.views import (
    account,
    audit,
    badges,
    entrance,
    inquiry,
    languages,
    people,
    purges,
    staff,
    steps,
)

app_name = "people"
urlpatterns = [
    path("people/", people.people, name="list"),
    path("people/<int:pk>/number/", people.reveal_number, name="reveal"),
    path("people/import/", people.import_list, name="import"),
    path("people/import/<int:pk>/", people.import_run, name="import-run"),
    path("people/import/<int:pk>/confirm/", people.confirm_import, name="import-confirm"),
    path("people/purges/", purges.purges, name="purges"),
    path("audit/", audit.entries, name="audit"),
    path("audit/entries.csv", audit.download, name="audit-download"),
    path("audit/check/", audit.check, name="audit-check"),
    path("languages/", languages.languages, name="languages"),
    path("languages/add/", languages.add, name="language-add"),
    path("languages/order/<slug:country>/", languages.order, name="language-order"),
    path("languages/change/<slug:code>/", languages.change, name="language-change"),
    path("languages/asking/<slug:country>/", inquiry.inquiry, name="inquiry"),
    path("languages/district-names/", inquiry.names, name="district-names"),
    path("languages/districts/<slug:country>/", inquiry.districts, name="districts"),
    path("sign-in/second/", entrance.second_step, name="second"),
    path("invitation/", entrance.accept, name="accept"),
    path("invitation/<str:token>/", entrance.invitation, name="invitation"),
    path("account/", account.account, name="account"),
    path("account/password/", account.password, name="password"),
    path("account/app/", steps.app, name="second-app"),
    path("account/passkey/", steps.passkey, name="second-passkey"),
    path("account/codes/", steps.codes, name="second-codes"),
    path("account/second/<int:pk>/remove/", steps.remove, name="second-remove"),
    path("account/first-hour/", account.first_hour, name="first-hour"),
    path("account/browsers/end-others/", account.end_others, name="end-others"),
    path("account/browsers/<slug:mark>/end/", account.end_session, name="end-session"),
    path("staff/", staff.staff, name="staff"),
    path("staff/invite/", staff.invite, name="invite"),
    path("staff/proposals/", staff.proposals, name="proposals"),
    re_path(
        r"^staff/proposals/(?P<pk>\d+)/(?P<name>accept|decline)/$", staff.decide, name="decide"
    ),
    path("staff/badges/", badges.badges, name="badges"),
    path("staff/badges/give/", badges.give, name="badge-give"),
    path("staff/badges/<int:pk>/end/", badges.end, name="badge-end"),
    path("staff/<int:pk>/", staff.account_of, name="account-of"),
    re_path(
        r"^staff/(?P<pk>\d+)/(?P<name>link|close|open|second)/$",
        staff.account_step,
        name="account-step",
    ),
]

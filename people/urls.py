"""Pages about people, the languages they speak and what they are asked."""

from django.urls import path

from people.views import audit, inquiry, languages, people

app_name = "people"
urlpatterns = [
    path("people/", people.people, name="list"),
    path("people/<int:pk>/number/", people.reveal_number, name="reveal"),
    path("people/import/", people.import_list, name="import"),
    path("people/import/<int:pk>/", people.import_run, name="import-run"),
    path("people/import/<int:pk>/confirm/", people.confirm_import, name="import-confirm"),
    path("audit/", audit.entries, name="audit"),
    path("audit/entries.csv", audit.download, name="audit-download"),
    path("audit/check/", audit.check, name="audit-check"),
    path("languages/", languages.languages, name="languages"),
    path("languages/add/", languages.add, name="language-add"),
    path("languages/order/<slug:country>/", languages.order, name="language-order"),
    path("languages/change/<slug:code>/", languages.change, name="language-change"),
    path("languages/asking/<slug:country>/", inquiry.inquiry, name="inquiry"),
    path("languages/districts/<slug:country>/", inquiry.districts, name="districts"),
]

"""Pages about people."""

from django.urls import path

from people import views

app_name = "people"
urlpatterns = [
    path("", views.people, name="list"),
    path("<int:pk>/number/", views.reveal_number, name="reveal"),
    path("import/", views.import_list, name="import"),
    path("import/<int:pk>/", views.import_run, name="import-run"),
    path("import/<int:pk>/confirm/", views.confirm_import, name="import-confirm"),
]

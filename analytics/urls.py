"""Addresses of the reach pages."""

from django.urls import path

from analytics import views

app_name = "analytics"
urlpatterns = [
    path("reach/", views.reach, name="reach"),
    path("reach/table.csv", views.download, name="download"),
]

"""Pages for whoever keeps the product running."""

from django.urls import path

from operations import views

app_name = "operations"
urlpatterns = [
    path("operations/", views.troubles, name="troubles"),
    path("operations/look/", views.look, name="look"),
]

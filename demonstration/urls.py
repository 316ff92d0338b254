from django.urls import path

from demonstration import views

app_name = "demonstration"
urlpatterns = [
    path("demonstration/", views.year, name="year"),
    path("demonstration/make/", views.make, name="make"),
    path("demonstration/remove/", views.remove, name="remove"),
]

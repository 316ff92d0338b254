from django.urls import path

from ussd import views

app_name = "ussd"
urlpatterns = [
    path("simulator/", views.simulator, name="simulator"),
    path("simulator/dial/", views.dial, name="dial"),
    path("simulator/inbox/", views.inbox, name="inbox"),
    path("simulator/news/", views.news, name="news"),
]

from django.urls import path

from bot import views

app_name = "bot"
urlpatterns = [
    path("", views.chat, name="chat"),
    path("say/", views.say, name="say"),
]

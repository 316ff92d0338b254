from django.urls import URLPattern, URLResolver

app_name = "bot"
urlpatterns: list[URLPattern | URLResolver] = []

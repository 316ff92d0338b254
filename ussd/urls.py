from django.urls import path

from ussd.views import preview, sent, simulator

app_name = "ussd"
urlpatterns = [
    path("simulator/", simulator.simulator, name="simulator"),
    path("simulator/dial/", simulator.dial, name="dial"),
    path("simulator/inbox/", simulator.inbox, name="inbox"),
    path("simulator/preview/", preview.phone, name="preview"),
    path("simulator/preview/dialogue/", preview.dialogue, name="dialogue"),
    path("simulator/news/", simulator.news, name="news"),
    path("ussd/sent/", sent.sent, name="sent"),
]

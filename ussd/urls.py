from django.urls import path

from ussd.views import funnel, preview, quality, screens, sent, simulator, suspect

app_name = "ussd"
urlpatterns = [
    path("ussd/funnel/", funnel.funnel, name="funnel"),
    path("ussd/funnel/screens.csv", funnel.download, {"table": "screens"}, name="funnel-screens"),
    path(
        "ussd/funnel/sessions.csv", funnel.download, {"table": "sessions"}, name="funnel-sessions"
    ),
    path("simulator/", simulator.simulator, name="simulator"),
    path("simulator/dial/", simulator.dial, name="dial"),
    path("simulator/inbox/", simulator.inbox, name="inbox"),
    path("simulator/preview/", preview.phone, name="preview"),
    path("simulator/preview/dialogue/", preview.dialogue, name="dialogue"),
    path("simulator/screens/", screens.screens, name="screens"),
    path("simulator/news/", simulator.news, name="news"),
    path("ussd/sent/", sent.sent, name="sent"),
    path("reach/quality/", quality.quality, name="reach-quality"),
    path("reach/suspect/", suspect.suspect, name="suspect"),
]

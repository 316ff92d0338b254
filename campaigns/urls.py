from django.urls import path, re_path

from campaigns.views import blasts, content, directory, editions, facts, items, sheets, translation

app_name = "campaigns"
urlpatterns = [
    path("editions/", editions.editions, name="editions"),
    path("editions/next/", editions.draft, name="edition-draft"),
    path("editions/publish/", editions.publish, name="edition-publish"),
    path("editions/compare/", editions.compare, name="edition-compare"),
    path("editions/<slug:name>/", editions.edition, name="edition"),
    path("editions/<slug:name>/roll-back/", editions.roll_back, name="edition-roll-back"),
    path("content/", content.contents, name="contents"),
    path("content/new/", items.new, name="item-new"),
    path("content/wordings/", content.wordings, name="wordings"),
    path("content/shown/", items.shown, name="shown"),
    path("content/tokens/", items.tokens, name="tokens"),
    path("content/<str:code>/", items.item, name="item"),
    path("content/<str:code>/judge/", items.judge, name="item-judge"),
    re_path(
        r"^content/(?P<code>[^/]+)/(?P<name>retire|put-back)/$",
        items.standing,
        name="item-standing",
    ),
    path("blasts/", blasts.blasts, name="blasts"),
    path("blasts/<int:pk>/", blasts.blast, name="blast"),
    path("blasts/<int:pk>/outcomes/", blasts.outcomes, name="outcomes"),
    re_path(
        r"^blasts/(?P<pk>\d+)/(?P<name>approve|start|pause|resume|stop|resend)/$",
        blasts.step,
        name="blast-step",
    ),
    path("translation/", translation.readiness, name="translation"),
    path("translation/<str:language>/", translation.texts, name="translation-texts"),
    path("translation/<str:language>/sheets/", sheets.sheets, name="translation-sheets"),
    path("translation/<str:language>/sheets/in/", sheets.bring_in, name="translation-bring-in"),
    path(
        "translation/<str:language>/sheets/<str:name>/",
        sheets.download,
        name="translation-download",
    ),
    path("translation/<str:language>/reading/", translation.reading, name="translation-reading"),
    path("translation/<str:language>/texts/<str:code>/", translation.text, name="translation-text"),
    path(
        "translation/<str:language>/texts/<str:code>/check/",
        translation.check_text,
        name="translation-check",
    ),
    path(
        "translation/<str:language>/texts/<str:code>/decide/",
        translation.decide,
        name="translation-decide",
    ),
    path("directory/", directory.directory, name="directory"),
    path("directory/new/", directory.new_entry, name="directory-new"),
    path("directory/<str:code>/", directory.entry, name="referral"),
    re_path(
        r"^directory/(?P<code>[^/]+)/(?P<name>called|dead)/$",
        directory.step,
        name="directory-step",
    ),
    path("expiring/", directory.expiring, name="expiring"),
    path("expiring/<int:pk>/seen/", directory.see_alert, name="alert-seen"),
    path("facts/", facts.facts, name="facts"),
    path("facts/new/", facts.new_fact, name="fact-new"),
    path("facts/<str:code>/", facts.fact, name="fact"),
    re_path(
        r"^facts/(?P<code>[^/]+)/(?P<name>looked-up|contradicted)/$",
        facts.step,
        name="fact-step",
    ),
]

"""The addresses of the pages."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from dueline.web.views import (
    account,
    aging,
    call,
    claim,
    dates,
    intake,
    payer_contacts,
    payer_import,
    payer_rules,
    payers,
    requests,
    scripts,
    search,
    signin,
    today,
    worklist,
)

app_name = "web"

_P = "practices/<slug:practice>/"
urlpatterns = [
    path("", today.home, name="home"),
    path("sign-in/", signin.SignIn.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(next_page="web:sign-in"), name="sign-out"),
    path("account/", account.account, name="account"),
    path(_P + "today/", today.today_page, name="today"),
    path(_P + "worklist/", worklist.worklist, name="worklist"),
    path(_P + "worklist/next/", worklist.next_claim, name="next-claim"),
    path(_P + "worklist/<int:pk>/why/", worklist.why, name="why"),
    path(_P + "claims/<int:pk>/", claim.claim_page, name="claim"),
    path(_P + "claims/<int:pk>/take/", claim.take_claim, name="take-claim"),
    path(_P + "claims/<int:pk>/release/", claim.release_claim, name="release-claim"),
    path(_P + "claims/<int:pk>/due-date/", dates.move_date, name="move-date"),
    path(_P + "claims/<int:pk>/follow-ups/", claim.record, name="record"),
    path(_P + "claims/<int:pk>/follow-ups/fields/", claim.fields, name="record-fields"),
    path(_P + "claims/<int:pk>/requests/", requests.ask, name="ask"),
    path(_P + "claims/<int:pk>/override/", requests.override, name="override"),
    path(_P + "requests/", requests.requests_page, name="requests"),
    path(_P + "requests/<int:pk>/answer/", requests.answer, name="answer"),
    path(_P + "requests/<int:pk>/withdraw/", requests.withdraw, name="withdraw"),
    path(_P + "claims/<int:pk>/call/", call.start, name="start-call"),
    path(_P + "calls/<int:pk>/", call.call_page, name="call"),
    path(_P + "calls/<int:pk>/work/", call.work, name="call-work"),
    path(_P + "aging/", aging.aging_page, name="aging"),
    path(_P + "aging/export/<str:form>/", aging.export, name="aging-export"),
    path(_P + "intake/", intake.intake_page, name="intake"),
    path(_P + "intake/files/", intake.upload, name="upload"),
    path(_P + "intake/sets/<int:pk>/release/", intake.release, name="release-set"),
    path(_P + "intake/proposals/<int:pk>/", intake.decide, name="decide-match"),
    path(_P + "payers/", payers.payers_page, name="payers"),
    path(_P + "payers/defaults/", payers.take_defaults, name="take-default-rules"),
    path(_P + "payers/import/", payer_import.import_page, name="payers-import"),
    path(_P + "payers/export/<str:form>/", payers.export, name="payers-export"),
    path(_P + "payers/rules/<int:pk>/checked/", payers.checked, name="rule-checked"),
    path(_P + "payers/<int:pk>/", payers.payer_page, name="payer"),
    path(_P + "payers/<int:pk>/rule/", payer_rules.rule_page, name="payer-rule"),
    path(
        _P + "payers/<int:pk>/contacts/<str:purpose>/",
        payer_contacts.contact_page,
        name="payer-contact",
    ),
    path(_P + "scripts/", scripts.scripts_page, name="scripts"),
    path(_P + "scripts/<str:key>/", scripts.script_page, name="script"),
    path(_P + "scripts/<str:key>/edit/", scripts.script_edit, name="script-edit"),
    path(_P + "scripts/<str:key>/withdraw/", scripts.withdraw, name="script-withdraw"),
    path(_P + "search/", search.search_page, name="search"),
]

"""Django's registration of the app."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "dueline.ledger"
    label = "ledger"

"""Django's registration of the app."""

from django.apps import AppConfig


class PayersConfig(AppConfig):
    name = "dueline.payers"
    label = "payers"

"""Django's registration of the app."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "dueline.exchange"
    label = "exchange"

"""Django's registration of the app."""

from django.apps import AppConfig


class UnderpaymentsConfig(AppConfig):
    name = "dueline.underpayments"
    label = "underpayments"

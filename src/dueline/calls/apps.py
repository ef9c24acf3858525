"""Django's registration of the app."""

from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "dueline.calls"
    label = "calls"

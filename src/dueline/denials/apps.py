"""Django's registration of the app."""

from django.apps import AppConfig


class DenialsConfig(AppConfig):
    name = "dueline.denials"
    label = "denials"

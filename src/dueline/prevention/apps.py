"""Django's registration of the app."""

from django.apps import AppConfig


class PreventionConfig(AppConfig):
    name = "dueline.prevention"
    label = "prevention"

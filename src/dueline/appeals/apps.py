"""Django's registration of the app."""

from django.apps import AppConfig


class AppealsConfig(AppConfig):
    name = "dueline.appeals"
    label = "appeals"

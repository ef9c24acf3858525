"""Django's registration of the app."""

from django.apps import AppConfig


class CorrectionsConfig(AppConfig):
    name = "dueline.corrections"
    label = "corrections"

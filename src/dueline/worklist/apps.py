"""Django's registration of the app."""

from django.apps import AppConfig


class WorklistConfig(AppConfig):
    name = "dueline.worklist"
    label = "worklist"

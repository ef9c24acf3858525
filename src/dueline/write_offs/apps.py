"""Django's registration of the app."""

from django.apps import AppConfig


class WriteOffsConfig(AppConfig):
    name = "dueline.write_offs"
    label = "write_offs"

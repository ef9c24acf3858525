"""Django's registration of the app."""

from django.apps import AppConfig


class SheetsConfig(AppConfig):
    name = "dueline.sheets"
    label = "sheets"

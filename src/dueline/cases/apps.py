"""Django's registration of the app."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "dueline.cases"
    label = "cases"

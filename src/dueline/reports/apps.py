"""Django's registration of the app."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "dueline.reports"
    label = "reports"

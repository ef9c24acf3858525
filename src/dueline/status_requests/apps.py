"""Django's registration of the app."""

from django.apps import AppConfig


class StatusRequestsConfig(AppConfig):
    name = "dueline.status_requests"
    label = "status_requests"

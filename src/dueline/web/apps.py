"""Django's registration of the app."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "dueline.web"
    label = "web"

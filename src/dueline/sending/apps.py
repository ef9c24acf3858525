"""Django's registration of the app."""

from django.apps import AppConfig


class SendingConfig(AppConfig):
    name = "dueline.sending"
    label = "sending"

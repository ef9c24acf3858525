"""The app of practices, people and the audit trail, and Django's admin as it is let in here."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class AccountsConfig(AppConfig):
    name = "dueline.accounts"
    label = "accounts"
    verbose_name = "Practices and people"
    default = True


class AdministrationConfig(admin_apps.AdminConfig):
    """Django's admin with our own site, which lets in administrators only."""

    default = False
    default_site = "dueline.accounts.admin_site.DuelineAdminSite"

"""Practices, people and roles in Django's admin. Every write is audited; the trail itself is only read."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db import transaction
from django.http import HttpRequest

from dueline.accounts import audit
from dueline.accounts.actions import sync_administrator
from dueline.accounts.models import AuditEvent, Membership, Practice, PracticeNpi, User
from dueline.clock import now

admin.site.unregister(Group)  # roles are memberships, not groups


class _Audited(admin.ModelAdmin):
    """Leaves an event for every change, and lets nothing be deleted."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        audit.record(
            practice=obj if isinstance(obj, Practice) else None,
            by=request.user.get_username(),
            action=f"{'change' if change else 'add'}_{obj._meta.model_name}",
            at=now(),
            object_kind=str(obj._meta.model_name),
            object_key=str(obj.pk),
            detail={"fields": sorted(form.changed_data)},
        )


class _NpiInline(admin.TabularInline):
    model = PracticeNpi
    extra = 0


class _MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0


@admin.register(Practice)
class PracticeAdmin(_Audited):
    list_display = ["code", "name", "time_zone"]
    inlines = [_NpiInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["code"] if obj else []  # the chains of records bear it


@admin.register(User)
class PersonAdmin(_Audited, UserAdmin):
    inlines = [_MembershipInline]
    list_display = ["username", "first_name", "last_name", "is_active"]
    list_filter = ["is_active"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        ("Person", {"fields": ["first_name", "last_name", "email", "time_zone"]}),
        ("Sign-in", {"fields": ["is_active", "last_login"]}),
    ]
    readonly_fields = ["last_login"]
    filter_horizontal = []

    @transaction.atomic
    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        user = form.instance
        sync_administrator(user)
        for membership in user.memberships.select_related("practice"):
            if any(formset.has_changed() for formset in formsets):
                audit.record(
                    practice=membership.practice,
                    by=request.user.get_username(),
                    action="assign_role",
                    at=now(),
                    object_kind="user",
                    object_key=str(user.pk),
                    detail={"role": membership.role},
                )


@admin.register(AuditEvent)
class AuditEventAdmin(admin.ModelAdmin):
    list_display = ["scope", "sequence", "at", "username", "action", "object_kind", "object_key"]
    list_filter = ["scope", "action"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

"""The addresses of the site."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("dueline.api.urls")),
    path("", include("dueline.web.urls")),
]

"""The roof: it knows every app, and gives the admin its own site class."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class NewsportalConfig(AppConfig):
    default = True
    name = "newsportal"
    verbose_name = "Portal"


class NewsroomAdminConfig(admin_apps.AdminConfig):
    default = False
    default_site = "newsportal.core.admin_site.NewsroomAdminSite"

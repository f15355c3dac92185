"""What a role may do comes with the migration that brings it, and what an administrator took away stays away."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from articles.states import EDITOR
from newsportal.core import roles

pytestmark = pytest.mark.django_db


def codes():
    return set(Group.objects.get(name=EDITOR).permissions.values_list("codename", flat=True))


def test_a_permission_that_a_migration_brings_is_given_to_a_group_that_is_there():
    Permission.objects.filter(codename="arrange_front").delete()
    assert "arrange_front" not in codes()
    call_command("migrate", verbosity=0)
    assert "arrange_front" in codes()


def test_what_was_taken_away_stays_away():
    group = Group.objects.get(name=EDITOR)
    group.permissions.remove(Permission.objects.get(codename="arrange_front"))
    call_command("migrate", verbosity=0)
    assert "arrange_front" not in codes()


def test_a_group_without_any_gets_all():
    Group.objects.get(name=EDITOR).permissions.clear()
    call_command("migrate", verbosity=0)
    assert {"arrange_front", "publish_article"} <= codes()


def test_before_the_first_migration_there_are_none(monkeypatch):
    monkeypatch.setattr(Permission._meta, "db_table", "not_made_yet")
    assert roles._existing("default") == set()

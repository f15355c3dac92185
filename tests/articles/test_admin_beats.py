"""Beats and roles on the page of a person: a chief editor runs the newsroom, and nobody rises by it."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from articles.models import SectionBeat
from articles.states import CHIEF_EDITOR, EDITOR, REPORTER
from tests.factories import make_section, make_user

pytestmark = pytest.mark.django_db
User = get_user_model()


@pytest.fixture
def chief(client):
    user = make_user(username="chief", role=CHIEF_EDITOR)
    client.force_login(user)
    return user


def change(person):
    return reverse("admin:auth_user_change", args=[person.pk])


def fields(person, *, groups=None, beats=(), **over):
    """What the page of a person posts."""
    groups = groups if groups is not None else [group.pk for group in person.groups.all()]
    data = {
        "username": person.username, "first_name": "", "last_name": "", "email": "", "is_active": "on",
        "is_staff": "on", "groups": groups, "beats-TOTAL_FORMS": len(beats), "beats-INITIAL_FORMS": 0,
        "beats-MIN_NUM_FORMS": 0, "beats-MAX_NUM_FORMS": 1000,
    }  # fmt: skip
    for number, section in enumerate(beats):
        data |= {f"beats-{number}-section": section.pk, f"beats-{number}-user": person.pk}
    return {**data, **over}


def test_a_chief_editor_gives_a_beat(client, chief):
    editor, sport = make_user(role=EDITOR), make_section(name="Sport")
    assert client.post(change(editor), fields(editor, beats=[sport])).status_code == 302
    assert SectionBeat.objects.get().section == sport


def test_a_beat_is_given_once(client, chief):
    editor, sport = make_user(role=EDITOR), make_section(name="Sport")
    page = client.post(change(editor), fields(editor, beats=[sport, sport]))
    assert b"duplicate" in page.content
    assert not SectionBeat.objects.exists()


def test_a_chief_editor_makes_an_account_and_gives_it_a_role(client, chief):
    secret = "correct horse battery staple"
    data = {"username": "hasan", "usable_password": "true", "password1": secret, "password2": secret}
    client.post(reverse("admin:auth_user_add"), data)
    hasan = User.objects.get(username="hasan")
    client.post(change(hasan), fields(hasan, groups=[Group.objects.get(name=REPORTER).pk]))
    hasan.refresh_from_db()
    assert (hasan.is_staff, hasan.is_superuser) == (True, False)
    assert [group.name for group in hasan.groups.all()] == [REPORTER]


def test_a_chief_editor_makes_no_superuser_and_gives_no_single_permission(client, chief):
    editor = make_user(role=EDITOR)
    permission = Permission.objects.get(codename="delete_user")
    data = fields(editor, is_superuser="on", user_permissions=[permission.pk])
    assert client.post(change(editor), data).status_code == 302
    editor.refresh_from_db()
    assert not editor.is_superuser
    assert not editor.user_permissions.exists()


def test_a_group_with_more_rights_is_neither_offered_nor_taken(client, chief):
    operators = Group.objects.create(name="Operators")
    operators.permissions.add(Permission.objects.get(codename="delete_user"))
    editor = make_user(role=EDITOR)
    assert b"Operators" not in client.get(change(editor)).content
    page = client.post(change(editor), fields(editor, groups=[operators.pk]))
    assert b"Select a valid choice" in page.content
    assert not editor.groups.filter(name="Operators").exists()


def operator(**fields):
    person = make_user(is_staff=True, **fields)
    group = Group.objects.get_or_create(name="Operators")[0]
    group.permissions.add(Permission.objects.get(codename="delete_user"))
    person.groups.add(group)
    return person


@pytest.mark.parametrize(
    "make",
    [
        lambda: make_user(is_staff=True, is_superuser=True),
        lambda: make_user(is_staff=True, is_superuser=True, is_active=False),
        operator,
        lambda: operator(is_active=False),
    ],
    ids=["superuser", "superuser switched off", "operator", "operator switched off"],
)
def test_who_has_more_rights_is_not_changed_and_keeps_the_password(client, chief, make):
    person = make()
    password = person.password
    assert client.post(change(person), fields(person)).status_code == 403
    address = reverse("admin:auth_user_password_change", args=[person.pk])
    secret = "correct horse battery staple"
    assert client.post(address, {"password1": secret, "password2": secret}).status_code == 403
    person.refresh_from_db()
    assert person.password == password


@pytest.mark.parametrize("role", [REPORTER, EDITOR])
def test_others_have_no_say_in_accounts(client, role):
    client.force_login(make_user(role=role))
    assert client.get(change(make_user(role=REPORTER))).status_code == 403


def test_a_superuser_gives_everything(client):
    client.force_login(make_user(username="root", is_staff=True, is_superuser=True))
    editor = make_user(role=EDITOR)
    client.post(change(editor), fields(editor, is_superuser="on"))
    assert User.objects.get(pk=editor.pk).is_superuser

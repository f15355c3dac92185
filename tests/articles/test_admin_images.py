"""The picture library in the admin."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from articles.models import Image
from articles.states import REPORTER
from tests.factories import make_user, png

pytestmark = pytest.mark.django_db
ADD = "/admin/articles/image/add/"


@pytest.fixture(autouse=True)
def _reporter(client):
    client.force_login(make_user(role=REPORTER))


def upload(client, data, name="photo.png", **fields):
    return client.post(ADD, {"file": SimpleUploadedFile(name, data), "alt_text": "A boat", "credit": "Us", **fields})


def test_a_picture_comes_into_the_library(client):
    assert upload(client, png()).status_code == 302
    image = Image.objects.get()
    assert (image.alt_text, image.width) == ("A boat", 64)


def test_the_same_picture_twice_is_said_at_the_field(client):
    upload(client, png())
    response = upload(client, png(), name="copy.png")
    assert b"in the library already" in response.content
    assert Image.objects.count() == 1


@pytest.mark.parametrize("data", [b"<svg onload=alert(1)>", b"MZ...", png()[:50]], ids=["svg", "program", "cut"])
def test_what_is_no_picture_is_refused_at_the_field(client, data):
    response = upload(client, data, name="photo.jpg")
    assert response.status_code == 200
    assert b"errorlist" in response.content
    assert not Image.objects.exists()


def test_the_words_can_change_without_sending_the_picture_again(client):
    upload(client, png())
    image = Image.objects.get()
    client.post(f"/admin/articles/image/{image.pk}/change/", {"alt_text": "Two boats", "file": ""})
    changed = Image.objects.get()
    assert (changed.alt_text, changed.file.name) == ("Two boats", image.file.name)

"""The picture library in the admin."""

import io

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Pixels

from articles.models import Image, RetiredFile
from articles.states import REPORTER
from tests.core.test_picture_facts import XMP, jpeg
from tests.factories import make_article, make_contributor, make_image, make_user, png

pytestmark = pytest.mark.django_db
LIST = "/admin/articles/image/"
ADD, UPLOAD = f"{LIST}add/", f"{LIST}upload/"


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


def change(client, image, **fields):
    return client.post(f"{LIST}{image.pk}/change/", {"alt_text": image.alt_text, "file": "", **fields})


def test_a_new_file_takes_the_place_of_the_old_one_everywhere(client):
    upload(client, png())
    image = Image.objects.get()
    story = make_article(lead_image=image)
    assert change(client, image, file=SimpleUploadedFile("b.png", png(width=90))).status_code == 302
    new = Image.objects.get()
    assert (new.pk, new.width) == (image.pk, 90)
    assert RetiredFile.objects.get().name == image.file.name
    assert new.file.url.encode() in client.get(story.get_absolute_url()).content


def test_a_replacement_that_is_in_the_library_already_is_refused(client):
    upload(client, png(width=90))
    upload(client, png())
    newest = Image.objects.first()
    assert b"in the library already" in change(client, newest, file=SimpleUploadedFile("b.png", png(width=90))).content
    assert Image.objects.get(pk=newest.pk).file == newest.file


def test_words_come_from_the_file_where_the_fields_are_left_empty(client):
    upload(client, jpeg(xmp=XMP), name="a.jpg", alt_text="", credit="The desk")
    image = Image.objects.get()
    assert (image.title, image.alt_text) == ("Ferry in fog", "A ferry, half hidden")
    assert (image.credit, image.source, image.licence) == ("The desk", "Padma Pictures", "One use")


def test_the_focal_point_is_two_numbers(client):
    image = make_image()
    assert change(client, image, focal_x="20", focal_y="80").status_code == 302
    assert (Image.objects.get().focal_x, Image.objects.get().focal_y) == (20, 80)
    assert change(client, image, focal_x="101").status_code == 200
    change(client, image)
    assert Image.objects.get().focal_x == 20


def test_a_form_of_an_old_page_leaves_the_focal_point(client):
    image = make_image(focal_x=20)
    change(client, image)
    assert Image.objects.get().focal_x == 20


def test_an_animation_is_taken_as_a_still_and_that_is_said(client):
    frames = [Pixels.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    buffer = io.BytesIO()
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:])
    response = upload(client, buffer.getvalue(), name="a.gif")
    assert "animated" in [str(message) for message in get_messages(response.wsgi_request)][0]


def send(client, *files, **more):
    files = [SimpleUploadedFile(name, data) for name, data in files]
    return client.post(UPLOAD, {"files": files, "credit": "BSS"}, **more)


def test_several_pictures_come_at_once_and_each_is_answered_for(client):
    page = send(client, ("a.png", png()), ("b.png", png(width=90)), ("c.png", b"no picture"), ("d.png", png()))
    assert [outcome.kind for outcome in page.context["outcomes"]] == ["new", "new", "refused", "known"]
    assert [image.credit for image in Image.objects.all()] == ["BSS", "BSS"]


def test_a_script_gets_the_answers_as_data(client):
    answer = send(client, ("a.png", png()), ("empty.png", b""), headers={"accept": "application/json"}).json()
    new, empty = answer["outcomes"]
    assert (new["kind"], new["url"]) == ("new", f"{LIST}{Image.objects.get().pk}/change/")
    assert (empty["kind"], empty["said"]) == ("refused", "The file is empty.")


def test_no_file_at_all_is_said(client):
    assert b"errorlist" in client.post(UPLOAD, {}).content
    answer = client.post(UPLOAD, {}, headers={"accept": "application/json"}).json()
    assert answer["outcomes"][0]["kind"] == "refused"


def test_who_may_not_add_pictures_may_not_upload(client):
    client.force_login(make_user(is_staff=True))
    assert client.get(UPLOAD).status_code == 403


def test_a_picture_says_where_it_is_used(client):
    image, contributor = make_image(), make_contributor(name="Mita Roy")
    contributor.picture = image
    contributor.save()
    make_article(headline="The ferry", lead_image=image)
    page = client.get(f"{LIST}{image.pk}/change/").content.decode()
    assert "The ferry" in page
    assert "Mita Roy" in page


@pytest.mark.parametrize(("use", "expected"), [("used", ["in a story"]), ("unused", ["nowhere"])])
def test_the_list_tells_used_from_unused(client, use, expected):
    make_article(lead_image=make_image(title="in a story"))
    make_image(title="nowhere")
    page = client.get(LIST, {"use": use})
    assert [image.title for image in page.context["cl"].result_list] == expected


@pytest.mark.parametrize("missing", ["alt_text", "credit"])
def test_the_list_finds_what_is_missing(client, missing):
    make_image(title="whole")
    make_image(title="lacks it", **{missing: ""})
    page = client.get(LIST, {"missing": missing})
    assert [image.title for image in page.context["cl"].result_list] == ["lacks it"]


@pytest.mark.parametrize("number", [2, 20])
def test_the_list_costs_the_same_with_few_and_many(client, django_assert_num_queries, number):
    for _number in range(number):
        make_image()
    with django_assert_num_queries(8):
        client.get(LIST)


def find(client, words=""):
    return [row["name"] for row in client.get(f"{LIST}find/", {"q": words}).json()["pictures"]]


def test_the_editor_finds_pictures_by_all_words_newest_first(client):
    make_image(title="Fog at night", credit="Mita Roy", alt_text="A boat")
    make_image(title="Fog at dawn", credit="Omar Ali", alt_text="A boat")
    assert find(client) == ["Fog at dawn", "Fog at night"]
    assert find(client, "fog mita") == ["Fog at night"]
    assert find(client, "fog mita omar") == []


def test_who_may_not_see_pictures_finds_none(client):
    make_image()
    client.force_login(make_user(is_staff=True))
    assert client.get(f"{LIST}find/").status_code == 403


def test_a_picture_in_a_text_says_so_and_cannot_be_deleted(client):
    client.force_login(make_user(is_superuser=True, is_staff=True))
    image = make_image()
    make_article(headline="The ferry", body=f'<figure data-picture="{image.pk}"><img src="/a.png" alt="a"></figure>')
    assert b"The ferry" in client.get(f"{LIST}{image.pk}/change/").content
    client.post(f"{LIST}{image.pk}/delete/", {"post": "yes"})
    assert Image.objects.exists()

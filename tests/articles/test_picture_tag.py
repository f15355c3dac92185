"""How pages show a picture."""

import io

import pytest
from django.template import Context, Template
from django.urls import reverse
from django.utils import timezone

from articles import rendering
from articles.imaging import store_image
from articles.templatetags.pictures import USES
from tests.articles.test_rendering import photo
from tests.factories import make_article, png
from tests.tags import Tags

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def shown(image, use="lead", **extra):
    tag = Template('{% load pictures %}{% picture image use "A <ferry>" eager=eager %}')
    return Tags(tag.render(Context({"image": image, "use": use, "eager": False, **extra})))


def rendered(image):
    rendering.render_due(now=NOW)
    image.refresh_from_db()
    return image


def test_until_the_worker_has_been_there_the_file_itself_is_shown_with_its_size():
    image = photo(size=(600, 400))
    page = shown(image)
    assert not page.all("source")
    (tag,) = page.all("img")
    assert (tag["src"], tag["width"], tag["height"]) == (image.file.url, "600", "400")
    assert tag["alt"] == "A <ferry>"


def test_then_there_is_avif_with_a_fall_back_and_widths_with_sizes():
    page = shown(rendered(photo(size=(600, 400))))
    (source,) = page.all("source")
    (tag,) = page.all("img")
    assert source["type"] == "image/avif"
    assert [part.split()[-1] for part in source["srcset"].split(", ")] == ["320w", "480w", "600w"]
    assert source["sizes"] == tag["sizes"] == USES["lead"].cut.sizes
    assert tag["src"].endswith(".jpg")
    assert (tag["width"], tag["height"]) == ("600", "338")


def test_a_card_has_a_square_for_phones_and_another_crop_for_roomy_screens():
    page = shown(rendered(photo(size=(600, 400))), "card")
    roomy, phone = page.all("source")
    assert roomy["media"] == "(min-width: 40rem)"
    assert "/card-50-50-480.avif" in roomy["srcset"]
    assert [part.split()[-1] for part in phone["srcset"].split(", ")] == ["200w", "320w"]
    assert phone["sizes"] == "6rem"
    assert "/card-50-50-" in page.all("img")[0]["src"]


def test_the_picture_that_a_page_is_opened_for_comes_first_and_others_in_sight():
    image = rendered(photo())
    eager, lazy = shown(image, eager=True).all("img")[0], shown(image).all("img")[0]
    assert (eager.get("fetchpriority"), eager.get("loading")) == ("high", None)
    assert (lazy.get("fetchpriority"), lazy.get("loading")) == (None, "lazy")


@pytest.mark.parametrize("use", sorted(USES))
@pytest.mark.parametrize("size", [(40, 30), (30, 900), (2000, 1500)])
def test_every_place_names_only_files_that_are_made(use, size):
    image = rendered(store_image(io.BytesIO(png(width=size[0], height=size[1]))))
    made = {f"/media/{name}" for name in image.renditions.values_list("name", flat=True)}
    page = shown(image, use)
    named = [tag.get("srcset") or tag["src"] for tag in page.all("source") + page.all("img")]
    addresses = {part.split()[0] for line in named for part in line.split(", ")}
    assert addresses
    assert addresses <= made


def test_costs_no_query(django_assert_num_queries):
    image = rendered(photo())
    with django_assert_num_queries(0):
        shown(image, "card")


def test_a_page_with_pictures_is_shown_without_asking_for_renditions(client, django_assert_max_num_queries):
    image = rendered(photo())
    for _number in range(12):
        make_article(lead_image=image)
    with django_assert_max_num_queries(10):
        page = client.get(reverse("front"))
    assert page.content.count(b"<picture>") > 5

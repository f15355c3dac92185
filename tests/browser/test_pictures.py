"""The picture library as a picture editor uses it: many files at once, the focal point by mouse and by keyboard."""

import pytest
from playwright.sync_api import expect

from articles.models import Image
from articles.states import REPORTER
from tests.browser.test_newsroom_axe import violations
from tests.factories import make_image, make_user, png

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/admin/articles/image/"
UPLOAD = f"{LIST}upload/"


def payload(name, data):
    return {"name": name, "mimeType": "image/png", "buffer": data}


DROP = """([names, bytes]) => {
  const transfer = new DataTransfer();
  names.forEach((name) => transfer.items.add(new File([new Uint8Array(bytes)], name, {type: "image/png"})));
  document.querySelector(".drop").dispatchEvent(new DragEvent("drop", {dataTransfer: transfer, bubbles: true}));
}"""


def test_files_are_dropped_and_answered_for_one_by_one(open_as):
    page = open_as(make_user(role=REPORTER), UPLOAD)
    page.get_by_label("Credit for all of them").fill("BSS")
    page.locator("input[type=file]").set_input_files([payload("a.png", png()), payload("no.png", b"no picture")])
    expect(page.get_by_role("status")).to_have_text("2 of 2 done")
    page.evaluate(DROP, [["again.png"], list(png())])
    expect(page.get_by_role("status")).to_have_text("3 of 3 done")
    assert [row.get_attribute("class") for row in page.locator(".outcomes li").all()] == ["new", "refused", "known"]
    assert [image.credit for image in Image.objects.all()] == ["BSS"]
    page.get_by_role("link", name="Describe it").first.click()
    page.get_by_label("Alternative text").wait_for()


def test_without_scripts_the_form_takes_them_all(open_as):
    page = open_as(make_user(role=REPORTER), UPLOAD, java_script_enabled=False)
    page.get_by_label("Pictures", exact=True).set_input_files(
        [payload("a.png", png()), payload("b.png", png(width=90))]
    )
    page.get_by_role("button", name="Add them").click()
    page.get_by_role("link", name="Describe it").nth(1).wait_for()
    assert Image.objects.count() == 2


def position(page, crop):
    return page.locator(f".crop.{crop} img").evaluate("image => getComputedStyle(image).objectPosition")


def test_a_click_on_the_picture_moves_every_crop_at_once(open_as):
    image = make_image(size=(600, 400))
    page = open_as(make_user(role=REPORTER), f"{LIST}{image.pk}/change/")
    frame = page.locator(".focus .preview").bounding_box()
    page.locator(".focus .preview").click(position={"x": frame["width"] * 0.25, "y": frame["height"] * 0.75})
    assert (page.locator("#id_focal_x").input_value(), page.locator("#id_focal_y").input_value()) == ("25", "75")
    assert {position(page, crop) for crop in ("wide", "card", "square", "share")} == {"25% 75%"}
    with page.expect_event("load"):
        page.get_by_role("button", name="Save", exact=True).first.click()
    assert (Image.objects.get().focal_x, Image.objects.get().focal_y) == (25, 75)


def test_the_keyboard_moves_them_too(open_as):
    image = make_image(size=(600, 400))
    page = open_as(make_user(role=REPORTER), f"{LIST}{image.pk}/change/")
    page.locator("#id_focal_x").focus()
    page.keyboard.press("ArrowUp")
    assert position(page, "square") == "51% 50%"


def test_a_file_that_was_only_chosen_shows_its_crops(open_as):
    page = open_as(make_user(role=REPORTER), f"{LIST}add/")
    page.locator("#id_file").set_input_files(payload("a.png", png()))
    expect(page.locator(".focus .preview")).to_be_visible()
    assert position(page, "wide") == "50% 50%"


@pytest.mark.parametrize("path", [UPLOAD, "change", LIST, f"{LIST}add/"])
@pytest.mark.parametrize("look", [{}, {"width": 390, "color_scheme": "dark"}], ids=["light", "phone, dark"])
def test_axe_finds_nothing(open_as, path, look):
    image = make_image(size=(600, 400))
    page = open_as(
        make_user(role=REPORTER), f"{LIST}{image.pk}/change/" if path == "change" else path, bypass_csp=True, **look
    )
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

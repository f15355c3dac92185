import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import Http404
from django.test import RequestFactory
from django.utils.functional import empty

from newsportal.core.middleware import PictureHeadersMiddleware
from newsportal.core.views.media import media


def stored(name="images/a1.png", content=b"a picture"):
    return default_storage.save(name, ContentFile(content))


def get(path, **headers):
    return media(RequestFactory().get(f"/media/{path}", headers=headers), path=path)


def body(response):
    return b"".join(response.streaming_content)


def test_a_stored_picture_is_served_as_what_it_is():
    response = get(stored())
    assert (body(response), response["Content-Type"]) == (b"a picture", "image/png")
    assert "attachment" not in response.get("Content-Disposition", "")


def test_a_process_that_has_done_nothing_else_serves_it():
    path = stored()
    default_storage._wrapped = empty
    assert get(path).status_code == 200


def test_it_may_be_kept_for_a_year_and_can_do_nothing():
    response = get(stored())
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_its_policy_survives_the_middleware(client):
    response = client.get(f"/media/{stored()}")
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert not response.cookies


def test_a_picture_has_nothing_that_only_documents_heed_and_all_that_protects(client):
    picture, other = client.get(f"/media/{stored()}"), client.get(f"/media/{stored('a.svg')}")
    for name in PictureHeadersMiddleware.OF_DOCUMENTS:
        assert name not in picture
        assert name in other
    for answer in (picture, other):
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"


@pytest.mark.parametrize("name", ["a.svg", "a.html", "a.js", "a.pdf", "a"])
def test_what_could_hold_a_script_is_only_offered_as_a_download(name):
    response = get(stored(name, b"<script>alert(1)</script>"))
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")


def test_who_has_it_already_is_not_sent_it_again():
    path = stored()
    first = get(path)
    again = get(path, if_none_match=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert get(path, if_modified_since=first["Last-Modified"]).status_code == 304


def test_a_changed_file_is_sent_anew():
    path = stored()
    old = get(path)["ETag"]
    with default_storage.open(path, "wb") as file:
        file.write(b"another, longer picture")
    assert get(path, if_none_match=old).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "missing.png",
        "",
        "images",
        "../secret.png",
        "images/../../secret.png",
        "/etc/passwd",
        ".hidden.png",
        "a\x00.png",
    ],
)
def test_everything_else_is_not_found(path, tmp_path):
    (tmp_path / "secret.png").write_bytes(b"secret")
    stored()
    default_storage.save(".hidden.png", ContentFile(b"hidden"))
    with pytest.raises(Http404):
        get(path)


def test_files_kept_elsewhere_are_not_ours_to_serve(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }
    path = stored()
    with pytest.raises(Http404):
        get(path)


def test_only_reading_is_allowed():
    assert media(RequestFactory().post("/media/a.png"), path="a.png").status_code == 405

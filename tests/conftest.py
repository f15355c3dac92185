"""What every test may use. Files are kept in a folder of the run; static files are served without a manifest."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _plain_static_files(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "media", "base_url": "/media/"},
        },
    }


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def awkward_files(settings):
    """`awkward_files("images")`: hostile and broken files kept beside the checkout; the test is left out without them."""

    def find(kind):
        folder = settings.BASE_DIR.parent / "shared" / "data" / "bad_inputs" / kind
        if not folder.is_dir():
            pytest.skip("the folder of awkward files is not beside this checkout")
        return sorted(folder.iterdir())

    return find

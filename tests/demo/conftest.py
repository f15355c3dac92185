"""What the demo newsroom's tests share."""

import pytest
from PIL import Image as Pixels

from newsportal import demo
from newsportal.demo import drawing


@pytest.fixture(autouse=True)
def _quick(settings, tmp_path, monkeypatch):
    """Passwords go to a folder of the test; one-coloured squares stand for the drawings, which take seconds."""
    settings.DATA_DIR = tmp_path
    colours = iter(range(0, 10_000, 7))
    monkeypatch.setattr(drawing, "draw", lambda key: Pixels.new("RGB", (32, 20), (next(colours) % 256, 90, 160)))


@pytest.fixture
def loaded(db):
    return demo.load()

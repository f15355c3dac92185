"""The page of stories on a device, and the script that serves them without a network."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/saved/", "/bn/saved/"])
def test_the_page_is_the_same_for_everybody(client, admin_client, address):
    answer = client.get(address)
    assert answer.content == admin_client.get(address).content
    assert answer["Cache-Control"].startswith("public")
    assert 'content="noindex"' in answer.content.decode()


def test_the_worker_stands_at_the_root_and_is_script(client):
    answer = client.get("/offline.js")
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert "addEventListener" in answer.content.decode()
    assert client.post("/offline.js").status_code == 405

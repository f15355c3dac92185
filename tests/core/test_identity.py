"""The site's identity: one row, cached, right after a save."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction

from newsportal.core.identity import site
from newsportal.core.models import SiteIdentity, SiteText, SocialLink
from tests.factories import png

pytestmark = pytest.mark.django_db


@pytest.fixture
def identity():
    identity = SiteIdentity.objects.create(contact_email="desk@example.org")
    SiteText.objects.create(identity=identity, language="en", name="The Courier", mission="Fresh and fair.")
    SiteText.objects.create(identity=identity, language="bn", name="কুরিয়ার")
    return identity


def test_an_empty_database_has_an_identity_too():
    assert site("en").name == "News"


def test_each_language_has_its_words(identity):
    assert (site("en").name, site("bn").name) == ("The Courier", "কুরিয়ার")


def test_missing_words_are_those_of_the_default_language(identity):
    assert site("bn").mission == "Fresh and fair."


def test_reading_costs_one_query_then_none(identity, django_assert_num_queries):
    with django_assert_num_queries(1):
        site("en")
    with django_assert_num_queries(0):
        site("bn")


def test_a_saved_text_shows_at_once(identity):
    site("en")
    text = identity.texts.get(language="en")
    text.name = "The New Courier"
    text.save()
    assert site("en").name == "The New Courier"


def test_a_deleted_link_is_gone_at_once(identity):
    link = SocialLink.objects.create(identity=identity, label="Feed", url="https://example.org/feed")
    assert site("en").social_links == [{"label": "Feed", "url": "https://example.org/feed"}]
    link.delete()
    assert site("en").social_links == []


def test_the_cache_is_dropped_again_after_the_commit(identity, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        identity.contact_email = "new@example.org"
        identity.save()
        # A reader on another connection would see, and cache, the old row here.
        with connection.cursor() as cursor:
            cursor.execute("UPDATE core_siteidentity SET contact_email = 'old@example.org'")
        assert site("en").contact_email == "old@example.org"
        with connection.cursor() as cursor:
            cursor.execute("UPDATE core_siteidentity SET contact_email = 'new@example.org'")
    assert site("en").contact_email == "new@example.org"


def test_there_is_never_a_second_row(identity):
    SiteIdentity(contact_email="second@example.org").save()
    assert SiteIdentity.objects.get().contact_email == "second@example.org"
    with pytest.raises(IntegrityError), transaction.atomic():
        SiteIdentity.objects.bulk_create([SiteIdentity(pk=2)])


def test_the_year_of_the_copyright_line_is_this_one(identity, time_machine):
    time_machine.move_to("2031-06-01")
    assert site("en").copyright == "© 2031"


def _post(client, **extra):
    data = {"contact_email": "", "contact_phone": "", "contact_address": ""}
    for prefix, total in (("texts", 0), ("social_links", 0)):
        data |= {f"{prefix}-TOTAL_FORMS": total, f"{prefix}-INITIAL_FORMS": 0}
    return client.post("/admin/core/siteidentity/1/change/", {**data, **extra})


def test_the_admin_opens_the_one_row(admin_client):
    assert admin_client.get("/admin/core/siteidentity/", follow=True).status_code == 200


def test_a_logo_is_rewritten(admin_client):
    admin_client.get("/admin/core/siteidentity/")
    _post(admin_client, logo=SimpleUploadedFile("logo.png", png()))
    assert site("en").logo_url.endswith(".jpg")


def test_an_svg_logo_is_refused_at_the_field(admin_client):
    admin_client.get("/admin/core/siteidentity/")
    response = _post(admin_client, logo=SimpleUploadedFile("logo.png", b"<svg onload='alert(1)'/>"))
    assert b"not a picture" in response.content
    assert site("en").logo_url == ""

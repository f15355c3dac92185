"""Model fields keep Bangla whole, and refuse what cannot stand in an address."""

import pytest
from django.core.exceptions import ValidationError

from articles.models import Article, Outlet
from newsportal.core.fields import SlugField, validate_slug
from tests.factories import make_article, make_section


@pytest.mark.parametrize("slug", ["padma-bridge", "প্রধানমন্ত্রী-র-সফর", "র\u200d্যাব", "2024-vote", "é"])
def test_slugs_of_any_script_are_taken(slug):
    validate_slug(slug)
    assert SlugField().clean(slug, None) == slug


@pytest.mark.parametrize(
    "slug", ["", "Padma", "a b", "a--b", "-a", "a/b", "a_b", "e\u0301", "\u09be", "ব\u09df", "x" * 81]
)
def test_what_is_no_slug_is_refused_with_one_that_is(slug):
    with pytest.raises(ValidationError) as refusal:
        validate_slug(slug)
    assert "such as" in refusal.value.messages[0]


@pytest.mark.parametrize("slug", ["2024", "২০২৪"])
def test_digits_alone_are_a_storys_number(slug):
    with pytest.raises(ValidationError, match="at least one letter"):
        validate_slug(slug)


@pytest.mark.django_db
def test_a_line_is_stored_clean_by_save():
    article = make_article(headline="  Two\nlines\u200b \u09df\x00 ", kicker="a\tb")
    article.refresh_from_db()
    assert (article.headline, article.kicker) == ("Two lines \u09af\u09bc", "a b")


@pytest.mark.django_db
def test_a_line_is_stored_clean_by_bulk_create():
    Outlet.objects.bulk_create([Outlet(code=" Bd24\nlive ")])
    assert Outlet.objects.get().code == "Bd24 live"


@pytest.mark.django_db
def test_the_object_shows_what_was_stored():
    assert make_article(kicker=" a  b ").kicker == "a b"


@pytest.mark.django_db
def test_a_body_is_stored_sanitised_by_save_and_by_bulk_create():
    hostile = "<p onclick=x>a</p><script>b</script>"
    saved = make_article(body=hostile)
    Article.objects.bulk_create([Article(headline="b", slug="b", body=hostile, section=make_section())])
    assert set(Article.objects.values_list("body", flat=True)) == {"<p>a</p>"}
    assert saved.body == "<p>a</p>"

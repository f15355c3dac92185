import pytest
from django.http import Http404
from django.test import RequestFactory

from articles.models import Tag
from newsportal.core.shortcuts import LAST_PAGE, page_of
from tests.factories import make_tag

pytestmark = pytest.mark.django_db


def ask(number, *, size=2):
    return page_of(Tag.objects.order_by("pk"), RequestFactory().get("/", {"page": number}), size=size)


def test_knows_its_neighbours():
    for name in ("a", "b", "c"):
        make_tag(name=name)
    first, last = ask("1"), ask("2")
    assert (len(first.items), first.has_previous, first.has_next, first.next_number) == (2, False, True, 2)
    assert (len(last.items), last.has_previous, last.has_next, last.previous_number) == (1, True, False, 1)


def test_full_last_page_has_no_next():
    for name in ("a", "b"):
        make_tag(name=name)
    assert not ask("1").has_next


def test_first_page_may_be_empty_and_no_other():
    assert ask("1").items == []
    with pytest.raises(Http404):
        ask("2")


@pytest.mark.parametrize("asked", ["abc", "", "0", "-1", "1.0", " 1", "١", str(LAST_PAGE + 1), "9" * 400])
def test_anything_but_a_page_number_is_not_found(asked):
    make_tag()
    with pytest.raises(Http404):
        ask(asked)


def test_costs_one_query(django_assert_num_queries):
    for number in range(20):
        make_tag(name=f"tag {number}")
    with django_assert_num_queries(1):
        ask("3")

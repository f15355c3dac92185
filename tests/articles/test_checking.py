import datetime as dt

import pytest
from django.utils import timezone

from articles import checking, revising, workflow
from articles.contents import take
from articles.exceptions import NewsroomError
from articles.models import Article, Contributor
from articles.states import EDITOR, State
from tests.factories import (
    BODY,
    make_article,
    make_articles,
    make_contributor,
    make_image,
    make_outlet,
    make_section,
    make_tag,
    make_user,
)

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
FIGURE = '<figure class="figure"><img src="/media/a.png"{alt}>{caption}</figure>'


def make_draft(*, body=BODY, **fields):
    """A story in which nothing is found."""
    facts = {"headline": "Ferries return", "standfirst": "After fog.", "tags": [make_tag()], "published": False}
    return make_article(body=body, **facts | fields)


def found(article, *, now=None):
    """What is found, as (level, field) pairs."""
    return [(str(f.level), f.field) for f in checking.findings(article, now or timezone.now())]


def linking(address, words="there"):
    return make_draft(body=f'{BODY}<p><a href="{address}">{words}</a></p>')


def test_nothing_is_found_in_a_whole_story():
    image = make_image(caption="A ferry")
    assert (
        found(
            make_draft(
                lead_image=image, body=BODY + FIGURE.format(alt=' alt="Fog"', caption="<figcaption>F</figcaption>")
            )
        )
        == []
    )


@pytest.mark.parametrize("field", ["headline", "body"])
def test_a_story_without_words_is_stopped(field):
    article = make_draft()
    Article.objects.update(**{field: ""})
    article.refresh_from_db()
    assert ("error", field) in found(article)


def test_a_story_without_a_section_is_stopped():
    article = make_draft()
    article.section = None
    assert ("error", "section") in found(article)


@pytest.mark.parametrize("code", ["Bd24live/Zz", "Other/Hk", "by our correspondent"])
def test_a_byline_of_nobody_is_stopped(code):
    make_contributor(initials="Hk", outlet=make_outlet(code="Bd24live"))
    assert found(make_draft(byline_code=code)) == [("error", "byline_code")]


def test_a_byline_of_somebody_we_know_will_do():
    make_contributor(initials="Hk", outlet=make_outlet(code="Bd24live"))
    assert found(make_draft(byline_code="bd24LIVE/hk")) == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"alt_text": ""}, [("error", "lead_alt")]),
        ({"credit": ""}, [("warning", "lead_image")]),
        ({"alt_text": "", "credit": ""}, [("error", "lead_alt"), ("warning", "lead_image")]),
    ],
)
def test_a_lead_picture_needs_a_text_and_a_credit(fields, expected):
    assert found(make_draft(lead_image=make_image(**fields))) == expected


def test_the_text_that_the_picture_has_in_this_story_will_do():
    assert found(make_draft(lead_image=make_image(alt_text=""), lead_alt="Fog")) == []


@pytest.mark.parametrize("alt", ["", ' alt=""', ' alt="  "'])
def test_a_picture_in_the_text_needs_a_text(alt):
    body = BODY + FIGURE.format(alt=alt, caption="<figcaption>F</figcaption>")
    assert found(make_draft(body=body)) == [("error", "body")]


def test_a_picture_in_the_text_wants_a_caption():
    assert found(make_draft(body=BODY + FIGURE.format(alt=' alt="Fog"', caption=""))) == [("warning", "body")]


@pytest.mark.parametrize("address", ["", "#", "javascript:alert(1)", "#top"])
def test_an_empty_link_is_stopped(address):
    assert found(linking(address)) == [("error", "body")]


def test_a_link_without_words_is_stopped():
    assert found(linking("https://other.example/", words=" ")) == [("error", "body")]


def test_a_picture_will_do_for_the_words_of_a_link():
    assert found(linking("https://other.example/", words='<img src="/media/a.png" alt="Fog">')) == [("warning", "body")]


@pytest.mark.parametrize("address", ["www.example.com", "example.com/page", "?page=2"])
def test_an_address_that_is_not_whole_is_stopped(address):
    assert found(linking(address)) == [("error", "body")]


@pytest.mark.parametrize(
    "address",
    ["https://other.example/", "mailto:a@b.example", "//cdn.example/x", "/world/", "/bn/বিশ্ব/", "/tags/padma/", "/latest/",
     "/files/report.pdf", "/newsletter/"],
)  # fmt: skip
def test_other_links_are_none_of_our_business(address):
    make_section(name="World")
    make_section(name="বিশ্ব", language="bn")
    assert found(linking(address)) == []


@pytest.mark.parametrize("address", ["/sport/", "/bn/world/", "/tags/nobody/", "/authors/nobody/", "/a/b/c/d/e/"])
def test_a_link_to_a_page_that_we_do_not_have_is_stopped(address):
    make_section(name="World")
    assert found(linking(address)) == [("error", "body")]


def link_to(story, *, site=""):
    return linking(f"{site}{story.get_absolute_url()}")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, []),
        ({"language": "bn"}, []),
        ({"state": State.WITHDRAWN}, [("error", "body")]),
        ({"published": False}, [("error", "body")]),
        ({"hours_ago": -1}, [("error", "body")]),
        ({"hours_ago": 3, "unpublish_at": timezone.now() - HOUR}, [("error", "body")]),
    ],
)
@pytest.mark.parametrize("site", ["", "http://127.0.0.1:8000"])
def test_a_link_to_a_story_that_readers_cannot_open_is_stopped(fields, expected, site):
    other = make_article(body="<p>Something else altogether.</p>", **fields)
    article = link_to(other, site=site)
    assert found(article) == expected
    assert [finding.story for finding in checking.findings(article, timezone.now())] == [other] * len(expected)


def test_a_link_to_a_story_that_is_out_by_then_is_fine():
    now = timezone.now()
    other = make_article(body="<p>Something else altogether.</p>", publish_at=now + HOUR)
    article = link_to(other)
    article.publish_at = now + 2 * HOUR
    assert found(article, now=now) == []


def test_a_link_to_a_story_that_never_was_is_stopped():
    assert found(linking("/world/999999/gone/")) == [("error", "body")]


def test_a_story_may_link_to_itself():
    article = make_draft()
    Article.objects.update(body=f'{BODY}<p><a href="{article.get_absolute_url()}">above</a></p>')
    article.refresh_from_db()
    assert found(article) == []


@pytest.mark.parametrize(
    ("headline", "expected"), [("x" * 70, []), ("x" * 71, [("warning", "headline")]), ("ক্ষ" * 70, [])]
)
def test_a_headline_that_search_results_cut_is_asked_about(headline, expected):
    assert found(make_draft(headline=headline)) == expected


def test_a_story_without_standfirst_and_tags_is_asked_about():
    assert found(make_draft(standfirst=" ", tags=[])) == [("warning", "standfirst"), ("warning", "tags")]


def test_errors_come_first():
    levels = [
        level for level, _field in found(make_draft(tags=[], byline_code="x", lead_image=make_image(alt_text="")))
    ]
    assert levels == sorted(levels)


def test_the_changes_of_a_live_story_are_what_is_checked():
    article = make_draft(published=True)
    revising.save(article, take(article) | {"standfirst": "", "byline_code": "Nobody/Zz"}, by=None)
    article.refresh_from_db()
    assert found(article) == [("error", "byline_code"), ("warning", "standfirst")]


def test_somebody_whom_the_changes_name_and_who_is_gone_is_an_error():
    hasan = make_contributor(initials="Hk", outlet=make_outlet())
    article = make_draft(published=True)
    signed = {"byline_code": "Bd24live/Hk", "contributors": [{"id": hasan.pk, "name": "Hasan Kabir"}]}
    revising.save(article, take(article) | signed, by=None)
    Contributor.objects.all().delete()
    article.refresh_from_db()
    messages = [finding.message for finding in checking.errors(article, timezone.now())]
    assert any("Hasan Kabir" in message for message in messages)


# --- what the verbs make of it


def test_people_are_stopped_by_errors_and_told_all_of_them():
    article = make_draft(byline_code="Nobody/Zz", lead_image=make_image(alt_text=""))
    with pytest.raises(NewsroomError) as refused:
        workflow.publish(article, by=make_user(role=EDITOR))
    assert "Nobody/Zz" in str(refused.value)
    assert "alternative text" in str(refused.value)
    assert Article.objects.get().state == State.DRAFT


def test_the_system_is_stopped_by_no_check():
    workflow.publish(make_draft(byline_code="Nobody/Zz"), by=None)
    assert Article.objects.get().state == State.PUBLISHED


def test_people_are_not_stopped_by_warnings():
    workflow.publish(make_draft(tags=[], standfirst=""), by=make_user(role=EDITOR))
    assert Article.objects.get().state == State.PUBLISHED


@pytest.mark.parametrize("at", [None, HOUR])
def test_changes_with_errors_are_neither_published_nor_planned(at):
    article, now = make_draft(published=True), timezone.now()
    revising.save(article, take(article) | {"byline_code": "Nobody/Zz"}, by=None)
    with pytest.raises(NewsroomError):
        workflow.update(article, by=make_user(role=EDITOR), at=now + at if at else None, now=now)
    assert Article.objects.get().change_at is None


def test_a_new_time_for_what_readers_have_is_no_new_text():
    article = make_draft(published=True, byline_code="Nobody/Zz")
    workflow.publish(article, by=make_user(role=EDITOR), at=timezone.now() + HOUR)
    assert Article.objects.get().publish_at > timezone.now()


@pytest.mark.parametrize("number", [2, 20])
def test_the_checks_cost_the_same_whatever_is_there(number, django_assert_max_num_queries):
    others = make_articles(number=number)
    body = "".join(f'<p><a href="{story.get_absolute_url()}">{story.pk}</a></p>' for story in others)
    article = make_draft(body=body, byline_code="Bd24live/Hk")
    with django_assert_max_num_queries(6):
        checking.findings(article, timezone.now())

import datetime as dt

import pytest
from django.utils import timezone

from articles.models import Article, RelatedStory, StoryTerms
from articles.related import LIMIT, catch_up, related_to
from articles.translating import link
from articles.workflow import publish, update, withdraw
from tests.factories import make_article, make_articles, make_section, make_tag

pytestmark = pytest.mark.django_db

DAM = "Engineers opened the Kaptai dam on Monday after the reservoir rose above the danger mark. "
DAM_2 = "The Kaptai reservoir fell again after engineers closed the gates of the dam. "
BUDGET = "Parliament passed a budget that raises the tax on tobacco and spares farmers. "


def body(sentence, number=0):
    return f"<p>{sentence}</p><p>{' '.join(f'w{number}x{place}' for place in range(60))}</p>"


def related(story, **fields):
    """What readers see once the worker has been."""
    catch_up(now=timezone.now())
    return related_to(story, timezone.now(), **fields)


def test_the_same_event_comes_first_however_old():
    story = make_article(headline="Dam opened", body=body(DAM))
    make_articles(number=10)
    sport = make_section(name="Sport")
    event = make_article(headline="Dam closed", body=body(DAM_2, 1), section=sport, hours_ago=5000)
    assert related(story)[0] == event


def test_a_new_story_enters_the_list_of_an_older_one():
    older = make_article(headline="Dam opened", body=body(DAM), hours_ago=9)
    make_articles(number=10)
    assert len(related(older)) == LIMIT
    newer = make_article(headline="Dam closed", body=body(DAM_2, 1))
    assert related(older)[0] == newer


def test_shared_tags_come_before_the_section_and_the_section_before_the_rest():
    syria, truce = make_tag(name="Syria"), make_tag(name="Truce")
    story = make_article(headline="Alpha", body="<p>Aleph.</p>", tags=[syria, truce])
    sport = make_section(name="Sport")
    newest = make_article(headline="Beta", body="<p>Beth.</p>", section=sport, hours_ago=0.1)
    same_section = make_article(headline="Gamma", body="<p>Gimel.</p>", hours_ago=50)
    one_tag = make_article(headline="Delta", body="<p>Daleth.</p>", section=sport, tags=[syria], hours_ago=70)
    both = make_article(headline="Epsilon", body="<p>He.</p>", section=sport, tags=[syria, truce], hours_ago=90)
    assert related(story) == [both, one_tag, same_section, newest]


def test_filled_by_section_and_time_before_the_worker_has_been():
    story = make_article()
    elsewhere = make_article(section=make_section(name="Sport"), hours_ago=2)
    older, newer = make_article(hours_ago=9), make_article(hours_ago=3)
    assert related_to(story, timezone.now()) == [newer, older, elsewhere]


def test_never_itself():
    assert related(make_article(tags=[make_tag()])) == []


def test_filled_when_a_list_turns_out_to_be_one_text():
    story = make_article()
    copies = [make_article(headline=f"Copy {number}", hours_ago=100) for number in range(16)]
    make_articles(number=6)
    catch_up(now=timezone.now())
    RelatedStory.objects.all().delete()
    RelatedStory.objects.bulk_create([RelatedStory(article=story, other=copy, score=0.5) for copy in copies])
    StoryTerms.objects.filter(article__in=copies).update(same_text=copies[0].pk)
    assert len(related_to(story, timezone.now())) == LIMIT


def test_filled_from_anywhere_in_the_edition_when_nothing_is_shared():
    story = make_article(headline="Alpha", body=body("Aleph."), section=make_section(name="Sport"))
    others = make_articles(number=20)
    assert related(story) == others[:LIMIT]


def test_only_what_readers_may_see():
    story = make_article(tags=[make_tag()])
    make_article(published=False, tags=[make_tag()])
    make_article(publish_at=timezone.now() + dt.timedelta(hours=1), tags=[make_tag()])
    make_article(embargo_until=timezone.now() + dt.timedelta(hours=1), tags=[make_tag()])
    make_article(hours_ago=5, unpublish_at=timezone.now() - dt.timedelta(hours=1), tags=[make_tag()])
    assert related(story) == []


def test_a_scheduled_story_is_there_at_its_minute():
    now = timezone.now()
    story = make_article(headline="Dam opened", body=body(DAM))
    coming = make_article(headline="Dam closed", body=body(DAM_2, 1), publish_at=now + dt.timedelta(hours=1))
    assert related(story) == []
    assert related_to(story, now + dt.timedelta(hours=1)) == [coming]


def test_a_withdrawn_story_is_out_before_the_worker_has_been():
    story, other = (make_article(headline=f"Dam {n}", body=body(DAM, n)) for n in range(2))
    assert related(story) == [other]
    withdraw(other, by=None, reason="Wrong dam.")
    assert related_to(story, timezone.now()) == []


def test_a_story_that_is_close_to_many_comes_after_one_that_is_close_to_few():
    story, roundup, report, *others = (make_article(headline=f"Dam {n}", body=body(DAM, n)) for n in range(9))
    catch_up(now=timezone.now())
    RelatedStory.objects.all().delete()
    rows = [(story, roundup, 0.50), (story, report, 0.49), *((roundup, other, 0.5) for other in others)]
    RelatedStory.objects.bulk_create(RelatedStory(article=a, other=b, score=score) for a, b, score in rows)
    assert related_to(story, timezone.now())[:2] == [report, roundup]


def test_an_update_changes_the_list():
    story = make_article(headline="Dam opened", body=body(DAM))
    dam = make_article(headline="Dam closed", body=body(DAM_2, 1), hours_ago=8)
    budget = make_article(headline="Budget passed", body=body(BUDGET, 2), hours_ago=9)
    assert related(story)[0] == dam
    Article.objects.filter(pk=story.pk).update(headline="Budget", body=body(BUDGET, 3), version=2)
    assert related(story)[0] == budget
    assert related(budget)[0].pk == story.pk


def test_only_of_the_same_edition():
    story = make_article(tags=[make_tag()])
    make_article(headline="ফেরি", language="bn", tags=[make_tag()])
    assert related(story) == []


def test_a_translation_stands_in_no_list_of_the_other_edition():
    story = make_article(headline="Dam opened", body=body(DAM))
    told = make_article(headline="Dam opened", body=body(DAM_2, 1), language="bn")
    here, there = make_article(headline="Dam closed", body=body(DAM_2, 2)), make_article(language="bn")
    link(story, told, by=None)
    assert (related(story), related(told)) == ([here], [there])


def test_bangla_words_match_whatever_their_case_ending():
    story = make_article(headline="প্রধানমন্ত্রীর সফর", language="bn", body=body("পদ্মা সেতুতে প্রধানমন্ত্রী।"))
    make_article(headline="ক্রিকেট", language="bn", body=body("দল জিতেছে।", 1))
    same = make_article(
        headline="সেতু উদ্বোধন", language="bn", body=body("প্রধানমন্ত্রীকে পদ্মা সেতুর ফলক দেখানো হয়।", 2), hours_ago=99
    )
    assert related(story)[0] == same


def test_of_two_that_have_little_in_common_the_one_of_the_section_comes_first():
    sport = make_section(name="Sport")
    story = make_article(headline="Dam opened", body=body(DAM), section=sport)
    elsewhere = make_article(headline="Dam closed", body=body(DAM_2, 1), hours_ago=2)
    here = make_article(headline="Dam closed", body=body(DAM_2, 2), section=sport, hours_ago=3)
    assert related(story) == [here, elsewhere]


def test_a_word_or_two_are_no_reason_to_leave_the_section():
    sport = make_section(name="Sport")
    story = make_article(
        headline="Portal", body=body("Engineers opened a portal for jobs above the dam."), section=sport
    )
    here = [make_article(headline=f"Race {n}", body=body("Runners ran.", n + 1), section=sport) for n in range(3)]
    elsewhere = make_article(headline="Dam opened", body=body(DAM, 9), hours_ago=0.1)
    assert related(story) == [*reversed(here), elsewhere]


def test_limit_holds():
    make_articles(number=20)
    assert len(related(make_article(), limit=3)) == 3


@pytest.mark.parametrize("number", [LIMIT, 20])
def test_a_full_list_costs_one_query(django_assert_num_queries, number):
    others = [make_article(headline=f"Dam {n}", body=body(DAM, n)) for n in range(number)]
    story = make_article(headline="Dam", body=body(DAM, number))
    catch_up(now=timezone.now())
    with django_assert_num_queries(1):
        assert set(related_to(story, timezone.now())) <= set(others)


def test_what_a_text_no_longer_excludes_is_back_in_its_place():
    story, best, other = make_article(), make_article(hours_ago=900), make_article(hours_ago=800)
    make_articles(number=20)
    rows = [RelatedStory(article=story, other=best, score=0.9, kind=RelatedStory.Kind.EXCLUDED)]
    RelatedStory.objects.bulk_create([*rows, RelatedStory(article=story, other=other, score=0.5)])
    assert related_to(story, timezone.now())[0] == other
    story.related_choices = {"pinned": [], "excluded": []}
    assert related_to(story, timezone.now())[:2] == [best, other]


@pytest.mark.parametrize("number", [2, 20])
def test_what_a_short_list_is_filled_with_costs_one_more(django_assert_num_queries, number):
    make_articles(number=number)
    story = make_article()
    catch_up(now=timezone.now())
    RelatedStory.objects.all().delete()
    with django_assert_num_queries(2):
        assert related_to(story, timezone.now())


@pytest.mark.parametrize("text", ["", "<p>Word</p>", f"<p>{'word ' * 300_000}</p>"])
def test_a_story_of_no_word_one_word_or_very_many_has_a_list(text):
    story, other = make_article(headline="?", body=text), make_article()
    assert related(story) == [other]


def test_publishing_makes_a_story_due_once():
    story = make_article(published=False)
    catch_up(now=timezone.now())
    publish(story, by=None)
    assert Article.objects.terms_due().get() == story
    assert catch_up(now=timezone.now()) == 3
    assert catch_up(now=timezone.now()) == 0


def test_an_unchanged_update_keeps_the_list(django_assert_max_num_queries):
    story = make_article()
    catch_up(now=timezone.now())
    update(story, by=None)
    assert catch_up(now=timezone.now()) == 0

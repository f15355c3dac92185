"""Story templates: offered where a story is begun, made by chief editors, and never published with their prompts."""

import pytest
from django.utils import timezone

from articles import checking, workflow
from articles.exceptions import NewsroomError
from articles.models import Article, StoryTemplate
from articles.prompts import prompts_in
from articles.states import CHIEF_EDITOR, EDITOR, REPORTER
from newsportal.core.sanitising import sanitise
from tests.articles.test_admin_articles import ADD, fields
from tests.factories import make_article, make_section, make_user

pytestmark = pytest.mark.django_db
TEMPLATES = "/admin/articles/storytemplate/"


def make_template(**facts):
    facts = {"name": "Flood report", "headline": "Water at [[place]]", "body": "<p>[[how high]]</p>", **facts}
    return StoryTemplate.objects.create(**facts)


@pytest.fixture
def reporter(client):
    client.force_login(make_user(role=REPORTER))


def test_both_editions_have_three_from_the_start():
    assert [StoryTemplate.objects.filter(language=code).count() for code in ("en", "bn")] == [3, 3]
    assert {"Match report", "Brief", "Obituary"} == set(
        StoryTemplate.objects.filter(language="en").values_list("name", flat=True)
    )


def test_what_they_hold_is_as_it_would_be_saved():
    for template in StoryTemplate.objects.all():
        assert sanitise(template.body) == template.body
        assert prompts_in(template.headline, template.body)


def test_they_are_offered_where_a_story_is_begun(client, reporter):
    make_template()
    page = client.get(ADD).content.decode()
    assert page.index(">Match report</a>") < page.index(">Obituary</a>")
    assert ">Flood report</a>" in page


def test_one_that_is_not_offered_is_not(client, reporter):
    template = make_template(is_offered=False)
    assert "Flood report" not in client.get(ADD).content.decode()
    assert "Water at" not in client.get(f"{ADD}?template={template.pk}").content.decode()


def test_the_form_is_shaped_by_it(client, reporter):
    section = make_section(name="Climate")
    template = make_template(section=section, kicker="Rivers", story_type="feature", weight=1, tags="Padma, Flood")
    answer = client.get(f"{ADD}?template={template.pk}")
    form = answer.context["adminform"].form
    shown = {name: form[name].value() for name in ("section", "story_type", "weight", "kicker", "headline", "tags")}
    assert shown == {
        "section": section.pk, "story_type": "feature", "weight": 1, "kicker": "Rivers",
        "headline": "Water at [[place]]", "tags": "Padma, Flood",
    }  # fmt: skip
    assert "[[how high]]" in answer.content.decode()
    assert not Article.objects.exists()


def test_what_is_written_on_it_is_saved_as_any_story(client, reporter):
    template = make_template()
    client.post(f"{ADD}?template={template.pk}", fields(headline="Water at Chandpur", _continue="1"))
    assert Article.objects.get().headline == "Water at Chandpur"


@pytest.mark.parametrize("asked", ["", "x", "-1", "99999", "9" * 40, "१"])
def test_a_template_that_is_not_there_gives_an_empty_form(client, reporter, asked):
    assert client.get(f"{ADD}?template={asked}").status_code == 200


def test_a_story_with_a_prompt_left_in_it_is_not_published():
    article = make_article(headline="Water at [[place]]", body="<p>[[how high]] and [sic]</p>", published=False)
    found = [finding for finding in checking.errors(article, timezone.now()) if "[[" in finding.message]
    assert [finding.field for finding in found] == ["headline", "body"]
    with pytest.raises(NewsroomError, match="how high"):
        workflow.publish(article, by=make_user(role=EDITOR))


def test_prompts_are_found_once_and_brackets_of_others_are_none():
    assert prompts_in("[[a]] [b] [[ a ]]", "[[c d]] [[]] [[<b>]] a[[0]") == ["a", "c d"]


def test_chief_editors_make_them(client):
    client.force_login(make_user(role=CHIEF_EDITOR))
    facts = {"language": "en", "name": "Flood report", "position": 9, "is_offered": "on", "story_type": "news"}
    client.post(f"{TEMPLATES}add/", facts | {"weight": 0, "body": "<p>[[how high]]</p><script>x</script>"})
    assert StoryTemplate.objects.get(name="Flood report").body == "<p>[[how high]]</p>"
    assert client.get(TEMPLATES).status_code == 200


def test_a_section_of_the_other_edition_is_refused(client):
    client.force_login(make_user(role=CHIEF_EDITOR))
    section = make_section(name="বিশ্ব", language="bn")
    facts = {"language": "en", "name": "Flood report", "position": 9, "story_type": "news", "weight": 0}
    answer = client.post(f"{TEMPLATES}add/", facts | {"section": section.pk})
    assert "This section belongs to the other edition." in answer.content.decode()


@pytest.mark.parametrize("role", [REPORTER, EDITOR])
def test_others_may_not_change_them(client, role):
    client.force_login(make_user(role=role))
    template = make_template()
    client.post(f"{TEMPLATES}{template.pk}/change/", {"name": "Mine"})
    template.refresh_from_db()
    assert template.name == "Flood report"
    assert client.get(f"{TEMPLATES}add/").status_code == 403

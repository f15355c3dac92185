"""The form in which a story is written."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles import bylines, contents, crediting, merging, revising
from articles.exceptions import BadByline, NewsroomError
from articles.forms.credits import CreditsField
from articles.forms.credits import to_lines as to_names
from articles.forms.moments import MomentInput
from articles.forms.related import StoriesField, to_lines
from articles.models import Article, Revision, Tag
from articles.recognising import outlet_codes, take_code
from articles.related import steering
from articles.scheduling import TIMES
from newsportal.core.fields import validate_slug
from newsportal.core.sanitising import sanitise


class ArticleForm(forms.ModelForm):
    """Checks what the model cannot: the byline code, the edition of the section, and that nobody saved in between.

    `base` is the number of the revision that the form was opened on. When the story has gone on since, both texts are
    merged; where they collide, the form comes back with theirs beside mine and asks (`choose_<field>`).
    `create_missing` is only shown once it is needed.
    """

    base = forms.IntegerField(widget=forms.HiddenInput, required=False)
    create_missing = forms.BooleanField(
        label=_("Create what the byline code names and nobody knows yet"), required=False
    )
    credits = CreditsField(
        label=_("Names in the byline"),
        help_text=_(
            "One a line, such as “Pictures: Karim Ahmed”. Whoever the byline code names is added by itself; a name "
            "that nobody of the house has is a guest’s."
        ),
    )
    pinned = StoriesField(
        label=_("Shown first"), help_text=_("Related stories in their order, one a line: number or address.")
    )
    excluded = StoriesField(label=_("Never shown"), help_text=_("Stories that do not belong beside this one."))

    class Meta:
        model = Article
        fields = (
            *("language", "section", "story_type", "kicker", "headline", "slug", "standfirst", "dateline", "body"),
            *("lead_image", "lead_alt", "lead_caption", "byline_code", "agency", "tags", "weight"),
            *TIMES,
        )
        field_classes = dict.fromkeys(TIMES, forms.DateTimeField)
        widgets = {**dict.fromkeys(TIMES, MomentInput(seconds=True)), "standfirst": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.resolved: bylines.ResolvedByline | None = None
        # Whether it has made records for its byline.
        self.created = False
        # The code that was taken out of the body.
        self.taken = ""
        self.collision: revising.Collision | None = None
        # The revision that what was typed is written on, while a collision waits for its choices.
        self.written_on: int | None = None
        self.unsaved: Revision | None = getattr(self.instance, "unsaved", None)
        if self.instance.pk:
            self._fill()
        if not (self.is_bound and self.data.get(self.add_prefix("create_missing"))):
            self.fields["create_missing"].widget = forms.HiddenInput()

    def _fill(self) -> None:
        """What the form shows first: the newest text, or what this person wrote later and has not saved."""
        shown = self.unsaved or self.instance.head
        if shown is None:
            # The story has no revision yet: the first, made from its row, will be number 1.
            self.initial |= {"base": 1, **contents.choices_of(self.instance)}
            self.initial["credits"] = contents.credits_of(self.instance)
            return
        content = revising.text_of(self.instance, shown.number, shown)
        for name in (*contents.PLAIN, *contents.CHOICES):
            self.initial[name] = content.get(name)
        for name in ("section", "lead_image"):
            self.initial[name] = (content.get(name) or {}).get("id")
        self.initial["credits"] = content.get("contributors")
        self.initial["tags"] = [Tag(name=name) for name in content.get("tags") or []]
        self.initial["base"] = self.unsaved.base if self.unsaved else shown.number

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"]
        if slug:
            validate_slug(slug)
        return slug

    def clean_byline_code(self) -> str:
        """The code as it will be printed. What it names is looked up in `clean`, when the tick box is known."""
        code = self._taken_from_the_body(self.cleaned_data["byline_code"])
        if not code:
            return ""
        try:
            self.resolved = bylines.resolve(bylines.parse(code))
        except BadByline as error:
            raise forms.ValidationError(str(error)) from None
        return str(self.resolved.parsed)

    def _taken_from_the_body(self, code: str) -> str:
        """The code, or the one at the end of a pasted body, which leaves the text unless it is not `code`."""
        body, found = take_code(sanitise(self.cleaned_data.get("body") or ""), outlet_codes())
        if found is None or (code and code.casefold() != str(found).casefold()):
            return code
        self.cleaned_data["body"], self.taken = body, str(found)
        self._show({"body": body, "byline_code": code or str(found)})
        return code or str(found)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        section, language = cleaned.get("section"), cleaned.get("language")
        if section and language and section.language != language:
            self.add_error("section", gettext("This section belongs to the other edition."))
        up, down = cleaned.get("publish_at"), cleaned.get("unpublish_at")
        if up and down and down <= up:
            self.add_error("unpublish_at", gettext("The story would be taken down before it appears."))
        self._check_byline(create=cleaned.get("create_missing", False))
        self._check_choices(cleaned)
        if self.instance.pk and not self.errors:
            self._bring_up_to_date()
        elif self.instance.pk:
            self._keep_choices()
        return cleaned

    def content(self) -> contents.Content:
        """The text of a valid form, with the records that its byline asked for; missing ones must exist by now."""
        return self._signed({})

    def _check_byline(self, *, create: bool) -> None:
        if self.resolved is None or self.resolved.is_complete:
            return
        if create:
            self.resolved, self.created = bylines.create_missing(self.resolved), True
            return
        self.fields["create_missing"].widget = forms.CheckboxInput()
        message = gettext("Nobody knows %(unknown)s yet. Correct the code, or tick the box below to create it.")
        self.add_error("byline_code", message % {"unknown": self.resolved.unknown})

    def _check_choices(self, cleaned: dict[str, Any]) -> None:
        """What is pinned is not excluded; what may be in neither is refused. A form without the fields says nothing."""
        for name in contents.CHOICES:
            if self.add_prefix(name) not in self.data:
                cleaned.pop(name, None)
        pinned = {story["id"] for story in cleaned.get("pinned") or []}
        if cleaned.get("excluded"):
            cleaned["excluded"] = [story for story in cleaned["excluded"] if story["id"] not in pinned]
        for name in contents.CHOICES:
            try:
                steering.check(name, cleaned.get(name) or [], beside=self.instance.pk, language=cleaned.get("language"))
            except NewsroomError as error:
                self.add_error(name, str(error))

    def _bring_up_to_date(self) -> None:
        """The row is locked until the save that follows, so that of two saves at once the second is told."""
        story = Article.objects.select_for_update(of=("self",)).get(pk=self.instance.pk)
        head = revising.head_of(story)
        base = self.cleaned_data.get("base") or head.number
        opened_on = story.revisions.filter(number=base).values_list("content", flat=True).first() or {}
        mine = self._chosen(revising.clean(self._signed(opened_on)), head)
        if base != head.number:
            try:
                mine = revising.brought_up_to_date(story, mine, head=head, base=base)
            except revising.Collision as collision:
                self._ask(collision, base)
                return
        self.merged = mine

    def _signed(self, before: contents.Content) -> contents.Content:
        """The form's text, written on `before`, with its whole byline."""
        mine = contents.taken_from_form(self.cleaned_data, self.resolved)
        listed = self.cleaned_data["credits"] if self.add_prefix("credits") in self.data else None
        # Whom the form has made was not there when the code was first written.
        return crediting.credited(mine, before | ({"byline_code": ""} if self.created else {}), listed)

    def _chosen(self, mine: contents.Content, theirs: Revision) -> contents.Content:
        """`mine` with their text in the places where this person chose it after a collision."""
        return mine | self._chosen_parts(theirs)

    def _chosen_parts(self, theirs: Revision) -> contents.Content:
        """What was chosen of their text after a collision; a byline is one thing."""
        parts = {"byline_code": tuple(merging.BYLINE)}
        names = [part for name in self._choices() for part in parts.get(name, (name,))]
        return {name: theirs.content.get(name) for name in names}

    def _choices(self) -> list[str]:
        return [name for name in contents.FIELDS if self.data.get(f"choose_{name}") == "theirs"]

    def _keep_choices(self) -> None:
        """The form comes back for another reason: what was chosen after a collision goes into its fields."""
        theirs = self.instance.revisions.filter(number=self.cleaned_data.get("base") or 0).first()
        if theirs and self._choices():
            self._show(self._chosen_parts(theirs))

    def _show(self, content: contents.Content) -> None:
        """Puts a text, or some fields of one, into the bound fields."""
        self.data = self.data.copy()
        for name, value in content.items():
            if name in contents.PLAIN:
                self.data[self.add_prefix(name)] = "" if value is None else str(value)
            elif name in ("section", "lead_image"):
                self.data[self.add_prefix(name)] = str((value or {}).get("id") or "")
            elif name in contents.CHOICES:
                self.data[self.add_prefix(name)] = to_lines(value)
            elif name == "contributors":
                self.data[self.add_prefix("credits")] = to_names(value)
            elif name == "tags":
                self.data[self.add_prefix(name)] = ", ".join(value or [])

    def _ask(self, collision: revising.Collision, base: int) -> None:
        """The form comes back on their revision, merged but for the collisions; mine stays in the fields."""
        self.collision, self.written_on, by = collision, base, collision.theirs.by
        self._show(collision.merged.content)
        self.data[self.add_prefix("base")] = str(collision.theirs.number)
        self.add_error(
            None,
            gettext(
                "%(who)s saved this story after you opened it, and you both changed the same places. Nothing was "
                "overwritten: choose for each place, or work both together in its field, then save again."
            )
            % {"who": (by.get_full_name() or by.get_username()) if by else gettext("Somebody")},
        )

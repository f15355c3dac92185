"""The forms in which pictures come into the library."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles import imaging
from articles.models import Image
from newsportal.core.pictures import read_bounded

FOCUS = ("focal_x", "focal_y")
ACCEPTED = "image/jpeg,image/png,image/webp,image/avif,image/gif"
# Of one form; a browser with scripts sends them one by one.
MOST_FILES = 50


class ImageForm(forms.ModelForm):
    """Checks a picture before anything of it is stored; what is stored was decoded and written anew.

    What is left empty with a new picture is taken from what its file says. After `is_valid`, `notes` are sentences on
    what was changed in the file, and `replaced` is the name of the file that the new one takes the place of.
    """

    file = forms.FileField(
        label=_("File"),
        help_text=_("JPEG, PNG, WebP, AVIF or GIF, up to 25 MB."),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )

    class Meta:
        model = Image
        fields = ("file", *imaging.WORDS, *FOCUS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = not self.instance.pk
        for name in FOCUS:
            self.fields[name].required = False
        if self.instance.pk:
            self.fields["file"].label = _("Replace the file")
            self.fields["file"].help_text = _("Every page that shows the picture shows the new one.")
        self.notes: list[str] = []
        self.replaced = ""
        self.said: dict[str, str] = {}

    def clean_focal_x(self) -> int:
        return self._point("focal_x")

    def clean_focal_y(self) -> int:
        return self._point("focal_y")

    def _point(self, name: str) -> int:
        """An empty field leaves the point where it is."""
        value = self.cleaned_data[name]
        return getattr(self.instance, name) if value is None else value

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if not upload or upload == self.initial.get("file"):
            return self.instance.file
        data = read_bounded(upload)
        image = Image(pk=self.instance.pk)
        self.notes = imaging.attach(image, data)
        if twin := imaging.twin_of(image):
            raise forms.ValidationError(gettext("This picture is in the library already, as “%s”.") % twin)
        self.replaced = self.instance.file.name or ""
        self.said = {} if self.instance.pk else imaging.words_of(data, upload.name)
        self.instance.digest, self.instance.kept_digest = image.digest, image.kept_digest
        return image.file.file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name, said in self.said.items():
            cleaned[name] = cleaned.get(name) or said
        return cleaned


class SeveralFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """One or more files; the value is their list."""

    widget = SeveralFilesInput(attrs={"accept": ACCEPTED})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = list(data) if isinstance(data, list | tuple) and data else [None]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(gettext("At most %(number)s pictures at once.") % {"number": MOST_FILES})
        # Empty ones are refused one by one, where the library says which.
        return [file if file and file.size == 0 else super(SeveralFilesField, self).clean(file) for file in files]


class UploadForm(forms.Form):
    """Several pictures at once, and what is to be said of all of them; the rest is taken from what each file says."""

    files = SeveralFilesField(label=_("Pictures"), help_text=_("JPEG, PNG, WebP, AVIF or GIF, up to 25 MB each."))
    credit = forms.CharField(
        label=_("Credit for all of them"), max_length=160, required=False, help_text=_("Empty: what each file says.")
    )
    source = forms.CharField(label=_("Source for all of them"), max_length=160, required=False)
    licence = forms.CharField(label=_("Licence for all of them"), max_length=300, required=False)

    @property
    def words(self) -> dict[str, str]:
        """What was typed for all."""
        return {name: self.cleaned_data[name] for name in ("credit", "source", "licence") if self.cleaned_data[name]}

"""The form in which a picture comes into the library."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles import imaging
from articles.models import Image
from newsportal.core.pictures import read_bounded

FOCUS = ("focal_x", "focal_y")


class ImageForm(forms.ModelForm):
    """Checks a picture before anything of it is stored; what is stored was decoded and written anew.

    After `is_valid`, `notes` are sentences on what was changed in the file, and `replaced` is the name of the file that
    the new one takes the place of ("" for none).
    """

    file = forms.FileField(
        label=_("File"),
        help_text=_("JPEG, PNG, WebP, AVIF or GIF, up to 25 MB."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/avif,image/gif"}),
    )

    class Meta:
        model = Image
        fields = ("file", "title", "alt_text", "caption", "credit", "focal_x", "focal_y")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = not self.instance.pk
        for name in FOCUS:
            self.fields[name].required = False
        self.notes: list[str] = []
        self.replaced = ""

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
        image = Image()
        self.notes = imaging.attach(image, data)
        twin = Image.objects.filter(digest=image.digest).exclude(pk=self.instance.pk).first()
        if twin:
            raise forms.ValidationError(gettext("This picture is in the library already, as “%s”.") % twin)
        self.replaced = self.instance.file.name or ""
        self.instance.digest = image.digest
        return image.file.file

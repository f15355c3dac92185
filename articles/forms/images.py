"""The form in which a picture comes into the library."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles import imaging
from articles.models import Image
from newsportal.core.pictures import read_bounded


class ImageForm(forms.ModelForm):
    """Checks a picture before anything of it is stored; what is stored was decoded and written anew."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("JPEG, PNG, WebP or GIF, up to 25 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}),
    )

    class Meta:
        model = Image
        fields = ("file", "title", "alt_text", "caption", "credit")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = not self.instance.pk
        self.upload: bytes | None = None

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if not upload or upload == self.initial.get("file"):
            return self.instance.file
        data = read_bounded(upload)
        image = Image()
        imaging.attach(image, data)
        twin = Image.objects.filter(digest=image.digest).exclude(pk=self.instance.pk).first()
        if twin:
            raise forms.ValidationError(gettext("This picture is in the library already, as “%s”.") % twin)
        self.instance.digest = image.digest
        return image.file.file

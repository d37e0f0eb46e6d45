"""The wording check in forms: a text that frightens people is refused on save, with the sentence and the reason.

Every page of the admin checks its free texts by itself (`portal.ui.admin_base`); other doors, such as an import, call
`no_deterring_words`. The patterns and their examples stand in `portal.kernel.wording`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from portal.kernel.wording import Deterrent, findings

#: Why each kind of phrase is refused, and what to write instead.
EXPLANATIONS: Mapping[Deterrent, str | Promise] = {
    Deterrent.LAW: _(
        "The sentence “{sentence}” frightens people with courts and punishment."
        " Say what they can do and what follows for them."
    ),
    Deterrent.BLAME: _(
        "The sentence “{sentence}” puts the burden on whoever writes. Say “write what you know, in your own words”."
    ),
    Deterrent.PROOF: _(
        "The sentence “{sentence}” warns those who cannot prove what they say. Nobody needs proof to write to us."
    ),
    Deterrent.NAMELESS: _(
        "The sentence “{sentence}” turns away those who give no name. Say how they can read the answer without it."
    ),
    Deterrent.FORBIDDEN: _(
        "The sentence “{sentence}” forbids people to speak or to object. Say where and how they can do it."
    ),
    Deterrent.TONE: _(
        "The sentence “{sentence}” makes the tone a condition. Every message is answered, however it is worded."
    ),
    Deterrent.LOSS: _(
        "The sentence “{sentence}” says that speaking does people harm. Nobody loses anything by writing to us."
    ),
    Deterrent.WATCHED: _(
        "The sentence “{sentence}” tells people that they are watched. Say what is kept and what is not."
    ),
}
LAW = _(
    "(Article 9, clause 4 of the charter of citizens’ rights: no notice may keep people from criticising.)"
)


def no_deterring_words(value: Any) -> None:
    """Refuse a text, or texts inside lists and mappings, that keep people from speaking; raises ValidationError."""
    found = [finding for text in _texts(value) for finding in findings(text)]
    if found:
        words = [format_html(str(EXPLANATIONS[one.deterrent]), sentence=one.sentence) for one in found]
        raise ValidationError([*words, str(LAW)], "deterring")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)


def check_texts(form: type[forms.ModelForm], private: frozenset[str]) -> None:
    """Let every free text of a form be checked on save, except the fields named in `private`."""
    for name, field in form.base_fields.items():
        if name not in private and is_free_text(field) and no_deterring_words not in field.validators:
            field.validators = [*field.validators, no_deterring_words]


def is_free_text(field: forms.Field) -> bool:
    """Tell whether people write words of their own into a field."""
    secret = isinstance(field.widget, forms.PasswordInput | forms.HiddenInput)
    return isinstance(field, forms.CharField) and not secret

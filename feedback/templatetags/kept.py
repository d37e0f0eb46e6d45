"""Parts of pages that are made of reference data alone, drawn once for as long as those do not change (decision 31)."""

from django import template

from feedback.selectors import reference_lately
from portal.templatetags.page import Constant

register = template.Library()


class Kept(Constant):
    """A part of a template that is the same on every page of a language under one mark."""

    def render(self, context: template.Context) -> str:
        return reference_lately().draw((self, self.key(context)), lambda: self.parts.render(context))


@register.tag
def kept(parser: template.base.Parser, token: template.base.Token) -> Kept:
    """Render what stands between `{% kept %}` and `{% endkept %}` once per language, until the reference data change.

    Beside words and addresses it may show rows of the tables that have a mark, and nothing else: nothing of the
    request or the reader. Views hand it rows that are not read before they are looked at (`SimpleLazyObject`). What
    hangs on something more, such as which service is shown, names it: `{% kept service.code %}`.
    """
    return Kept.between(parser, token)

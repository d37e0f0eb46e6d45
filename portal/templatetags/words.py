"""Django's `i18n` with one difference: words that stand in a template as they are get translated once a process.

Our templates have it built in. A page says some seventy such words; to ask the catalogue for each of them again was a
third of what a plain page cost.
"""

from django import template
from django.templatetags import i18n

from portal.templatetags.page import Constant

register = template.Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)


@register.tag("trans")
@register.tag("translate")
def translate(parser: template.base.Parser, token: template.base.Token) -> template.Node:
    """Translate a word or sentence, with all that Django's tag of this name takes."""
    words: i18n.TranslateNode = i18n.do_translate(parser, token)
    said = words.filter_expression
    is_fixed = said.var.literal is not None and not said.filters
    return Constant(words) if is_fixed and not words.asvar and not words.message_context else words

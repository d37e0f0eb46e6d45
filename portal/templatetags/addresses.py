"""Django's `url` with one difference: an address that stands in a template as it is gets looked up once a process.

Our templates have it built in. An address depends on the language and the table of addresses, as `Constant` does.
"""

from django import template
from django.template import defaulttags

from portal.templatetags.page import Constant

register = template.Library()


@register.tag
def url(parser: template.base.Parser, token: template.base.Token) -> template.Node:
    """Return the address of a page, with all that Django's tag of this name takes."""
    address: defaulttags.URLNode = defaulttags.url(parser, token)
    parts = (address.view_name, *address.args, *address.kwargs.values())
    is_fixed = not any(part.is_var or part.filters for part in parts)
    return Constant(address) if is_fixed and not address.asvar else address

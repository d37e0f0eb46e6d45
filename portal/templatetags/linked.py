"""Data about a page for machines, beside the page itself."""

import json
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

#: What could end the element, in the spelling of JSON.
MARKS = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


@register.simple_tag
def linked_data(data: dict[str, Any] | None) -> SafeString:
    """Draw linked data (JSON-LD) in a block that no browser runs, so that the content policy has nothing against it."""
    if not data:
        return SafeString("")
    written = SafeString(json.dumps(data, ensure_ascii=False).translate(MARKS))
    return format_html('<script type="application/ld+json">{}</script>\n', written)

"""A draft for the demo, with a few changes and its rehearsal, so that the pages of the rules show something."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from directory.models import User
from routing.enums import Kind
from routing.models import Rule, RuleSet
from routing.policy import Keyword, RuleSpec
from routing.selectors import rules_of
from routing.services.drafts import add_rule, add_word, change_rule, first_rule_of, new_draft
from routing.services.rehearsals import rehearse

#: A rule that takes many cases away from where they belong, so that the rehearsal has something to tell.
GREEDY = RuleSpec(
    id="", unit="IT", kinds=frozenset({Kind.SUGGESTION}), always=20, keywords=(Keyword("ساجات", 20),)
)


@transaction.atomic
def seed_demo_draft(*, at: datetime) -> RuleSet | None:
    """Return a draft made from the rules in force and its rehearsal asked for; None where there is a draft already."""
    published = RuleSet.objects.in_force().first()
    if published is None or RuleSet.objects.exclude(pk=published.pk).exists():
        return None
    editor = User.objects.filter(is_superuser=True).first()
    draft = new_draft(source=published, name=_("Draft for trying out"), actor=editor, at=at)
    code = first_rule_of(draft.pk, "STAT")
    if code is not None:
        add_word(ruleset_id=draft.pk, code=code, phrase="داده مکانی", weight=6, actor=editor, at=at)
        _explain(draft, code, editor, at)
    add_rule(ruleset_id=draft.pk, spec=GREEDY, actor=editor, at=at)
    rehearse(ruleset_id=draft.pk, actor=editor, at=at)
    return draft


def _explain(draft: RuleSet, code: str, editor: User | None, at: datetime) -> None:
    spec = next(spec for spec in rules_of(draft.pk) if spec.id == code)
    rule = Rule.objects.get(ruleset=draft, code=code)
    newest = draft.changes.latest("pk").pk
    note = replace(spec, note=_("with maps and spatial data"))
    change_rule(rule_id=rule.pk, spec=note, seen=newest, actor=editor, at=at)

"""Made-up sorting of the demo's comments, so that the themes of its quarters show something."""

import json
from datetime import datetime
from random import Random

from directory.enums import Role
from directory.models import Membership, User
from portal.kernel import jalali
from surveys.enums import VISIT_SURVEY
from surveys.models import AnswerValue, Coding, Theme
from surveys.services.versions import DATA

#: Places in the codebook of what each comment of the demo is about.
ABOUT = ((1,), (2, 3), (4, 7), (1,), (3,), (2,), (5,), (6,), (2, 7), (3,))

#: Shares of comments that somebody sorted, that a second person sorted too, and that the two see differently.
SORTED, CHECKED, DIFFERENT = 0.85, 0.15, 0.12


def seed_demo_themes(now: datetime) -> int:
    """Sort most of the demo's comments of the service survey, some of them twice, once; return how many."""
    people = [_somebody(Role.MANAGER), User.objects.filter(is_superuser=True).first()]
    themes = list(Theme.objects.filter(questionnaire__slug=VISIT_SURVEY).order_by("order"))
    if None in people or len(themes) < len(ABOUT) - 2 or Coding.objects.exists():
        return 0
    texts = json.loads((DATA / "demo-comments.json").read_text(encoding="utf-8"))[VISIT_SURVEY]
    words = AnswerValue.objects.filter(text__in=texts, item__version__questionnaire__slug=VISIT_SURVEY)
    day = jalali.local(now).date()
    codings: list[Coding] = []
    found: list[tuple[int, ...]] = []
    for pk, text in words.order_by("id").values_list("pk", "text"):
        chance = Random(str(pk))  # noqa: S311 - no secret
        if chance.random() > SORTED:
            continue
        own = ABOUT[texts.index(text)]
        for place in range(1 + (chance.random() < CHECKED)):
            is_other = place == 1 and chance.random() < DIFFERENT
            codings.append(Coding(answer_id=pk, is_second=place == 1, coded_by=people[place], coded_on=day))
            found.append(own[:1] if is_other and len(own) > 1 else own)
    Coding.objects.bulk_create(codings)
    through = Coding.themes.through
    through.objects.bulk_create(
        through(coding_id=coding.pk, theme_id=themes[place - 1].pk)
        for coding, places in zip(codings, found, strict=True)
        for place in places
    )
    return len(codings)


def _somebody(role: Role) -> User | None:
    held = Membership.objects.active().filter(role=role).select_related("user").first()
    return held.user if held else None

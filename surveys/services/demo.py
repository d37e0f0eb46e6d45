"""Made-up responses for trying the portal out: plausible, the same on every machine, spread over three months."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.db import transaction

from directory.models import Service
from portal.kernel import jalali
from surveys import policy
from surveys.enums import WRITTEN, ItemKind, Mode
from surveys.models import AnswerValue, Response, Version
from surveys.selectors import open_surveys
from surveys.services.intake import judged_response
from surveys.services.versions import DATA

#: Responses for each survey, and the days before today that they are spread over.
RESPONSES, DAYS = 120, 90

#: How content people are on a scale of five, and how much they differ among and within themselves.
MOOD, AMONG, WITHIN = 4.1, 1.0, 0.7

#: Shares of people who skip a question, choose an option that counts as no answer, write something, read English
#: and rush through.
SKIPS, MISSES, WRITES, ENGLISH, RUSHES = 0.06, 0.07, 0.3, 0.08, 0.02


@dataclass(frozen=True)
class Visitor:
    """Somebody made up, whose chances are drawn from the token of his form."""

    chance: Random
    mood: float
    comments: list[str]

    def answers(self, version: Version) -> dict[str, list[str]]:
        """Return what this visitor sends; the questions that his answers hide are dropped later, as for everybody."""
        asked = [one for one in version.questions if one.is_compulsory or self.chance.random() > SKIPS]
        return {question.code: self._answer(question) for question in asked}

    def _answer(self, question: policy.Question) -> list[str]:
        chance = self.chance
        if question.kind in WRITTEN:
            return [chance.choice(self.comments)] if self.comments and chance.random() < WRITES else []
        if question.kind == ItemKind.NUMBER:
            return [str(chance.randint(0, min(question.limit or 10, 10)))]
        if question.missing and chance.random() < MISSES:
            return [chance.choice(sorted(question.missing))]
        return self._choose(question)

    def _choose(self, question: policy.Question) -> list[str]:
        valid = [value for value in question.values if value not in question.missing]
        if question.kind == ItemKind.FIVE_POINT:
            return [str(min(5, max(1, round(self.chance.gauss(self.mood, WITHIN)))))]
        if question.kind == ItemKind.SEVERAL:
            return self.chance.sample(valid, k=min(len(valid), self.chance.randint(1, 3)))
        return self.chance.choices(valid, weights=range(len(valid), 0, -1))


@transaction.atomic
def seed_demo_responses(now: datetime) -> int:
    """Add made-up responses to every open survey; return how many were new. Running it again adds nothing."""
    comments = json.loads((DATA / "demo-comments.json").read_text(encoding="utf-8"))
    services = list(Service.objects.filter(is_active=True).select_related("unit"))
    return sum(
        _seed(version, services, comments.get(version.questionnaire.slug, []), now)
        for version in open_surveys()
    )


def _seed(version: Version, services: list[Service], comments: list[str], now: datetime) -> int:
    digests = {policy.token_digest(_token(version, number)): number for number in range(RESPONSES)}
    present = Response.objects.filter(token_digest__in=digests).values_list("token_digest", flat=True)
    fresh = digests.keys() - set(map(bytes, present))
    numbers = sorted(digests[digest] for digest in fresh)
    made = [_response(version, number, services, comments, now) for number in numbers]
    Response.objects.bulk_create(response for response, _values in made)
    AnswerValue.objects.bulk_create(value for _response, values in made for value in values)
    return len(fresh)


def _token(version: Version, number: int) -> str:
    return f"demo-{version.questionnaire.slug}-{number}"


def _response(
    version: Version, number: int, services: list[Service], comments: list[str], now: datetime
) -> tuple[Response, list[AnswerValue]]:
    token = _token(version, number)
    chance = Random(token)  # noqa: S311 - the same on every machine, and no secret
    visitor = Visitor(chance, chance.gauss(MOOD, AMONG), comments)
    return judged_response(
        version=version,
        answers=visitor.answers(version),
        service=chance.choice(services) if services and chance.random() > SKIPS else None,
        language="en" if chance.random() < ENGLISH else "fa",
        token=token,
        at=_moment(now, number, chance),
        seconds=2 if chance.random() < RUSHES else chance.uniform(40, 240),
        mode=Mode.WEB,
        unit=None,
        counter=None,
        is_trapped=False,
    )


def _moment(now: datetime, number: int, chance: Random) -> datetime:
    """Return a moment of a day: the first response came longest ago, the last yesterday."""
    days = 1 + (DAYS - 1) * (RESPONSES - 1 - number) // (RESPONSES - 1)
    return jalali.local(now - timedelta(days=days)).replace(hour=chance.randint(7, 20), minute=0)

"""What a question is to the rules, and when it is asked: conditions are data with an allow-list of operators."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from surveys.enums import CHOSEN, ItemKind, Operator

#: What a question has been answered with so far: item code → option values, or one text.
Given = Mapping[str, Sequence[str]]


class ConditionRefused(Exception):
    """The condition of a question cannot be kept: its form, its operator, its question or its values are wrong."""


@dataclass(frozen=True)
class Choice:
    """An option by its stable value; a missing one («does not concern me») stays out of the shares."""

    value: str
    is_missing: bool = False


@dataclass(frozen=True)
class Condition:
    """Ask only if the answer to an earlier question is (not) among `values`."""

    item: str
    operator: Operator
    values: frozenset[str] = frozenset()

    def holds(self, given: Given) -> bool:
        """Tell whether the question is asked; one that was itself left out or left blank opens nothing."""
        answer = given.get(self.item)
        if not answer:
            return False
        if self.operator == Operator.ANSWERED:
            return True
        return self.values.isdisjoint(answer) == (self.operator == Operator.NONE_OF)


@dataclass(frozen=True)
class Question:
    """One item of a version, without its wording.

    `limit` is the longest text in characters, or the largest number; `scale` names the words of a five-point item.
    """

    code: str
    kind: ItemKind
    choices: tuple[Choice, ...] = ()
    is_compulsory: bool = False
    scale: str = ""
    condition: Condition | None = None
    limit: int | None = None

    @cached_property
    def values(self) -> tuple[str, ...]:
        return tuple(choice.value for choice in self.choices)

    @cached_property
    def missing(self) -> frozenset[str]:
        return frozenset(choice.value for choice in self.choices if choice.is_missing)


def is_shown(question: Question, given: Given) -> bool:
    """Tell whether a question is asked of somebody who has given these answers."""
    return question.condition is None or question.condition.holds(given)


def read_condition(data: object, earlier: Mapping[str, Question]) -> Condition | None:
    """Return the condition stored as `data`, None for an empty one.

    The only form is ``{"item": code, "op": operator, "values": [option value, …]}``; `earlier` are the questions
    that stand before this one. Raises `ConditionRefused` for any other form, an operator that is not in the list, a
    question that does not come before, and values it does not offer. Nothing is ever evaluated.
    """
    if not data:
        return None
    if not isinstance(data, dict) or not {"item", "op"} <= data.keys() <= {"item", "op", "values"}:
        raise ConditionRefused("a condition has an item, an op and values, and nothing else")
    item, values = data["item"], data.get("values", [])
    if not isinstance(item, str) or item not in earlier:
        raise ConditionRefused(f"{item} is not asked before this question")
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ConditionRefused("values is a list of option values")
    operator = _operator(data["op"])
    _check_values(operator, frozenset(values), earlier[item])
    return Condition(item, operator, frozenset(values))


def _operator(name: object) -> Operator:
    if not isinstance(name, str) or name not in Operator.values:
        raise ConditionRefused(f"{name} is not an operator; there are {', '.join(Operator.values)}")
    return Operator(name)


def _check_values(operator: Operator, values: frozenset[str], asked: Question) -> None:
    if operator == Operator.ANSWERED:
        if values:
            raise ConditionRefused("answered takes no values")
        return
    if not values or asked.kind not in CHOSEN:
        raise ConditionRefused(f"{operator} needs values, and a question with options")
    if strange := values - set(asked.values):
        raise ConditionRefused(f"{asked.code} has no option {', '.join(sorted(strange))}")


#: Questions of the short form for kiosks, where a version has them: overall, and the three subjects of the law.
SHORT = ("S_SAT", "S_FLOW", "S_MATCH", "S_RESPECT")


def short_form(questions: Sequence[Question]) -> list[str]:
    """Return the codes of the four questions that a kiosk asks, in the order of the version."""
    scales = [one.code for one in questions if one.kind == ItemKind.FIVE_POINT and one.condition is None]
    known = [code for code in scales if code in SHORT]
    return known or scales[: len(SHORT)]

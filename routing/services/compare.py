"""What a draft changes of the rules in force, rule by rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from routing.enums import Stage
from routing.policy import RuleSpec


@dataclass(frozen=True)
class RuleDifference:
    """One rule in two sets; `before` or `after` is None where the set has no such rule."""

    code: str
    before: RuleSpec | None
    after: RuleSpec | None
    is_moved: bool = False

    @property
    def rule(self) -> RuleSpec:
        """The rule as it stands in the newer set, else in the older."""
        rule = self.after or self.before
        assert rule is not None  # noqa: S101 - one of the two is there
        return rule

    @property
    def fields(self) -> list[str]:
        """Return which of unit, stage, kinds, always and note differ."""
        if self.before is None or self.after is None:
            return []
        names = ("unit", "stage", "kinds", "always", "note")
        return [name for name in names if getattr(self.before, name) != getattr(self.after, name)]

    @property
    def words_added(self) -> list[str]:
        return [phrase for phrase in _weights(self.after) if phrase not in _weights(self.before)]

    @property
    def words_removed(self) -> list[str]:
        return [phrase for phrase in _weights(self.before) if phrase not in _weights(self.after)]

    @property
    def words_reweighed(self) -> list[tuple[str, int, int]]:
        before, after = _weights(self.before), _weights(self.after)
        both = (phrase for phrase in after if phrase in before)
        return [(phrase, before[phrase], after[phrase]) for phrase in both if before[phrase] != after[phrase]]

    @property
    def silencers_added(self) -> list[str]:
        return [phrase for phrase in _not_if(self.after) if phrase not in _not_if(self.before)]

    @property
    def silencers_removed(self) -> list[str]:
        return [phrase for phrase in _not_if(self.before) if phrase not in _not_if(self.after)]

    @property
    def is_lane(self) -> bool:
        return self.rule.stage == Stage.LANE


def _weights(spec: RuleSpec | None) -> dict[str, int]:
    return {word.phrase: word.weight for word in spec.keywords} if spec else {}


def _not_if(spec: RuleSpec | None) -> tuple[str, ...]:
    return spec.not_if if spec else ()


def differences(before: Sequence[RuleSpec], after: Sequence[RuleSpec]) -> list[RuleDifference]:
    """Return the rules that differ between two sets, in the order of the newer one, those taken out last."""
    old, new = ({spec.id: spec for spec in specs} for specs in (before, after))
    moved = _moved([code for code in old if code in new], [code for code in new if code in old])
    found = [
        RuleDifference(code, old.get(code), spec, code in moved)
        for code, spec in new.items()
        if old.get(code) != spec or code in moved
    ]
    return found + [RuleDifference(code, spec, None) for code, spec in old.items() if code not in new]


def _moved(before: list[str], after: list[str]) -> set[str]:
    """Return the codes that changed places, as few as possible."""
    kept = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    stayed = {code for block in kept for code in after[block.b : block.b + block.size]}
    return set(after) - stayed

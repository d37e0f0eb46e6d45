"""What holds for any rules and any message."""

from hypothesis import given, settings
from hypothesis import strategies as st

from routing.enums import Kind
from routing.policy import CONFIDENTIAL_UNITS, choose, compile_rules
from routing.services import bundled_rules
from routing.tests.factories import PARENTS, facts, rule

UNITS = st.sampled_from(sorted(PARENTS))
KINDS = st.sampled_from(Kind.values)
WORDS = st.sampled_from(
    [
        "آمار",
        "پروژه",
        "ساجات",
        "دوره",
        "کلاس",
        "بودجه",
        "نگهبان",
        "رشوه",
        "سلام",
        "پل",
        "سد",
        "طرح‌عمرانی",
        "site",
    ]
)
TEXTS = st.one_of(
    st.text(max_size=60), st.lists(st.one_of(WORDS, st.text(max_size=8)), max_size=12).map(" ".join)
)

DELIVERED = compile_rules(bundled_rules())


@st.composite
def any_rules(draw):
    """Rule sets that may send anything anywhere, misconduct included."""
    return [
        rule(
            f"r{number}",
            draw(UNITS),
            *draw(st.lists(WORDS, min_size=1, max_size=4, unique=True)),
            lane=draw(st.booleans()),
            not_if=draw(st.lists(WORDS, max_size=1)),
        )
        for number in range(draw(st.integers(0, 6)))
    ]


@st.composite
def any_facts(draw):
    return facts(
        draw(TEXTS),
        subject=draw(TEXTS),
        kind=draw(KINDS),
        service_unit=draw(st.none() | UNITS),
        addressed_unit=draw(st.none() | UNITS),
        about_unit=draw(st.none() | UNITS),
        excluded=draw(st.frozensets(UNITS, max_size=14)),
    )


@given(any_rules(), any_facts())
@settings(max_examples=300, deadline=None)
def test_there_is_always_one_allowed_unit(specs, known):
    rules = compile_rules(specs)

    decision = choose(rules, known)

    assert decision == choose(rules, known)
    assert decision.unit not in known.barred or decision.external_bodies
    assert decision.unit == "INSP" or decision.unit not in known.barred
    assert decision.external_bodies == ("HEAD" in known.barred)
    if known.kind == Kind.MISCONDUCT:
        assert decision.unit in CONFIDENTIAL_UNITS


@given(any_facts())
@settings(max_examples=300, deadline=None)
def test_the_delivered_rules_answer_anything(known):
    decision = choose(DELIVERED, known)

    assert decision.unit in PARENTS
    assert decision.unit not in known.barred or decision.external_bodies
    if known.kind == Kind.MISCONDUCT:
        assert decision.unit in CONFIDENTIAL_UNITS


@given(any_rules(), any_facts(), UNITS, st.booleans())
@settings(max_examples=200, deadline=None)
def test_a_rule_about_something_else_changes_nothing(specs, known, unit, lane):
    stranger = rule("zz", unit, "زرافه‌های ساوانا=20", lane=lane)

    assert choose(compile_rules([*specs, stranger]), known) == choose(compile_rules(specs), known)


@given(any_rules(), any_facts())
@settings(max_examples=200, deadline=None)
def test_points_add_up_to_the_reasons(specs, known):
    decision = choose(compile_rules(specs), known)

    for unit, points in decision.points:
        given_for = sum(r.points for r in decision.reasons if r.unit == unit and r.stage != "lane")
        assert points == given_for

"""The portal's form templates: order, descriptions, the error summary, and that nothing is styled inline."""

import re

import pytest
from crispy_forms.helper import FormHelper
from crispy_forms.layout import ButtonHolder, Fieldset, Layout, Submit
from django import forms
from django.http import QueryDict
from django.template import engines
from django.utils.translation import override

from portal.ui import widgets
from portal.ui.fields import CodeField, EmailField, PhoneField, TextField


class Letter(forms.Form):
    subject = TextField(label="عنوان", max_length=20, help_text="در چند واژه")
    topic = forms.ChoiceField(
        label="از چیست؟",
        choices=[("a", "تأخیر"), ("b", "رفتار")],
        widget=widgets.Choices(hints={"a": "دیر شد"}),
    )
    phone = PhoneField(label="تلفن", required=False)
    email = EmailField(label="ایمیل", required=False)
    code = CodeField(label="کد", required=False)
    avoid = forms.BooleanField(
        label="نرسد", required=False, help_text="نمی‌بیند", widget=widgets.CheckboxInput
    )
    files = forms.FileField(  # type: ignore[assignment]
        label="پیوست", required=False, widget=widgets.FilesInput
    )
    token = forms.CharField(widget=widgets.HiddenInput, initial="x")


def rendered(source: str, form: forms.BaseForm, language: str = "fa") -> str:
    with override(language):
        return (
            engines["django"].from_string("{% load crispy_forms_tags page %}" + source).render({"form": form})
        )


def part(html: str, name: str) -> str:
    """Return the part of the page that belongs to one field."""
    pieces = re.split(r'(?=<div class="f|<fieldset class="f|<input type="hidden")', html)
    return next(piece for piece in pieces if f'name="{name}"' in piece)


def test_field_when_refused_then_label_hint_error_and_control_come_in_this_order() -> None:
    html = part(rendered("{{ form|crispy }}", Letter({"subject": "ب" * 30})), "subject")

    places = [html.index(mark) for mark in ("<label", "id_subject_helptext", "id_subject_error", "<input")]
    assert places == sorted(places)
    assert 'aria-describedby="id_subject_error id_subject_helptext"' in html
    assert 'aria-invalid="true"' in html
    assert '<div class="f bad">' in html


def test_field_when_optional_then_it_says_so_and_a_required_one_does_not() -> None:
    html = rendered("{{ form|crispy }}", Letter())

    assert "(اختیاری)" in part(html, "phone")
    assert "(اختیاری)" not in part(html, "subject")


def test_group_of_choices_when_refused_then_the_frame_can_be_reached_and_is_described() -> None:
    html = part(rendered("{{ form|crispy }}", Letter({})), "topic")

    assert '<fieldset class="f bad" id="id_topic" tabindex="-1" aria-describedby="id_topic_error">' in html
    assert "<legend>از چیست؟</legend>" in html
    assert '<span class="hint">دیر شد</span>' in html


@pytest.mark.parametrize("name", ["phone", "email", "code"])
def test_control_when_it_takes_latin_text_then_it_reads_from_left_to_right(name: str) -> None:
    assert 'dir="ltr"' in part(rendered("{{ form|crispy }}", Letter()), name)


def test_form_when_rendered_then_no_direction_is_guessed_and_nothing_is_inline() -> None:
    html = rendered("{{ form|crispy }}", Letter({"subject": "<script>"}))

    assert 'dir="auto"' not in html
    assert "style=" not in html
    assert "<script" not in html
    assert not re.search(r"\son\w+=", html)


def test_summary_when_refused_then_every_fault_links_to_its_field() -> None:
    html = rendered("{{ form|as_crispy_errors }}", Letter({"phone": "0916", "token": "x"}))

    assert 'role="alert"' in html
    assert "سه جا هنوز کار دارد" in html
    assert re.findall(r'<a href="#(\w+)">([^<]+)</a>', html) == [
        ("id_subject", "عنوان: این‌جا هنوز خالی است."),
        ("id_topic", "از چیست؟ این‌جا هنوز خالی است."),
        ("id_phone", "تلفن: شمارهٔ همراه ۱۱ رقم است؛ این یکی ۴ رقم دارد."),
    ]
    assert "دوباره انتخاب کنید" in html


def test_summary_when_a_hidden_field_is_refused_then_there_is_no_link_to_nowhere() -> None:
    html = rendered("{{ form|as_crispy_errors }}", Letter({"subject": "س", "topic": "a"}))

    assert "<li>این‌جا هنوز خالی است.</li>" in html


def test_summary_when_all_is_well_then_there_is_none() -> None:
    form = Letter({"subject": "س", "topic": "a", "token": "x"})

    assert rendered("{{ form|as_crispy_errors }}", form).strip() == ""
    assert rendered("{% title_faults form %}", form) == ""


def test_title_when_refused_then_it_begins_with_the_faults() -> None:
    assert rendered("{% title_faults form %}", Letter({}), "en") == "Three places still need work: "


def test_layout_when_given_then_it_becomes_sections_with_their_heading() -> None:
    form = Letter()
    form.helper = FormHelper()
    form.helper.render_hidden_fields = True
    form.helper.layout = Layout(Fieldset("چه شده؟", "subject"), ButtonHolder(Submit("send", "فرستادن")))

    html = rendered("{% crispy form %}", form)

    assert '<form method="post" novalidate enctype="multipart/form-data">' in html
    assert '<section class="sec">\n<h2>چه شده؟</h2>' in html
    assert (
        '<button class="btn btn-primary" type="submit" name="send" id="submit-id-send">فرستادن</button>'
        in html
    )
    assert '<input type="hidden" name="token" value="x"' in html


def test_check_box_when_rendered_then_its_hint_describes_it() -> None:
    html = part(rendered("{{ form|crispy }}", Letter()), "avoid")

    assert 'aria-describedby="id_avoid_helptext"' in html
    assert '<span class="hint" id="id_avoid_helptext">نمی‌بیند</span>' in html


@pytest.mark.parametrize(
    ("ours", "stock"),
    [
        (widgets.TextInput, forms.TextInput),
        (widgets.HiddenInput, forms.HiddenInput),
        (widgets.CheckboxInput, forms.CheckboxInput),
        (widgets.Select, forms.Select),
        (widgets.FileInput, forms.FileInput),
    ],
)
@pytest.mark.parametrize("value", [None, "", "a", "<\"&'>", 7])
def test_drawn_widget_when_compared_then_it_is_the_framework_s_own(
    ours: type[forms.Widget], stock: type[forms.Widget], value: object
) -> None:
    attrs = {"id": "id_x", "data-a": '"<', "required": True, "disabled": False}
    pair = [kind(attrs=attrs) for kind in (ours, stock)]
    for widget in pair:
        widget.choices = [("", "–"), ("گروه", [("a", "<الف>"), ("7", "هفت")])]

    drawn, templated = (sorted(re.findall(r'[\w-]+="[^"]*"|[\w-]+|[<>]', w.render("x", value))) for w in pair)

    assert drawn == templated


def test_textarea_when_the_text_begins_with_a_line_break_then_it_survives() -> None:
    assert widgets.Textarea().render("x", "\nالف <b>") == '<textarea name="x">\n\nالف &lt;b&gt;</textarea>'


def test_scale_when_rendered_then_words_stand_in_cells() -> None:
    drawn = widgets.Scale(choices=[("5", "خوب"), ("1", "بد")]).render("rate", "5", {"id": "id_rate"})

    assert drawn == (
        '<div class="scale"><label><input type="radio" name="rate" value="5" id="id_rate_0" checked>'
        '<span>خوب</span></label><label><input type="radio" name="rate" value="1" id="id_rate_1">'
        "<span>بد</span></label></div>"
    )


def test_ticks_when_several_are_sent_then_all_are_kept() -> None:
    class Many(forms.Form):
        which = forms.MultipleChoiceField(choices=[("a", "الف"), ("b", "ب")], widget=widgets.Ticks)

    form = Many(QueryDict("which=a&which=b"))

    assert form.is_valid()
    assert form.cleaned_data == {"which": ["a", "b"]}

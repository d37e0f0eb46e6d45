"""Contacts as address books read them."""

from dataclasses import replace

import pytest

from portal.kernel.vcards import LINE, Contact, vcards

CONTACT = Contact(
    uid="https://feedback.example.ir/contact/CONT/8",
    name="مدیر نمونه ۸",
    organization=("سازمان مدیریت و برنامه‌ریزی", "امور پیمانکاران"),
    title="رئیس گروه",
    phone="06600000108",
    email="contractors@example.ir",
)


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def test_contact_when_written_then_every_line_is_there() -> None:
    assert unfolded(vcards([CONTACT])) == [
        "BEGIN:VCARD",
        "VERSION:3.0",
        "UID:https://feedback.example.ir/contact/CONT/8",
        "FN:مدیر نمونه ۸",
        "N:مدیر نمونه ۸;;;;",
        "ORG:سازمان مدیریت و برنامه‌ریزی;امور پیمانکاران",
        "TITLE:رئیس گروه",
        "TEL;TYPE=WORK,VOICE:06600000108",
        "EMAIL;TYPE=INTERNET,WORK:contractors@example.ir",
        "END:VCARD",
    ]


@pytest.mark.parametrize("name", ["م" * 200, "a" * 200, "a" * 74 + "م", "😀" * 60])
def test_line_when_long_then_it_is_folded_between_letters(name: str) -> None:
    text = vcards([replace(CONTACT, name=name)])

    assert all(len(line.encode()) <= LINE for line in text.split("\r\n"))
    assert f"FN:{name}" in unfolded(text)


@pytest.mark.parametrize(
    ("value", "written"),
    [("a;b,c\\d", r"a\;b\,c\\d"), ("one\ntwo", r"one\ntwo"), ("x\r\nEND:VCARD", r"x\nEND:VCARD")],
)
def test_value_when_it_holds_signs_of_the_format_then_they_are_escaped(value: str, written: str) -> None:
    text = vcards([replace(CONTACT, note=value, title=value)])

    assert f"NOTE:{written}" in unfolded(text)
    assert unfolded(text).count("END:VCARD") == 1


def test_several_when_written_then_they_follow_each_other() -> None:
    assert vcards([CONTACT, CONTACT]) == 2 * vcards([CONTACT])

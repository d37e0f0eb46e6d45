"""Contacts as phones and address books read them: vCard 3.0 (RFC 2426), the version that all of them take.

UTF-8, lines end with CRLF and are folded at 75 bytes without cutting a letter in two.
"""

from collections.abc import Iterable
from dataclasses import dataclass

#: Bytes of a line (RFC 2426, section 2.6).
LINE = 75


@dataclass(frozen=True, kw_only=True)
class Contact:
    """One entry of an address book; `uid` stays the same when the entry is fetched again."""

    uid: str
    name: str
    organization: tuple[str, ...]
    title: str = ""
    phone: str = ""
    email: str = ""
    url: str = ""
    note: str = ""


def vcards(contacts: Iterable[Contact]) -> str:
    """Return the contacts as one file."""
    return "".join(_vcard(contact) for contact in contacts)


def _vcard(contact: Contact) -> str:
    name = _escaped(contact.name)
    lines = [
        "BEGIN:VCARD",
        "VERSION:3.0",
        f"UID:{_escaped(contact.uid)}",
        f"FN:{name}",
        # A Persian name is not cut into first and last: the whole of it stands where books sort by.
        f"N:{name};;;;",
        f"ORG:{';'.join(map(_escaped, contact.organization))}",
    ]
    optional = {
        "TITLE": _escaped(contact.title),
        "TEL;TYPE=WORK,VOICE": _escaped(contact.phone),
        "EMAIL;TYPE=INTERNET,WORK": _escaped(contact.email),
        "URL": contact.url,
        "NOTE": _escaped(contact.note),
    }
    lines += [f"{label}:{value}" for label, value in optional.items() if value]
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCARD"])


def _escaped(value: str) -> str:
    value = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "\\n".join(value.splitlines())


def _folded(line: str) -> str:
    """Return a line cut into pieces of at most 75 bytes; each further piece begins with a space."""
    pieces, size = [""], 0
    for letter in line:
        weight = len(letter.encode())
        if size + weight > LINE:
            pieces.append(" ")
            size = 1
        pieces[-1] += letter
        size += weight
    return "\r\n".join(pieces)

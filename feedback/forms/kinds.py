"""The form of each kind of message, declared: its words and the fields that only some kinds have."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from feedback.enums import Kind

Words = str | Promise

#: Fields that say whom a message is about; the kinds without them can be written to a unit.
ABOUT = ("about_unit", "about_person")


@dataclass(frozen=True, kw_only=True)
class KindForm:
    """What the form of one kind says and asks. `about` names its fields on whom the message is about."""

    name: Words
    title: Words
    send: Words
    received: Words
    what: Words
    subject_hint: Words
    body_hint: Words
    body_missing: Words
    has_target: bool = False
    about: tuple[str, ...] = ()
    about_title: Words = ""
    about_unit: Words = ""
    about_unit_hint: Words = ""
    about_person: Words = ""
    about_person_hint: Words = ""

    def fields_left_out(self) -> set[str]:
        """Return the names of the fields that this kind does without."""
        missing = set(ABOUT) - set(self.about) | ({"addressed_unit"} if self.about else set())
        return missing if self.has_target else missing | {"target"}


_HIDDEN_FROM_UNIT = _(
    "That unit sees neither the text nor its subject, in no list and no report. Another unit handles the message."
)
_HIDDEN_FROM_PERSON = _("Name or post, if you know it. That person's unit does not see the message either.")

KINDS: dict[Kind, KindForm] = {
    Kind.REQUEST: KindForm(
        name=_("Request"),
        title=_("Write your request"),
        send=_("Send the request"),
        received=_("Your request has arrived"),
        what=_("What do you need?"),
        subject_hint=_("In a few words, for example “Statistical yearbooks of the last three years”"),
        body_hint=_("What do you need, what for, and by when? Leave out passwords and bank card numbers."),
        body_missing=_("You have not written yet what you need. Two or three sentences will do."),
    ),
    Kind.COMPLAINT: KindForm(
        name=_("Complaint"),
        title=_("Write your complaint"),
        send=_("Send the complaint"),
        received=_("Your complaint has arrived"),
        what=_("What happened?"),
        subject_hint=_("In a few words, for example “Ranking documents sent back”"),
        body_hint=_(
            "What happened, when, where, and what would you like to be done?"
            " Leave out passwords and bank card numbers."
        ),
        body_missing=_("You have not written yet what happened. Two or three sentences will do."),
        about=ABOUT,
        about_title=_("Who should not see it?"),
        about_unit=_("Which unit do you complain about?"),
        about_unit_hint=_HIDDEN_FROM_UNIT,
        about_person=_("And about whom?"),
        about_person_hint=_HIDDEN_FROM_PERSON,
    ),
    Kind.SUGGESTION: KindForm(
        name=_("Suggestion"),
        title=_("Write your suggestion"),
        send=_("Send the suggestion"),
        received=_("Your suggestion has arrived"),
        what=_("What is your idea?"),
        subject_hint=_("In a few words, for example “Publish how funds are shared out”"),
        body_hint=_("How is it done now, what would be better, and for whom?"),
        body_missing=_("You have not written your suggestion yet. Two or three sentences will do."),
    ),
    Kind.CRITICISM: KindForm(
        name=_("Criticism"),
        title=_("Write your criticism"),
        send=_("Send the criticism"),
        received=_("Your criticism has arrived"),
        what=_("What do you disagree with?"),
        subject_hint=_("In a few words, for example “The half-built clinic”"),
        body_hint=_("What do you disagree with, why, and what would be better? To criticise is your right."),
        body_missing=_("You have not written yet what you disagree with. Two or three sentences will do."),
        has_target=True,
        about=ABOUT,
        about_title=_("Who should not see it?"),
        about_unit=_("Which unit's work do you criticise?"),
        about_unit_hint=_HIDDEN_FROM_UNIT,
        about_person=_("And whose?"),
        about_person_hint=_HIDDEN_FROM_PERSON,
    ),
    Kind.MISCONDUCT: KindForm(
        name=_("Report of misconduct"),
        title=_("Write your report"),
        send=_("Send the report"),
        received=_("Your report has arrived"),
        what=_("What have you seen or heard?"),
        subject_hint=_("In a few words, for example “Money asked for a signature”"),
        body_hint=_(
            "What happened, when, where, who was there, and how do you know?"
            " Write what you know; you need not prove it."
        ),
        body_missing=_(
            "You have not written yet what you have seen or heard. Two or three sentences will do."
        ),
        about=ABOUT,
        about_title=_("Who should not see it?"),
        about_unit=_("Which unit is the report about?"),
        about_unit_hint=_HIDDEN_FROM_UNIT,
        about_person=_("And about whom?"),
        about_person_hint=_HIDDEN_FROM_PERSON,
    ),
    Kind.PRAISE: KindForm(
        name=_("Thanks"),
        title=_("Write your thanks"),
        send=_("Send the thanks"),
        received=_("Your thanks have arrived"),
        what=_("What was done well?"),
        subject_hint=_("In a few words, for example “Quick help with the yearbook”"),
        body_hint=_("What was done, when, and what was good about it?"),
        body_missing=_("You have not written yet what was done well. Two or three sentences will do."),
        about=ABOUT,
        about_title=_("Who helped you?"),
        about_unit=_("Which unit?"),
        about_unit_hint=_("It helps your thanks find the right people."),
        about_person=_("And who?"),
        about_person_hint=_("Name or post, if you know it."),
    ),
}

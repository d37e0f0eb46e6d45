"""Choices of the surveys."""

from django.db import models
from django.utils.translation import gettext_lazy as _

#: The questionnaire that visit codes, kiosks and paper forms belong to, by its name in the address.
VISIT_SURVEY = "service"


class State(models.TextChoices):
    """Where a version of a questionnaire stands; it only ever moves down this list."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    RETIRED = "retired", _("retired")


class Change(models.TextChoices):
    """How far a version departs from the one before; a major change starts a new series of figures."""

    PATCH = "patch", _("spelling only")
    MINOR = "minor", _("question or option added")
    MAJOR = "major", _("meaning, scale, order or duty to answer changed")


class ItemKind(models.TextChoices):
    """How a question is answered."""

    FIVE_POINT = "five_point", _("five-point scale")
    SINGLE = "single", _("one of several options")
    SEVERAL = "several", _("several options")
    YES_NO = "yes_no", _("yes or no")
    SHORT_TEXT = "short_text", _("short text")
    LONG_TEXT = "long_text", _("long text")
    NUMBER = "number", _("a number")


#: Kinds that are answered by choosing among options, and those answered in one's own words.
CHOSEN = (ItemKind.FIVE_POINT, ItemKind.SINGLE, ItemKind.SEVERAL, ItemKind.YES_NO)
WRITTEN = (ItemKind.SHORT_TEXT, ItemKind.LONG_TEXT)


class Scale(models.TextChoices):
    """The words of a five-point scale, best first; they stand in `surveys/data/scales.json`."""

    SATISFACTION = "SAT5", _("very satisfied … very dissatisfied")
    AGREEMENT = "AGR5", _("strongly agree … strongly disagree")


#: Points of a five-point scale that count as content; their share is the headline figure.
BEST = ("5", "4")


class Operator(models.TextChoices):
    """What the condition of a question may ask of an earlier answer."""

    ANY_OF = "any_of", _("is one of")
    NONE_OF = "none_of", _("is answered, and none of")
    ANSWERED = "answered", _("is answered")


class Mode(models.TextChoices):
    """How a response came in."""

    WEB = "web", _("this site")
    TOKEN = "token", _("one-time code")
    KIOSK = "kiosk", _("kiosk")
    PAPER = "paper", _("paper form")


#: Modes in which one visit gives one answer; the official figures rest on these alone, the others stand beside them.
ASSURED = (Mode.TOKEN, Mode.PAPER)


class Language(models.TextChoices):
    """The language a response was given in."""

    PERSIAN = "fa", _("Persian")
    ENGLISH = "en", _("English")


class Flag(models.TextChoices):
    """Why a response looks odd; it is kept, and left out of the published figures or only marked."""

    TRAPPED = "trapped", _("the trap for robots was filled in")
    SPEEDING = "speeding", _("answered faster than anybody reads")
    STRAIGHT_LINING = "straight_lining", _("the same answer everywhere")
    BURST = "burst", _("many more at once than this place ever has")
    TWINS = "twins", _("the same answers to every question, several times within an hour")
    OUT_OF_HOURS = "out_of_hours", _("from a kiosk while the building is closed")
    RACED = "raced", _("its code was used on two devices at the same moment")
    LIFTED = "lifted", _("left out at first, counted again by a decision")


#: Flags that leave a response out of the published figures. The same answer everywhere is what a content visitor
#: gives too, so it is only marked.
EXCLUDING = (Flag.TRAPPED, Flag.SPEEDING, Flag.BURST, Flag.TWINS, Flag.OUT_OF_HOURS, Flag.RACED)


class Finding(models.TextChoices):
    """What an improvement action answers to; each kind but the first is measured by another app (settings)."""

    SURVEY = "survey", _("a figure of a survey")
    RULE = "rule", _("a rule that sends cases to the wrong unit")
    CLUSTER = "cluster", _("several similar cases")


class Decision(models.TextChoices):
    """What was decided after a finding of a survey."""

    PROCESS = "process", _("procedure changed")
    CARD = "card", _("service card corrected")
    INFORMATION = "information", _("information improved")
    PLACE = "place", _("place or equipment improved")
    TRAINING = "training", _("staff trained")
    THANKED = "thanked", _("staff thanked")
    COUNSELLED = "counselled", _("talked to staff")
    NOTHING = "nothing", _("nothing, for the reason given")


class CardField(models.TextChoices):
    """What may be wrong on a service card; the values are those of the options that visitors choose among."""

    DOCUMENTS = "documents", _("documents")
    COST = "cost", _("costs")
    STEPS = "steps", _("steps and visits in person")
    DURATION = "duration", _("announced time")
    PLACE = "place", _("address and hours")
    TERMS = "terms", _("conditions")
    OTHER = "other", _("something else")
    WHOLE = "whole", _("the card as a whole")


class CardDecision(models.TextChoices):
    """What became of a service card that visitors found wrong."""

    CORRECTED = "corrected", _("the card was corrected")
    PRACTICE = "practice", _("the card is right; the procedure now follows it")
    KEPT = "kept", _("card and procedure stay, for the reason given")


class Page(models.TextChoices):
    """Pages that ask «was this page useful?», by the name of their address."""

    HOME = "home", _("home page")
    STRATEGY = "about:strategy", _("Participation strategy")
    RIGHTS = "about:rights", _("Your rights")
    PRIVACY = "about:privacy", _("What we do with your data")
    RESPONSE_TIMES = "about:response-times", _("Response times")
    ACCESSIBILITY = "about:accessibility", _("Accessibility")
    TRACKING = "about:tracking", _("How tracking works")
    CONTACT = "directory:contact", _("Contact directory")
    UNIT = "directory:unit", _("page of a unit")
    SERVICES = "directory:services", _("Service identity cards")
    SERVICE = "directory:service", _("identity card of a service")
    SURVEYS = "surveys:index", _("Surveys")
    RESULTS = "surveys:results", _("Results of the surveys")

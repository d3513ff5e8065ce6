"""Telephone numbers: what a site types, made into the one form (E.164) that can be compared and called."""

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

#: Where a number written without its country code is at home, by the site's time zone.
REGIONS = {
    "Europe/Paris": "FR",
    "Indian/Reunion": "RE",
    "America/Guadeloupe": "GP",
    "America/Martinique": "MQ",
    "America/Cayenne": "GF",
    "Indian/Mayotte": "YT",
}


#: Numbers that belong to nobody, kept for fiction (Arcep decision 2018-0881, annex): mobile ones for patients.
FICTITIOUS = ("+3363998", "+3319900", "+3326191", "+3335301", "+3346571", "+3353649")
_FICTITIOUS_LENGTH = len("+33639980000")


class NotATelephoneNumberError(ValueError):
    """The text is not a telephone number that exists in its numbering plan. The number itself is not repeated."""


def e164(text: str, *, time_zone: str, fictitious: bool = False) -> str:
    """`text` as +33..., read as written at a site in `time_zone`; numbers of fiction only where they are allowed."""
    try:
        number = phonenumbers.parse(text, REGIONS.get(time_zone, "FR"))
    except NumberParseException:
        raise NotATelephoneNumberError("not a telephone number") from None
    found = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    if fictitious and found.startswith(FICTITIOUS) and len(found) == _FICTITIOUS_LENGTH:
        return found
    if not phonenumbers.is_valid_number(number):
        raise NotATelephoneNumberError("no such number in its numbering plan")
    return found

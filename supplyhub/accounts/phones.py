"""Phone numbers: what people type, as E.164. Mainland China is assumed where no country is given. Pure."""

import phonenumbers

HOME_REGION = "CN"


def normal_phone(typed: str) -> str | None:
    """Return a typed phone number as E.164 (`+8613812345678`), or None where it is no number."""
    try:
        parsed = phonenumbers.parse(typed, HOME_REGION)
    except phonenumbers.NumberParseException:
        return None
    # possible, not valid: invented numbers of drills, and ranges newer than the library's tables, are let in
    if not phonenumbers.is_possible_number(parsed):
        return None
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))

"""What real GeoReport v2 servers do otherwise than the standard, each by a name; they can be combined."""

from __future__ import annotations

import enum


class Quirk(enum.StrEnum):
    """One peculiarity of a server."""

    #: Codes, keys and ids that look like numbers are written as such, leading zeros too: the standard's JSON examples.
    NUMBERS_AS_CODES = "numbers-as-codes"
    #: "true" and "false" as text: servers that make their JSON of their XML.
    TRUE_AS_TEXT = "true-as-text"
    #: {"services": [...]}, {"service_requests": [...]}: FixMyStreet's JSON, and others that keep the XML's root.
    WRAPPED = "wrapped"
    #: A list of one is that one: what libraries such as XML::Simple and easyXML make of XML.
    SINGLE_OBJECT = "single-object"
    #: Only what has a value is there, and of that only the most needed: small servers of one town.
    MISSING_FIELDS = "missing-fields"
    #: The remark in the standard's table taken for a value: copied from its examples.
    MAY_NOT_BE_RETURNED = "may-not-be-returned"
    #: Errors are pages for people: whatever stands behind a gateway or a web framework's own error page.
    ERRORS_AS_HTML = "errors-as-html"
    #: One error, not a list of them: open311_java.
    ERRORS_AS_OBJECT = "errors-as-object"
    #: Demands lat, long and address_string; answers tokens, whatever the type; lists requests before they have an id.
    CHICAGO = "chicago"
    #: Demands the optional email: those for which FixMyStreet's client has the setting "always_send_email".
    EMAIL_DEMANDED = "email-demanded"
    #: Refuses an identical request within a minute with 400 "base is a duplicate": SeeClickFix.
    DUPLICATE_400 = "duplicate-400"
    #: Washington, D.C.
    XML_ONLY = "xml-only"
    #: GovFlow, which answers reports in JSON alone.
    JSON_ONLY = "json-only"
    #: Lists everything, whatever service, dates or status were asked for: small servers that list their newest.
    IGNORES_FILTERS = "ignores-filters"
    #: service_request_id=1,2 is taken for one number: small servers again.
    NO_COMMA_LISTS = "no-comma-lists"
    #: Lists by `page` and `page_size`, 20 when not told: Boston, San Francisco, Chicago, Toronto, Bloomington.
    PAGES = "pages"
    #: The id in the answer to a POST is an empty object: FixMyStreet's client looks out for it.
    OBJECT_AS_ID = "object-as-id"
    #: Lists without descriptions, which may hold names: towns that keep citizens' words back, as our register does.
    NO_DESCRIPTIONS = "no-descriptions"
    #: A token becomes a number only after minutes: Chicago ("an undetermined amount of time").
    SLOW_TOKENS = "slow-tokens"
    #: ISO 8859-1 without saying so, where the standard wants UTF-8: older PHP and .NET.
    LATIN_1 = "latin-1"
    #: Redirects to the same address with a slash at its end: Django.
    TRAILING_SLASH = "trailing-slash"
    #: Times without a zone: servers over a database column that has none.
    NO_ZONE = "no-zone"

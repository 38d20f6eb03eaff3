"""What a simulated town answers: GeoReport v2's records, field by field, in XML or JSON, with the server's quirks."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any
from xml.etree import ElementTree

from starlette.responses import Response

from actions.simulators.catalogue import Attribute, Service
from actions.simulators.posting import Mistake
from actions.simulators.quirks import Quirk
from actions.simulators.requests import ServiceRequest

Record = dict[str, Any]

#: What an element of a list is called in XML.
ELEMENTS = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}
MEDIA_TYPES = {"json": "application/json", "xml": "text/xml"}
#: Fields that a careless server leaves out although the standard wants them.
NEGLECTED = frozenset("type group keywords datatype_description order updated_datetime".split())
#: Fields that the standard's table marks "May not be returned".
OPTIONAL = frozenset("status_notes agency_responsible service_notice expected_datetime address_id zipcode".split())
#: XML has no place for control characters.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
NUMBER = re.compile(r'("(?:service_code|service_request_id|token|code|key)": )"(\d+)"')


@dataclass(frozen=True, slots=True)
class Answers:
    """Makes answers as one server would."""

    quirks: Collection[Quirk]

    def records(self, format: str, root: str, tree: Any, status: int = 200) -> Response:
        """Return an answer: `root` is its name in XML, `tree` a record or a list of them."""
        text = self._xml(root, tree) if format == "xml" else self._json(root, tree)
        return Response(self._encoded(text, format), status, media_type=MEDIA_TYPES[format])

    def errors(self, format: str, mistakes: Sequence[Mistake]) -> Response:
        """Return what is wrong; the HTTP status is that of the first."""
        status = mistakes[0].status
        records = [{"code": mistake.status, "description": mistake.description} for mistake in mistakes]
        if Quirk.ERRORS_AS_HTML in self.quirks:
            lines = "".join(f"<p>{escape(mistake.description)}</p>" for mistake in mistakes)
            page = f"<!DOCTYPE html><html><body><h1>Error {status}</h1>{lines}</body></html>"
            return Response(page, status, media_type="text/html")
        if Quirk.ERRORS_AS_OBJECT in self.quirks:
            return self.records(format, "error", records[0], status)
        return self.records(format, "errors", records, status)

    def service(self, service: Service) -> Record:
        """Return a service as the list has it."""
        record = {
            "service_code": service.service_code,
            "service_name": service.service_name,
            "description": service.description,
            "metadata": service.metadata,
            "type": service.type,
            "keywords": ", ".join(service.keywords),
            "group": service.group,
        }
        return self._kept(record)

    def definition(self, service: Service) -> Record:
        """Return a service's questions."""
        attributes = [self._attribute(attribute) for attribute in service.attributes]
        return {"service_code": service.service_code, "attributes": attributes}

    def _attribute(self, attribute: Attribute) -> Record:
        record: Record = {
            "variable": attribute.variable,
            "code": attribute.code,
            "datatype": attribute.datatype,
            "required": attribute.required,
            "datatype_description": attribute.datatype_description or None,
            "order": attribute.order,
            "description": attribute.description,
        }
        if attribute.values:
            record["values"] = [{"key": key, "name": name} for key, name in attribute.values.items()]
        return self._kept(record)

    def request(self, request: ServiceRequest, now: datetime, *, listed: bool) -> Record:
        """Return a request as it stands now; `listed` says that it is one of a list."""
        form, position = request.form, request.form.position
        record = {
            "service_request_id": request.service_request_id if request.ready_at <= now else None,
            "status": request.status,
            "status_notes": request.status_notes or None,
            "service_name": request.service.service_name,
            "service_code": request.service.service_code,
            "description": form.get("description"),
            "agency_responsible": None,
            "service_notice": None,
            "requested_datetime": self._time(request.requested_datetime),
            "updated_datetime": self._time(request.updated_datetime),
            "expected_datetime": None,
            "address": form.get("address_string"),
            "address_id": form.get("address_id") or None,
            "zipcode": None,
            "lat": position[0] if position else None,
            "long": position[1] if position else None,
            "media_url": form.get("media_url") or None,
        }
        if listed and Quirk.NO_DESCRIPTIONS in self.quirks:
            del record["description"]
        return self._kept(record)

    def _time(self, moment: datetime) -> str:
        if Quirk.NO_ZONE in self.quirks:
            moment = moment.replace(tzinfo=None)
        return moment.isoformat(timespec="seconds")

    def _kept(self, record: Mapping[str, Any]) -> Record:
        """Return a record without what this server leaves out, and with what it says of the rest."""
        if Quirk.MISSING_FIELDS in self.quirks:
            # A service without its `metadata`, or a question without its code, would be another service.
            return {name: value for name, value in record.items() if name not in NEGLECTED and value not in (None, "")}
        if Quirk.MAY_NOT_BE_RETURNED in self.quirks:
            return {
                name: "May not be returned" if value is None and name in OPTIONAL else value
                for name, value in record.items()
            }
        return dict(record)

    def _json(self, root: str, tree: Any) -> str:
        tree = self._shaped(tree)
        text = json.dumps({root: tree} if Quirk.WRAPPED in self.quirks else tree, ensure_ascii=False)
        return NUMBER.sub(r"\1\2", text) if Quirk.NUMBERS_AS_CODES in self.quirks else text

    def _shaped(self, tree: Any) -> Any:
        if isinstance(tree, dict):
            return {name: self._shaped(value) for name, value in tree.items()}
        if isinstance(tree, list):
            shaped = [self._shaped(value) for value in tree]
            return shaped[0] if len(shaped) == 1 and Quirk.SINGLE_OBJECT in self.quirks else shaped
        return str(tree).lower() if isinstance(tree, bool) and Quirk.TRUE_AS_TEXT in self.quirks else tree

    def _xml(self, root: str, tree: Any) -> str:
        return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(_element(root, tree), "unicode")

    def _encoded(self, text: str, format: str) -> bytes:
        if Quirk.LATIN_1 not in self.quirks:
            return text.encode()
        if format == "xml":
            return text.replace(' encoding="utf-8"', "", 1).encode("latin-1", "xmlcharrefreplace")
        return re.sub("[^\x00-\xff]", lambda found: json.dumps(found[0])[1:-1], text).encode("latin-1")


def _element(name: str, tree: Any) -> ElementTree.Element:
    element = ElementTree.Element(name)
    if isinstance(tree, dict):
        element.extend(_element(key, value) for key, value in tree.items())
    elif isinstance(tree, list):
        element.extend(_element(ELEMENTS[name], value) for value in tree)
    elif tree is not None:
        element.text = FORBIDDEN.sub("", str(tree).lower() if isinstance(tree, bool) else str(tree))
    return element

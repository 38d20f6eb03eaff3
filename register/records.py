"""What the register says, in GeoReport v2's fields and their order: discovery, services, definitions, requests."""

from __future__ import annotations

from typing import Any

from actions.intake.services import Attribute, Catalogue, Service
from register.posting import UNREFERENCED
from store.requests import ServiceRequest

Record = dict[str, Any]

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
#: When this interface last changed: what discovery has a field for.
CHANGESET = "2026-11-25T00:00:00+00:00"


def discovery(public_url: str, url: str) -> Record:
    endpoint = {
        "specification": SPECIFICATION,
        "url": url,
        "changeset": CHANGESET,
        "type": "production",
        "formats": ["text/xml", "application/json"],
    }
    return {
        "changeset": CHANGESET,
        "contact": f"Ask the town: {public_url}",
        "key_service": f"The town gives keys to those who ask for one: {public_url}",
        "endpoints": [endpoint],
    }


def service(service: Service) -> Record:
    return {
        "service_code": service.service_code,
        "service_name": service.service_name,
        "description": service.description or None,
        "metadata": bool(service.attributes),
        # Every request gets its number at once.
        "type": "realtime",
        "keywords": ", ".join(service.keywords) or None,
        "group": service.group or None,
    }


def definition(service: Service) -> Record:
    return {
        "service_code": service.service_code,
        "attributes": [_attribute(attribute) for attribute in service.attributes],
    }


def _attribute(attribute: Attribute) -> Record:
    record = {
        "variable": attribute.variable,
        "code": attribute.code,
        "datatype": attribute.datatype,
        # The standard cannot say "only if": whoever has to answer is told when the request comes.
        "required": attribute.required and not attribute.when,
        "datatype_description": attribute.datatype_description or None,
        "order": attribute.order,
        "description": attribute.description,
    }
    if attribute.datatype.endswith("list"):
        record["values"] = [{"key": value.key, "name": value.name} for value in attribute.values]
    return record


def filed(request: ServiceRequest) -> Record:
    """Return the answer to a new request."""
    return {"service_request_id": request.service_request_id, "service_notice": None, "account_id": None}


def request(request: ServiceRequest, catalogue: Catalogue, *, private: bool) -> Record:
    """Return a request as the public sees it; `private`, for holders of a key, adds the words and the picture."""
    service = catalogue.get(request.service_code)
    return {
        "service_request_id": request.service_request_id,
        "status": "closed" if request.status == "closed" else "open",
        "status_notes": request.status_notes or None,
        "service_name": service.service_name if service else request.service_code,
        "service_code": request.service_code,
        "description": _words(request) or None if private else None,
        "agency_responsible": None,
        "service_notice": None,
        "requested_datetime": request.requested_datetime,
        "updated_datetime": request.updated_datetime,
        "expected_datetime": None,
        "address": request.address or None,
        "address_id": None,
        "zipcode": None,
        "lat": request.lat,
        "long": request.long,
        "media_url": request.media_url if private else None,
    }


def _words(request: ServiceRequest) -> str:
    """Return the description, with the sender's reference on its last line, as it came."""
    if request.reference.startswith(UNREFERENCED):
        return request.description
    return f"{request.description}\nRef: {request.reference}".strip()

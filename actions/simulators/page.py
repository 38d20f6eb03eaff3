"""What a simulated town received, as a page to look at, with a form to say what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from jinja2 import Environment

from actions.simulators.requests import ServiceRequest

# Everything that comes from outside is escaped: autoescape stays on.
TEMPLATE = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
    """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Simulated town</title>
<style>
body { font: 1rem/1.5 sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
article { border-top: 1px solid; padding: 1rem 0 } dt { font-weight: bold } dd { white-space: pre-wrap; margin: 0 }
</style></head><body>
<h1>{{ requests | length }} {{ "request" if requests | length == 1 else "requests" }} received</h1>
{% for one in requests %}
<article>
<h2>{{ one.service_request_id }}: {{ one.service.service_name }}</h2>
<p>{{ one.status }}{% if one.status_notes %} ({{ one.status_notes }}){% endif %}, received
<time>{{ one.requested_datetime.isoformat(timespec="seconds") }}</time>
{%- if one.token %}, token {{ one.token }}{{ " (still without its number)" if one.ready_at > now }}{% endif %}</p>
<dl>
{% for name, value in one.form.values.items() if name != "api_key" %}
<dt>{{ name }}</dt><dd>{{ value }}</dd>
{% endfor %}
{% for code, answers in one.form.attributes.items() %}
<dt>attribute {{ code }}</dt><dd>{{ answers | join(", ") }}</dd>
{% endfor %}
</dl>
<form method="post" action="/staff/{{ one.service_request_id }}">
<label>Notes <input name="notes" value="{{ one.status_notes }}"></label>
<button name="status" value="closed">Close</button> <button name="status" value="open">Open</button>
</form>
</article>
{% endfor %}
</body></html>
"""
)


def page(requests: Sequence[ServiceRequest], now: datetime) -> str:
    """Return the page, the newest request first."""
    return TEMPLATE.render(requests=requests[::-1], now=now)

"""The web chat: sessions, messages, an event stream, the demo page and the widget."""

from channels.web.routes import WebChannel, build, state

__all__ = ["WebChannel", "build", "state"]

"""Web-chat sessions: an unguessable id that the edge signs and keeps nowhere."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from bot.errors import Forbidden


class Sessions:
    """Makes and reads tokens of the form `<id>.<signature>`."""

    def __init__(self, secret_key: str) -> None:
        self._key = secret_key.encode()

    def new(self) -> str:
        """Return the token of a new session."""
        session_id = secrets.token_hex(16)
        return f"{session_id}.{self._sign(session_id)}"

    def read(self, token: str) -> str:
        """Return the session's id. Raises Forbidden when the token is not one of ours."""
        session_id, _, signature = token.partition(".")
        if not hmac.compare_digest(self._sign(session_id).encode(), signature.encode("utf-8", "replace")):
            raise Forbidden("The session is missing or not valid; POST /chat/sessions for a new one.")
        return session_id

    def _sign(self, session_id: str) -> str:
        # Named, so that nothing else signed with the town's key can pass for a session.
        message = b"web-chat-session:" + session_id.encode("utf-8", "replace")
        return base64.urlsafe_b64encode(hmac.digest(self._key, message, hashlib.sha256)).decode().rstrip("=")

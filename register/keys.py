"""Who may file requests and read citizens' words: programs to which the town gave a key."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence

from register.errors import forbidden

NEEDED = "api_key is missing or wrong; the town gives keys to programs that ask for one."


class Keys:
    """The town's keys; without any, nobody has one."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = [key.encode() for key in keys]

    def __bool__(self) -> bool:
        return bool(self._keys)

    def held(self, params: Mapping[str, str]) -> bool:
        """Whether a call comes with a key. Raises Refusal for a wrong one.

        To take it for none would show a program its own request without its words, and it would file it again.
        """
        key = params.get("api_key")
        if not key:
            return False
        # All are compared, each in constant time, so that the time tells nothing about any.
        if True not in [hmac.compare_digest(key.encode(), ours) for ours in self._keys]:
            raise forbidden(NEEDED)
        return True

    def require(self, params: Mapping[str, str]) -> None:
        if not self.held(params):
            raise forbidden(NEEDED)

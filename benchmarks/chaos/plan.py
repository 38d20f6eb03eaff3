"""What a run is asked to do, and what it found: the numbers people read and the test checks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

#: Messages that one report takes, from the first word to the confirmation; two questions go before it.
OF_A_REPORT = 5
QUESTIONS_BEFORE = 2


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of what; the same seed makes the same citizens, words and victims."""

    messages: int = 500
    conversations: int = 50
    submissions: int = 100
    kills: int = 30
    seed: int = 1
    #: Seconds a citizen waits for one answer before giving up, which counts as a lost message.
    patience: float = 180.0

    @property
    def expected(self) -> int:
        """Messages that will be sent at least."""
        return max(self.messages, self.submissions * (OF_A_REPORT + QUESTIONS_BEFORE))


@dataclass(slots=True)
class Report:
    """What came of it. Every entry of `broken` is a promise that was not kept."""

    plan: Plan
    seconds: float = 0.0
    accepted: int = 0
    confirmed: int = 0
    #: Posts that got no 2xx and were posted again with the same id.
    posted_again: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    #: SMS that went out twice, because the edge died between the provider's answer and writing it down.
    sms_twice: int = 0
    broken: list[str] = field(default_factory=list)

    @property
    def kept(self) -> bool:
        """Whether every promise was kept, under as many kills as were asked for."""
        return not self.broken and self.kills.total() >= self.plan.kills

    def lines(self) -> list[str]:
        """Return the report for people."""
        kills = ", ".join(f"{number} {name}" for name, number in sorted(self.kills.items()))
        # Zero failures in n trials: at most 3/n with 95 % confidence.
        few, fewer = max(1, self.accepted // 3), max(1, self.kills.total() // 3)
        said = [
            f"seed {self.plan.seed}, {self.seconds:.0f} s",
            f"{self.plan.conversations} conversations, {self.accepted} messages accepted",
            f"{self.posted_again} posts repeated with the same id",
            f"{self.confirmed} reports confirmed",
            f"{self.kills.total()} kills ({kills})",
            f"{self.sms_twice} SMS delivered twice",
        ]
        if self.broken:
            return [*said, f"BROKEN: {len(self.broken)}", *self.broken[:50]]
        return [
            *said,
            "no message lost, no submission lost or twice, every conversation in order, nothing waiting",
            f"with 95 % confidence: fewer than 1 message in {few} is lost, fewer than 1 kill in {fewer} loses anything",
        ]

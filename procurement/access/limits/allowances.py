"""What each role may use of the service in one question and in one minute."""

from dataclasses import dataclass

from django.conf import settings

ANONYMOUS = "anonymous"


@dataclass(frozen=True)
class Allowance:
    """The limits of a role; zero is none. `seconds` and `rows` are of one question, `units` of one minute."""

    role: str
    seconds: int
    rows: int
    units: int

    @property
    def who(self) -> str:
        """The role as a sentence names it."""
        return "a client without a token" if self.role == ANONYMOUS else f"a client with the role {self.role}"


def allowance_of(role: str | None) -> Allowance:
    """The limits of a role; None is an anonymous reader."""
    name = role or ANONYMOUS
    return Allowance(name, settings.READ_SECONDS[name], settings.READ_ROWS[name], settings.UNITS_PER_MINUTE[name])

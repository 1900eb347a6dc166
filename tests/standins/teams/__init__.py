"""A strict stand-in for Microsoft Teams: connector, token and key servers, and the people in one tenant."""

from tests.standins.teams.clients import WENT_WRONG, Answered, Dialog
from tests.standins.teams.limits import BLOCKED, FORBIDDEN, NOT_IN_ROSTER, PRECONDITION, TOO_LARGE, TOO_MANY, Fault
from tests.standins.teams.standin import APP_ID, SECRET, TENANT, TeamsStandIn
from tests.standins.teams.world import Conversation, Message, Person, Seen, Team

__all__ = [
    "APP_ID",
    "BLOCKED",
    "FORBIDDEN",
    "NOT_IN_ROSTER",
    "PRECONDITION",
    "SECRET",
    "TENANT",
    "TOO_LARGE",
    "TOO_MANY",
    "WENT_WRONG",
    "Answered",
    "Conversation",
    "Dialog",
    "Fault",
    "Message",
    "Person",
    "Seen",
    "Team",
    "TeamsStandIn",
]

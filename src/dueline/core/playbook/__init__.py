"""The playbook: what a denial means, what to look at first, what to do, by whom, and how often it succeeds here."""

from dueline.core.playbook.advice import Advice, advise
from dueline.core.playbook.chance import Outcomes, chance_of
from dueline.core.playbook.checks import QUESTIONS, CaseFacts, Found, Likeness, Question, look
from dueline.core.playbook.plays import Play, Playbook, Turn, shipped

__all__ = [
    "QUESTIONS",
    "Advice",
    "CaseFacts",
    "Found",
    "Likeness",
    "Outcomes",
    "Play",
    "Playbook",
    "Question",
    "Turn",
    "advise",
    "chance_of",
    "look",
    "shipped",
]

"""Reading denials: lists of them, one with what to do about it, what codes mean."""

from dueline.denials.queries.cards import Card, card_of, cards_of, outcomes_of
from dueline.denials.queries.lists import (
    DenialFilterError,
    DenialFilters,
    DenialOrder,
    denial_for,
    denials,
    denials_by_id,
    denials_of,
)
from dueline.denials.queries.meanings import Meanings, own_meanings

__all__ = [
    "Card",
    "DenialFilterError",
    "DenialFilters",
    "DenialOrder",
    "Meanings",
    "card_of",
    "cards_of",
    "denial_for",
    "denials",
    "denials_by_id",
    "denials_of",
    "outcomes_of",
    "own_meanings",
]

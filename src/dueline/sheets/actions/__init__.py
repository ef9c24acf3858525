"""What changes spreadsheets handed in, and the claims they bring."""

from dueline.sheets.actions.receiving import map_sheet, receive_sheet
from dueline.sheets.actions.resolving import keep_open, resolve
from dueline.sheets.actions.taking import take_in

__all__ = ["keep_open", "map_sheet", "receive_sheet", "resolve", "take_in"]

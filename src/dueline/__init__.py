"""Dueline: the workbench for medical-billing accounts-receivable follow-up."""

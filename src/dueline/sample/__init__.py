"""Invented practices: twelve months of claims and what their payers answered, as X12 files."""

from dueline.sample.practice import PracticePlan, practice_plan
from dueline.sample.writing import SampleResult, write_sample

__all__ = ["PracticePlan", "SampleResult", "practice_plan", "write_sample"]

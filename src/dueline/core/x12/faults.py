"""Every fault that reading can find: its code, its sentence, and whether it keeps a set from being posted.

`docs/reference/reading.md` explains each; a test holds the two equal.
"""

from dataclasses import dataclass, replace

from dueline.core.x12.model import Problem

MOST_LISTED = 1_000  # problems of one set or one file; the rest are counted
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"  # stands for a NUL, which databases do not take
LONGEST_FOUND = 80  # characters quoted from a file


@dataclass(frozen=True)
class Fault:
    """What a problem code means."""

    sentence: str
    is_fatal: bool = True


FAULTS = {
    # The file and its envelope
    "empty_file": Fault("The file is empty."),
    "not_x12": Fault("This is not X12."),
    "not_readable": Fault("The file cannot be opened."),
    "truncated_isa": Fault("The interchange header is cut short or has no terminator."),
    "bad_delimiter": Fault("The interchange header declares separators that cannot be told apart."),
    "text_between_interchanges": Fault("Text that belongs to no interchange was left out."),
    "missing_isa": Fault("An interchange ends that did not begin."),
    "missing_iea": Fault("An interchange ends without its IEA: the file may be cut short."),
    "missing_gs": Fault("A transaction set or a GE stands outside any group."),
    "missing_ge": Fault("A group ends without its GE."),
    "missing_se": Fault("The transaction set ends without its SE: it is cut short."),
    "no_set": Fault("The file holds no transaction set."),
    "missing_terminator": Fault("The last segment has no terminator.", is_fatal=False),
    "segment_outside_set": Fault("Segments outside any transaction set were left out."),
    "wrong_control_number": Fault("A trailer does not repeat its header's control number."),
    "wrong_segment_count": Fault("SE01 is not the number of segments: some may be missing."),
    "wrong_set_count": Fault("GE01 is not the number of transaction sets: some may be missing."),
    "wrong_group_count": Fault("IEA01 is not the number of groups: some may be missing."),
    "repeated_control_number": Fault(
        "Two transaction sets of a group have one control number.", is_fatal=False
    ),
    "test_usage": Fault("The interchange is marked as a test.", is_fatal=False),
    "unknown_set": Fault("Dueline has no use for this kind of transaction set.", is_fatal=False),
    # Segments and elements
    "segment_too_long": Fault("A segment without an end within a million characters was left out."),
    "too_many_segments": Fault("One claim goes on without end; the rest of the set was not read."),
    "bad_segment_identifier": Fault("A segment does not start with a segment identifier."),
    "lower_case_identifier": Fault("Segment identifiers are in lower case.", is_fatal=False),
    "bad_character": Fault("A segment holds a NUL character."),
    "unexpected_segment": Fault(
        "The guide has no such segment here; it was kept with its loop.", is_fatal=False
    ),
    "out_of_order": Fault("Segments are not in the guide's order.", is_fatal=False),
    "missing_line_header": Fault("A service line begins without its LX.", is_fatal=False),
    "line_outside_claim": Fault("A service line stands outside any claim."),
    "wrong_level_number": Fault("The levels (HL01) are not numbered 1, 2, 3.", is_fatal=False),
    "missing_element": Fault("A required element is missing."),
    "bad_amount": Fault("An amount cannot be read."),
    "bad_date": Fault("A date cannot be read."),
    "bad_number": Fault("A number cannot be read."),
    # Sums
    "unbalanced_line": Fault("The line is out of balance.", is_fatal=False),
    "unbalanced_claim": Fault("The claim is out of balance.", is_fatal=False),
    "unbalanced_remittance": Fault("The remittance is out of balance.", is_fatal=False),
    "unbalanced_charge": Fault(
        "The claim's charge is not the sum of its lines' charges.", is_fatal=False
    ),
    "line_charges_differ": Fault(
        "The claim's charge is not the sum of its lines' charges.", is_fatal=False
    ),
    "patient_share_differs": Fault(
        "CLP05 is not the sum of the patient's adjustments.", is_fatal=False
    ),
    "zero_adjustment": Fault("An adjustment of nothing.", is_fatal=False),
    "unknown_group_code": Fault("An adjustment's group is none of CO, OA, PI, PR.", is_fatal=False),
    "negative_payment": Fault("The payment is less than nothing.", is_fatal=False),
    "more_problems": Fault("Further problems of these kinds are not listed.", is_fatal=False),
}


class ProblemLog(list[Problem]):
    """Problems in the order found. A hostile file cannot fill memory with them: see MOST_LISTED."""

    def __init__(self) -> None:
        super().__init__()
        self._codes: set[str] = set()
        self._unlisted = 0

    def record(
        self,
        code: str,
        *,
        number: int = 0,
        identifier: str = "",
        loop: str = "",
        element: str = "",
        expected: str = "",
        found: str = "",
        sentence: str = "",
    ) -> None:
        """Add a problem. Past MOST_LISTED only the first of a kind is added; the others are counted."""
        fault = FAULTS[code]
        if len(self) >= MOST_LISTED and code in self._codes:
            self._count_unlisted()
            return
        self._codes.add(code)
        self.append(
            Problem(
                code,
                sentence or fault.sentence,
                number,
                identifier[:3].replace("\x00", REPLACEMENT),
                loop,
                element[:LONGEST_FOUND].replace("\x00", REPLACEMENT),
                expected[:LONGEST_FOUND],
                found[:LONGEST_FOUND].replace("\x00", REPLACEMENT),
                fault.is_fatal,
            )
        )

    def _count_unlisted(self) -> None:
        self._unlisted += 1
        for position in range(len(self) - 1, -1, -1):
            if self[position].code == "more_problems":
                self[position] = replace(self[position], found=str(self._unlisted))
                return
        self.record("more_problems", found="1")

    @property
    def has_fatal(self) -> bool:
        return any(problem.is_fatal for problem in self)

"""Courteous words for the hard moments of a call, whatever the scenario."""

PHRASES: tuple[tuple[str, str], ...] = (
    (
        "a transfer",
        "Before you transfer me, may I have the reference for this call and that team’s direct number?",
    ),
    (
        "a lost line",
        "In case we are cut off: may I have your direct line or extension, and will you note where we stopped?",
    ),
    (
        "no reference given",
        "Then I will record your name, today’s date and the time. Is there a number of this contact in your system?",
    ),
    (
        "a refusal",
        "I understand you cannot tell me that. Who can, and would you note on the claim that we asked today?",
    ),
    (
        "a supervisor",
        "Thank you for trying. May I speak with a supervisor, or be called back by one, and by when?",
    ),
    (
        "thanks and close",
        "Thank you for your help. To confirm: I have your name, the reference, and what happens next. Have a good day.",
    ),
)

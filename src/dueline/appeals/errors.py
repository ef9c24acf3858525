"""Why something about an appeal is refused, in words for the person who asked."""


class AppealRefused(Exception):
    """An appeal cannot be started, changed or moved so; the message says what was expected and found."""


class EnclosureRefused(AppealRefused):
    """A file cannot be enclosed."""

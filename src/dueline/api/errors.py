"""What can go wrong at the interfaces, each as it is answered; messages hold no patient data."""


class ApiError(Exception):
    """A request is refused: `status`, and `code` for programs. The message is for people."""

    status = 422
    code = "refused"


class NoToken(ApiError):
    status, code = 401, "no_token"


class ScopeMissing(ApiError):
    status, code = 403, "not_allowed"


class NotThere(ApiError):
    status, code = 404, "not_found"


class Conflict(ApiError):
    """The state of things does not permit it: another holds the claim, the key was used."""

    status, code = 409, "conflict"


class TooLarge(ApiError):
    status, code = 413, "too_large"


class WrongType(ApiError):
    status, code = 415, "wrong_content_type"


class BadInput(ApiError):
    """Something given is not as expected; `field` names it."""

    code = "bad_input"

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


class TooMany(ApiError):
    status, code = 429, "too_many_requests"

    def __init__(self, wait_seconds: int) -> None:
        self.wait_seconds = wait_seconds
        super().__init__(f"This token's share of requests is used up. Try in {wait_seconds} s.")


class TokenRefused(ApiError):
    """A token or service cannot be made so."""


class EndpointRefused(ApiError):
    """An address or its kinds of events cannot be taken."""


class DraftRefused(ApiError):
    """A draft cannot be proposed, confirmed or discarded so."""

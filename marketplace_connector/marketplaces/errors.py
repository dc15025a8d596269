"""What can go wrong with a marketplace, cut by what the caller does next."""

LONGEST_PAUSE = 24 * 60 * 60  # seconds: quotas are a day's, and a platform that asks for more has made a mistake


class MarketplaceError(Exception):
    """Base of all errors raised by the clients.

    `message` is English for logs and for the page behind the user's sentence, free of secrets and personal data;
    `code` is the platform's own code, `request_id` its number of the call, for its support desk. `clock_off` is how far
    the platform's clock is ahead of ours, where that may be the reason.
    """

    clock_off = None

    def __init__(self, message, *, code="", request_id=""):
        super().__init__(message)
        self.message = message
        self.code = code
        self.request_id = request_id


class TransportError(MarketplaceError):
    """No answer came: try again with back-off.

    `outcome_unknown` is True when the request may have reached the platform, so a write must be read back first.
    """

    def __init__(self, message, *, outcome_unknown=False, code=""):
        super().__init__(message, code=code)
        self.outcome_unknown = outcome_unknown


class ServerError(MarketplaceError):
    """The platform failed on its side: try again with back-off."""


class RateLimited(MarketplaceError):
    """Too many calls: the shop waits `retry_after` seconds, at most a day; all shops of the app where `whole_app`."""

    def __init__(self, message, *, retry_after, code="", request_id="", whole_app=False):
        super().__init__(message, code=code, request_id=request_id)
        self.retry_after = min(retry_after, LONGEST_PAUSE)
        self.whole_app = whole_app


class TokenExpired(MarketplaceError):
    """The access token is not valid (any more): refresh once and call again."""


class NotAuthorized(MarketplaceError):
    """The authorisation is over, withdrawn or was never valid: only a person can renew it."""


class RenewalLost(NotAuthorized):
    """The refresh token is spent by a renewal whose answer never arrived or was never kept."""


class Rejected(MarketplaceError):
    """The platform understood and refused; asking again the same way gives the same answer."""


class HostNotAllowed(Rejected):
    """A file lies at a `host` that is not among those allowed: a person may allow it."""

    def __init__(self, host):
        super().__init__(f"{host}: refused, since this host is not allowed.", code="host")
        self.host = host


class UnexpectedResponse(MarketplaceError):
    """The answer is not what the platform documents; `where` names what was missing or wrong."""

    def __init__(self, message, *, where, code="", request_id=""):
        super().__init__(message, code=code, request_id=request_id)
        self.where = where


class BadSignature(MarketplaceError):
    """A message that claims to come from the platform is not signed by it."""

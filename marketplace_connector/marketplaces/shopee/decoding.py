"""Tells success from failure, and failures apart by what the caller does next. Looks at the body first, since Shopee
answers HTTP 200 to refusals and 403 to an expired token (pages' `common_error_list`; HTTP 429: guide "API calls")."""

from datetime import datetime, timedelta, timezone

from ..errors import (
    NotAuthorized,
    RateLimited,
    Rejected,
    ServerError,
    TokenExpired,
    UnexpectedResponse,
)
from . import const, refusals


class DataRefused(Rejected):
    """Shopee refuses what was asked about, such as an order it does not have, not the call itself."""


def _none(*_said):
    return None


def decode(response, secrets=(), now=None, own_refusal=_none):
    """The answer's content.

    Raises the error that the answer means; its text holds none of the `secrets`. `now` is the local clock, for answers
    that do not tell the platform's. `own_refusal(code, text in lower case, what Shopee said)` gives the error for what
    only this call is answered, None for anything else.
    """
    content = _json(response)
    code = _code(content.get("error"))
    if not code or _failures_are_listed(code, content):
        if response.status < 400 or "error" in content:
            return content
        raise _by_status(response)
    message = _clean(content.get("message") or content.get("msg"), secrets)
    request_id = content.get("request_id")
    error = _error(code, message, response, response.date or now or datetime.now(timezone.utc), own_refusal)
    error.code = code
    error.request_id = request_id if isinstance(request_id, str) else ""
    raise error


def item_error(code, message="", own_refusal=_none):
    """What an entry of a list says went wrong with it: ServerError if that passes by itself, else Rejected.

    An entry without a code of its own, such as those of v2.logistics.mass_ship_order, has only the message.
    `own_refusal` as for `decode`.
    """
    code, message = _code(code), _clean(message, ())
    bare, lower = _bare(code), message.lower()
    told = f" (Shopee: {', '.join(filter(None, (code, message))) or 'no reason'})"
    error = own_refusal(bare, lower, told)
    if error is None and (refusals.passes(bare, lower) or _is_server_error(code, lower)):
        error = ServerError("Shopee failed on its side." + told)
    error = error or _refused(bare, lower, told)
    error.code = code
    return error


def is_code(error, *codes):
    """Tell whether the error has one of the codes, whatever module stands before it."""
    return _bare(error.code) in codes


def is_already_arranged(error):
    """Tell whether the refusal says that the parcel has been arranged, which is what was wanted."""
    said = refusals.ALREADY_ARRANGED_TEXT in error.message.lower()
    return isinstance(error, Rejected) and (said or is_code(error, refusals.ALREADY_ARRANGED))


def is_not_found(code):
    """Tell whether the error code says that there is no such order."""
    return _bare(code) in const.NOT_FOUND


def is_no_permission(error):
    """Tell whether the error says that the app may not use this call, others perhaps."""
    code = _bare(error.code)
    if "link shop and partner" in error.message.lower():
        return False  # v2.order.cancel_order says by the same code that the shop has withdrawn the app
    return code in const.NO_PERMISSION or (code == "error_auth" and "no permission" in error.message.lower())


def _failures_are_listed(code, content):
    """A batch of which something failed is an error by its code; what went wrong with each stands in its list."""
    response = content.get("response")
    list_key = const.FAILURE_LISTS.get(_bare(code))
    return bool(list_key and isinstance(response, dict) and response.get(list_key))


def _json(response):
    try:
        return response.json()
    except UnexpectedResponse:
        # A gateway's own page instead of Shopee's envelope: all it tells is its status.
        if response.status == 429 or (response.status in (404, 405) and response.body.lstrip()[:1] not in (b"{", b"[")):
            raise _by_status(response) from None
        raise


def _by_status(response):
    code = str(response.status)
    if response.status == 429:
        return RateLimited("Shopee asks for fewer calls.", retry_after=_pause(response), code=code)
    if response.status >= 500:
        return ServerError(f"Shopee answered with HTTP {code}.", code=code)
    return Rejected(f"Shopee answered with HTTP {code}.", code=code)


def _code(value):
    """Shopee's error code; '' for success, which is written as '', null, nothing at all or '-'."""
    code = "" if value in (None, False, 0) else str(value).strip()
    return "" if code == "-" else code


def _bare(code):
    """The code without its module: `order. error_param` and `error_param` are the same."""
    return code.rpartition(".")[2].strip()


def _clean(message, secrets):
    text = " ".join(message.split()) if isinstance(message, str) else ""
    for secret in filter(None, secrets):
        text = text.replace(secret, "***")
    return text[:300]


def _error(code, message, response, now, own_refusal):
    bare, lower = _bare(code), message.lower()
    told = f" (Shopee: {code}, {message or 'no message'})"
    if bare in const.TOKEN_EXPIRED or (bare == "error_auth" and "access_token" in lower):
        return TokenExpired("The access token is not valid any more." + told)
    if bare in const.NOT_AUTHORIZED:
        return NotAuthorized(const.NOT_AUTHORIZED[bare] + told)
    if bare == const.RATE_LIMITED or response.status == 429:
        return RateLimited("Shopee asks for fewer calls." + told, retry_after=_pause(response))
    if code.removeprefix("common.") == const.QUOTA_SPENT:
        seconds = _seconds_to_midnight(now)
        return RateLimited("The app's calls for today are used up." + told, retry_after=seconds, whole_app=True)
    if error := own_refusal(bare, lower, told):
        return error
    if refusals.passes(bare, lower) or _is_server_error(code, lower):
        return ServerError("Shopee failed on its side." + told)
    if bare == "error_auth":
        return _refused_authorisation(lower, told)
    return _refused(bare, lower, told)


def _is_server_error(code, lower):
    """`logistics.error_other` also refuses addresses: with a module before it the text must say what it is."""
    bare = _bare(code)
    if bare == "error_other" and "." in code and lower and "system error" not in lower:
        return False
    return bare in const.SERVER_ERRORS and "not exist" not in lower


def _refused_authorisation(lower, told):
    """`error_auth` also refuses stock figures; only what speaks of the authorisation ends it."""
    words = ("partner", "shopid", "shop_id", "code", "token", "permission", "auth", "sign", "account")
    if not lower or any(word in lower for word in words):
        return NotAuthorized("Shopee refuses the authorisation: the shop has to be authorised again." + told)
    return Rejected("Shopee refused the call." + told)


def _refused(bare, lower, told):
    if bare == "error_param" and "timestamp is expired" in lower:
        return Rejected(
            "Shopee refused the call because this server's clock is more than five minutes off: set the clock." + told
        )
    if bare == "error_param" and "partner_id" in lower:
        return NotAuthorized(const.NOT_AUTHORIZED["invalid_partner_id"] + told)
    meaning = refusals.sentence(bare, lower)
    about_data = ("not found", "not exist", "wrong parameters", "parameter invalid", "order_sn")
    if bare in const.NOT_FOUND or any(words in lower for words in about_data):
        meaning = meaning or "Shopee does not have what was asked for, or not for this shop."
        return DataRefused(meaning + told)
    return Rejected((meaning or "Shopee refused the call.") + told)


def _pause(response):
    return response.retry_after or const.RATE_LIMIT_SECONDS


def _seconds_to_midnight(now):
    """How long until the daily quota begins anew, at 00:00 UTC+08:00."""
    there = now.astimezone(const.QUOTA_ZONE)
    midnight = (there + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return int((midnight - there).total_seconds()) + 1

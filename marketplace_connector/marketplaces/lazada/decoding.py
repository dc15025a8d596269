"""Tells success from failure, and failures apart by what the caller does next. Lazada answers refusals with HTTP 200;
success has layers: the `code`, then `success` of the answer or of its `result` (doc 121328)."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..errors import (
    MarketplaceError,
    NotAuthorized,
    RateLimited,
    Rejected,
    ServerError,
    TokenExpired,
    UnexpectedResponse,
)
from ..http import Response
from . import const
from .reading import flag, unexpected

FEWER_CALLS = "Lazada asks for fewer calls."
_BAN = re.compile(r"ban will last (\d+)\s*second", re.IGNORECASE)


class DataRefused(Rejected):
    """Lazada refuses what was asked about, such as an order it does not have, not the call itself.

    `details` are the entries that say which of several things asked about are meant, as Lazada sent them.
    """

    details: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The content of a success, and the platform's clock if it tells."""

    content: dict[str, Any]
    date: datetime | None


def decode(response: Response, secrets=()) -> Answer:
    """The answer's content. Raises the error that the answer means; its text holds none of the `secrets`."""
    if response.status == 429:
        raise RateLimited(
            FEWER_CALLS,
            retry_after=response.retry_after or const.TOO_MANY_REQUESTS_SECONDS,
            code="429",
        )
    content = response.json()
    request_id = content.get("request_id")
    request_id = request_id if isinstance(request_id, str) else ""
    code, message = _failure(content, response.status)
    if code != "0":
        error = error_of(code, _clean(message, secrets), request_id, response.status)
        if isinstance(error, DataRefused):
            error.details = details(content)
        raise error
    return Answer(content, response.date)


def _failure(content, status):
    """Code and message of the first layer that failed; code "0" where all are good."""
    code = _code(content.get("code"))
    if not code and status < 500:
        raise UnexpectedResponse("Lazada's answer has no code.", where="code")
    if code != "0":
        return code or str(status), content.get("message")
    for layer in (content, content.get("result")):
        if isinstance(layer, dict) and _is_false(layer.get("success")):
            code = _code(layer.get("error_code")) or _code(layer.get("errorCode"))
            message = layer.get("error_msg") or layer.get("errorMsg") or layer.get("msg") or layer.get("message")
            return (code if code not in ("", "0") else "unsuccessful"), message
    return ("0", "") if status < 400 else (str(status), "")


def details(content) -> tuple[dict[str, Any], ...]:
    """The entries of `detail`, which stands beside the code, also beside that of a success."""
    entries = content.get("detail")
    return tuple(entry for entry in entries if isinstance(entry, dict)) if isinstance(entries, list) else ()


def _code(value):
    """The code as text, '' where there is none; written as text or as a number."""
    return "" if value is None or isinstance(value, bool | dict | list) else str(value).strip()


def _is_false(value):
    return value is False or (isinstance(value, str) and value.strip().lower() == "false")


def _clean(message, secrets):
    """The message on one line without secrets: a refused signature may come with the signed text, token included."""
    text = " ".join(message.split()) if isinstance(message, str) else ""
    for secret in filter(None, secrets):
        text = text.replace(secret, "***")
    return text[:300]


def line_error(line) -> MarketplaceError | None:
    """The error of one of several things asked for in one call; None where it was done (docs 121328).

    Raises UnexpectedResponse where the line does not tell.
    """
    code = _code(line.get("item_err_code"))
    if not code:
        raise unexpected("item_err_code")
    if code == "0":
        return None
    message = _clean(line.get("msg"), ())
    error = error_of(code, message)
    may_pass = code in const.MAY_PASS or code not in const.REFUSED
    if isinstance(error, DataRefused) and may_pass and flag(line, "retry"):
        return ServerError(error.message, code=code)
    return error


def error_of(code, message, request_id="", status=200) -> MarketplaceError:
    """The error that a code of Lazada's means."""
    text_code = message.partition(":")[0]  # E0131 for 131: other calls use these numbers for other things
    told = f" (Lazada: {code}{', ' + message if message else ''})"
    known = {"code": code, "request_id": request_id}
    if code in const.TOKEN_EXPIRED:
        return TokenExpired("The access token is not valid any more." + told, **known)
    if code in const.NOT_AUTHORIZED:
        return NotAuthorized(const.NOT_AUTHORIZED[code] + told, **known)
    if code in const.RATE_LIMITS:
        ban = _BAN.search(message)
        seconds = max(int(ban[1][:6]), 1) if ban else const.RATE_LIMITS[code]
        reason = "Lazada has switched this off during a campaign." if code == const.SWITCHED_OFF else FEWER_CALLS
        return RateLimited(reason + told, retry_after=seconds, whole_app=code == const.APP_LIMIT, **known)
    if code in const.REJECTED:
        return Rejected(const.REJECTED[code] + told, **known)
    if code in const.SERVER_ERRORS or text_code in const.SERVER_ERRORS or status >= 500:
        return ServerError("Lazada failed on its side." + told, **known)
    # What concerns the order or product that was asked for has a number, what concerns app or call a word.
    refused = DataRefused if code.isdigit() and status < 400 else Rejected
    sentence = const.REFUSED.get(code) or const.REFUSED.get(text_code) or "Lazada refused the call."
    return refused(sentence + told, **known)

"""What every API call passes before it reaches its function, and the envelope of every answer."""

import hmac
import json
import time
import uuid

from werkzeug.wrappers import Response

from ..web import json_response
from .signing import public_base, shop_base, sign

TIMESTAMP_TOLERANCE = 300
LARGEST_INTEGER = 4294967295
WRONG_PATH = "Permission denied. This API is currently offline or the request path is incorrect."


RATE_LIMIT = ("error_rate_limit", "Too many requests. You have reached the rate limit. Please try again later.")


class ApiError(Exception):
    """An answer with `error` filled. Business errors keep HTTP 200."""

    status = 200

    def __init__(self, error, message):
        super().__init__(f"{error}: {message}")
        self.error = error
        self.message = message


class Refused(ApiError):
    """Stopped at the gate: partner, timestamp, signature or token."""

    status = 403


class TooManyCalls(ApiError):
    """The shop is called more often than it may be."""

    status = 429

    def __init__(self):
        super().__init__(*RATE_LIMIT)


class WrongParameters(ApiError):
    """The parameters of the call itself."""

    def __init__(self, detail):
        super().__init__("error_param", f"Wrong parameters, detail: {detail}")


class NotAllowed(ApiError, ValueError):
    """What Shopee does not let a seller do with an order, on its pages as little as in calls."""


def answer(content, status=200):
    """The answer with the envelope around it; `content` brings `response` or top-level fields."""
    return json_response({"request_id": uuid.uuid4().hex, "error": "", "message": "", **content}, status)


def error_answer(error, message, status=200):
    """The answer of a call that failed."""
    return answer({"error": error, "message": message}, status)


class Call:
    """One API call: its parameters, and the shop it is about where it is about one."""

    def __init__(self, app, request):
        self.app = app
        self.request = request
        self.shop = None

    def text(self, name, default="") -> str:
        """The parameter of the query, the first where it is repeated."""
        return self.request.args.get(name, default)

    def required(self, name) -> str:
        """The parameter of the query, which must be there."""
        value = self.text(name)
        if not value:
            raise WrongParameters(f"{name} is a required field.")
        return value

    def integer(self, name, default=None) -> int:
        """The whole number of the query, which must be there if there is no default."""
        text = self.text(name) if default is not None else self.required(name)
        if not text:
            return default
        if not text.isdecimal():
            raise WrongParameters(f"{name} must be an integer.")
        return int(text)

    def flag(self, name) -> bool:
        """Whether the query says true."""
        return self.text(name).lower() == "true"

    def names(self, name) -> list[str]:
        """The values of a parameter that takes several in one, joined by commas."""
        return [part.strip() for part in self.text(name).split(",") if part.strip()]

    def body(self) -> dict:
        """The JSON object of a POST."""
        try:
            body = json.loads(self.request.get_data())
        except ValueError:
            body = None
        if not isinstance(body, dict) or self.request.mimetype != "application/json":
            raise ApiError("error_param", "The request body is not a valid json format")
        return body


def public_api(app, path, function, methods=("GET",)):
    """Serve `function(call)` at the path to whoever signs as a partner."""
    _serve(app, path, function, methods, _check_public)


def shop_api(app, path, function, methods=("GET",)):
    """Serve `function(call)` at the path to whoever has a token of the shop; `call.shop` is that shop."""
    _serve(app, path, function, methods, _check_shop)


def _serve(app, path, function, methods, check):
    def endpoint(request):
        call = Call(app, request)
        try:
            check(call)
            call.app.take_refusal(call.request.path)
            content = function(call)
            return content if isinstance(content, Response) else answer(content)
        except ApiError as error:
            return error_answer(error.error, error.message, error.status)

    app.route(path, endpoint, methods)


# === CHECKS, in Shopee's order: parameters, timestamp, signature, token, permission === #


def _check_public(call):
    check_partner(call)
    check_signature(call, public_base(call.text("partner_id"), call.request.path, call.text("timestamp")))
    _check_permission(call)


def _check_shop(call):
    check_partner(call)
    token, shop_id = call.text("access_token"), call.text("shop_id")
    if not token:
        raise Refused("error_param", "There is no access_token in query.")
    if not shop_id:
        raise Refused("error_param", "There is no shop_id in query.")
    if not shop_id.isdecimal() or int(shop_id) > LARGEST_INTEGER:
        raise Refused("error_param", f"shop_id is invalid, should be an integer between 0 and {LARGEST_INTEGER}.")
    base = shop_base(call.text("partner_id"), call.request.path, call.text("timestamp"), token, shop_id)
    check_signature(call, base)
    if not call.app.token_is_good(token, ("shop_id", int(shop_id))):
        raise Refused(*call.app.bad_token_error)
    call.shop = call.app.shops[int(shop_id)]
    _check_permission(call)
    call.app.count_call(call.shop)


def check_partner(call):
    """Refuse what lacks the common parameters or carries somebody else's partner_id."""
    partner_id, timestamp = call.text("partner_id"), call.text("timestamp")
    if not partner_id:
        raise Refused("error_param", "There is no partner_id in query.")
    if not timestamp:
        raise Refused("error_param", "no timestamp")
    if not call.text("sign"):
        raise Refused("error_param", "There is no sign in query.")
    if not partner_id.isdecimal() or int(partner_id) > LARGEST_INTEGER:
        raise Refused("error_param", "Invalid partner_id.")
    if int(partner_id) != call.app.partner_id:
        raise Refused("error_auth", "partner_id is invalid")


def check_signature(call, base):
    """Refuse a call that is old, from the future, or signed wrongly.

    The signature's time is compared with the machine's clock: moving the platform's must not lock callers out.
    """
    timestamp = call.text("timestamp")
    if not timestamp.isdecimal():
        raise Refused("error_param", "Invalid timestamp")
    if abs(time.time() - int(timestamp)) > TIMESTAMP_TOLERANCE:
        raise Refused("error_param", "Timestamp is expired.")
    if not hmac.compare_digest(sign(call.app.partner_key, base).encode(), call.text("sign").encode()):
        raise Refused("error_sign", "Wrong sign.")


def _check_permission(call):
    if call.request.path in call.app.denied_paths:
        raise ApiError("error_auth", "No permission to current api.")
    if call.shop and call.shop.status == "BANNED":
        raise ApiError(*SHOP_BANNED)


SHOP_BANNED = (
    "shop_banned",
    "The shop account has been banned. Permissions for shop authorization and API calls have been suspended "
    "until the shop account is restored.",
)

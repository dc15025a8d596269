"""What every API call passes before it reaches its function, and the envelope of every answer."""

import time
import uuid
from datetime import datetime, timezone

from ..web import json_response
from .signing import is_signed

TIMESTAMP_TOLERANCE = 7200  # seconds, Lazada developer's guide

# Each site has its own host; a token of several sites speaks to the shop of the host it is used on.
HOSTS = {
    "api.lazada.sg": "SG",
    "api.lazada.com.my": "MY",
    "api.lazada.co.th": "TH",
    "api.lazada.com.ph": "PH",
    "api.lazada.vn": "VN",
    "api.lazada.co.id": "ID",
}


class LazadaError(Exception):
    """A refusal in Lazada's words. ISV: the caller's mistake, ISP: the service's, SYSTEM: the gateway's."""

    def __init__(self, code, message, kind="ISV", detail=()):
        super().__init__(f"{code}: {message}")
        self.detail = detail
        self.code = code
        self.message = message
        self.kind = kind


def missing_parameter(name):
    """The refusal of a call that lacks the parameter."""
    return LazadaError(
        "MissingParameter",
        f'The input parameter "{name}" that is mandatory for processing this request is not supplied',
    )


def answer(content):
    """The answer with the envelope around it; `content` brings `data` or top-level fields."""
    return json_response({"code": "0", **content, **_trace()})


def error_answer(error):
    """The answer to a refused call; a refusal is HTTP 200 as well."""
    content = {"type": error.kind, "code": error.code, "message": error.message}
    if error.detail:
        content["detail"] = error.detail
    return json_response({**content, **_trace()})


def _trace():
    request_id = uuid.uuid4().hex[:24]
    return {"request_id": request_id, "_trace_id_": f"{request_id}{time.time_ns() // 1000}"}


class Call:
    """One API call: its parameters from query and form together, and the shop it is about, where it is about one."""

    def __init__(self, app, request):
        self.app = app
        self.path = request.path.removeprefix("/rest")
        self.host_url = request.host_url
        self.host = request.host.partition(":")[0].lower()
        self.parameters = {**request.form.to_dict(), **request.args.to_dict()}
        is_form = request.mimetype in ("application/x-www-form-urlencoded", "multipart/form-data")
        self.body = "" if is_form else request.get_data(as_text=True)
        self.shop = None

    def text(self, name, default="") -> str:
        """The parameter, the default where it is missing or empty."""
        return self.parameters.get(name) or default

    def required(self, name) -> str:
        """The parameter, which must be there."""
        if not self.text(name):
            raise missing_parameter(name)
        return self.text(name)


def serve(app, path, function, methods=("GET",), needs_token=True):
    """Answer the path with what `function(call)` returns; `call.shop` is the token's shop where one is needed."""

    def endpoint(request):
        call = Call(app, request)
        try:
            check_caller(call)
            if path in app.denied_paths:
                raise LazadaError("InsufficientPermission", "The application has no permission to call this API")
            if needs_token:
                call.shop = _shop_of_token(call)
            return answer(function(call))
        except LazadaError as error:
            return error_answer(error)

    app.route(f"/rest{path}", endpoint, methods)


def refuse(app, request, error):
    """The answer to a call that reached no function: mistakes of the caller go before the error."""
    try:
        check_caller(Call(app, request))
    except LazadaError as earlier:
        error = earlier
    return error_answer(error)


# === CHECKS: app_key, timestamp, signature; then path, token, parameters (order: CHOICE, contract 11.13) === #


def check_caller(call):
    """Refuse what is not signed by the app, or is too old."""
    if call.required("app_key") != call.app.app_key:
        raise LazadaError("InvalidAppKey", "The specified App Key is invalid")
    _check_timestamp(call.required("timestamp"))
    call.required("sign")
    if call.required("sign_method") != "sha256" or not is_signed(
        call.app.app_secret, call.path, call.parameters, call.body
    ):
        raise LazadaError("IncompleteSignature", "The request signature does not conform to lazop standards")


def _check_timestamp(text):
    """The signature's time is compared with the machine's clock: moving the platform's must not lock callers out."""
    try:
        if text.isdecimal():
            seconds = int(text) / 1000
        else:
            seconds = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc).timestamp()
    except ValueError:
        seconds = 0
    if abs(time.time() - seconds) > TIMESTAMP_TOLERANCE:
        raise LazadaError("IllegalTimestamp", "The timestamp is invalid or malformed")


def _shop_of_token(call):
    authorisation = call.app.authorisation_of(call.required("access_token"))
    shops = authorisation.shops if authorisation else []
    site = HOSTS.get(call.host) or call.host.partition(".")[0].upper()
    chosen = [shop for shop in shops if shop.country.code == site]
    if not shops or (call.host in HOSTS and not chosen):
        raise LazadaError("IllegalAccessToken", "The specified access token is invalid or expired")
    return (chosen or shops)[0]

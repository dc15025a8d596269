"""The consent page in both its styles, and the two calls that give tokens."""

from html import escape
from urllib.parse import urlencode, urlsplit

from werkzeug.utils import redirect

from ..web import page
from .gateway import Call, Refused, WrongParameters, check_partner, check_signature, error_answer, public_api
from .signing import public_base
from .tokens import LONGEST_DAYS

COLOR = "#d0381a"
CLASSIC_LINK = "/api/v2/shop/auth_partner"
FORM = """<section><p><b>Partner {partner_id}</b> asks for access to your shop: orders, products, stock, payments.</p>
<form method="post" action="/auth"><input type="hidden" name="redirect_uri" value="{redirect_uri}">
<input type="hidden" name="state" value="{state}">
<p><label>Log in as <select name="login">{logins}</select></label></p>
<p><label>Authorise for <select name="days">{days}</select> days</label></p>
<button name="decision" value="allow">Allow</button>
<button name="decision" value="deny">Deny</button></form></section>"""


def register(app):
    """Serve consent pages and token calls."""
    app.route("/auth", lambda request: show_consent(app, request), ["GET"])
    app.route("/auth", lambda request: decide(app, request), ["POST"])
    app.route(CLASSIC_LINK, lambda request: show_classic_consent(app, request), ["GET"])
    public_api(app, "/api/v2/auth/token/get", get_access_token, ["POST"])
    public_api(app, "/api/v2/auth/access_token/get", refresh_access_token, ["POST"])


# === CONSENT === #


def show_consent(app, request):
    """The unsigned page of today: `partner_id, auth_type, redirect_uri, response_type, state`."""
    arguments = request.args
    faults = []
    if arguments.get("partner_id") != str(app.partner_id):
        faults.append("partner_id is not the one of an app")
    if arguments.get("auth_type") != "seller":
        faults.append("auth_type must be seller")
    if arguments.get("response_type") != "code":
        faults.append("response_type must be code")
    return _consent(app, arguments.get("redirect_uri", ""), arguments.get("state", ""), faults)


def show_classic_consent(app, request):
    """The signed link: `partner_id, timestamp, sign, redirect`, good for five minutes."""
    call = Call(app, request)
    try:
        check_partner(call)
        check_signature(call, public_base(call.text("partner_id"), CLASSIC_LINK, call.text("timestamp")))
    except Refused as error:
        return error_answer(error.error, error.message, error.status)
    return _consent(app, call.text("redirect"), "", [])


def _consent(app, redirect_uri, state, faults):
    faults = faults + _redirect_faults(app, redirect_uri)
    if faults:
        body = "".join(f'<p class="error">{escape(fault)}</p>' for fault in faults)
        return page("Shopee", COLOR, "This link does not work", body, status=400)
    logins = [(f"shop_id:{shop.shop_id}", f"{shop.name} (shop)") for shop in app.shops.values()]
    logins += [
        (f"main_account_id:{account.main_account_id}", f"{account.name} (main account, {len(account.shop_ids)} shops)")
        for account in app.main_accounts.values()
    ]
    body = FORM.format(
        partner_id=app.partner_id,
        redirect_uri=escape(redirect_uri),
        state=escape(state),
        logins="".join(f'<option value="{value}">{escape(text)}</option>' for value, text in logins),
        days="".join(f"<option>{days}</option>" for days in (LONGEST_DAYS, 180, 90, 30, 7)),
    )
    return page("Shopee", COLOR, "Authorise an app", body)


def _redirect_faults(app, redirect_uri):
    target = urlsplit(redirect_uri)
    if target.scheme not in ("http", "https") or not target.hostname:
        return ["The redirect address is missing or no web address"]
    if app.redirect_domain and app.redirect_domain not in (target.hostname, target.netloc):
        return ["The redirect address is not in the domain registered in the Console"]
    return []


def decide(app, request):
    """Back to the partner, with a code if the seller allowed it."""
    form = request.form
    redirect_uri = form.get("redirect_uri", "")
    kind, _, number = form.get("login", "").partition(":")
    known = app.shops if kind == "shop_id" else app.main_accounts if kind == "main_account_id" else {}
    days = form.get("days", "")
    allowed = form.get("decision") == "allow"
    faults = _redirect_faults(app, redirect_uri)
    if faults or (allowed and (not number.isdecimal() or int(number) not in known or not days.isdecimal())):
        return _consent(app, redirect_uri, "", [] if faults else ["Choose a log-in and a number of days"])
    parameters = {}
    if allowed:
        code = app.authorise(**{kind: int(number)}, days=int(days))
        parameters = {"code": code, kind: number}
    if form.get("state"):
        parameters["state"] = form["state"]
    separator = "&" if urlsplit(redirect_uri).query else "?"
    return redirect(redirect_uri + separator + urlencode(parameters))


# === TOKENS === #


def get_access_token(call):
    """The first pair for a code, at top level."""
    body = _token_body(call, "code")
    return call.app.exchange_code(body["code"], _holder(body, ("shop_id", "main_account_id")))


def refresh_access_token(call):
    """The next pair of one shop or merchant, at top level."""
    body = _token_body(call, "refresh_token")
    holder = _holder(body, ("shop_id", "merchant_id"))
    pair = call.app.refresh(body["refresh_token"], holder)
    return {"partner_id": call.app.partner_id, holder[0]: holder[1], **pair}


def _token_body(call, secret):
    body = call.body()
    if not isinstance(body.get(secret), str) or not body[secret]:
        raise WrongParameters(f"{secret} is a required field.")
    if body.get("partner_id") != call.app.partner_id:
        raise Refused("error_param", "Invalid partner_id.")
    return body


def _holder(body, kinds):
    given = [kind for kind in kinds if kind in body]
    if len(given) != 1 or type(body[given[0]]) is not int:
        raise WrongParameters(f"exactly one of {' and '.join(kinds)} is needed, as an integer.")
    return given[0], body[given[0]]

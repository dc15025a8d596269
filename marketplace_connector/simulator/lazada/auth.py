"""Authorisation: the consent page, and the two token calls (Lazada docs 108260, 121567)."""

from html import escape
from urllib.parse import urlencode, urlsplit

from werkzeug.utils import redirect

from ..web import page
from .gateway import LazadaError, serve
from .state import Authorisation

COLOR = "#1a237e"
LOOPBACK = ("localhost", "127.0.0.1", "::1")
DAY = 86400

CONSENT = """<section><p>The application <b>{app_key}</b> asks for access to your shop: to read and handle
orders, products, prices, stock and payments.</p><form method="post">{accounts}
<p><button name="answer" value="allow">Allow</button> <button name="answer" value="deny">Deny</button></p>
</form></section>"""


class Authoriser:
    """The part of the platform that gives, exchanges and takes back tokens."""

    code_lifetime = 30 * 60
    access_lifetime = 30 * DAY  # of an app that is online; test apps have less, contract 1.5
    refresh_lifetime = 180 * DAY
    access_survives_refresh = False  # UNSURE
    callback = ""  # the registered one; empty: any loopback or https address will do

    def __init__(self):
        self.authorisations: list[Authorisation] = []
        self._codes = {}  # code: (account, end)
        self._old_tokens = {}  # access token: (authorisation, end)

    def authorise(self, account) -> Authorisation:
        """The seller allows the app to act for them: what a person does on the consent page."""
        now = self.clock.seconds()
        authorisation = Authorisation(
            account=account,
            access_token=self._secret("50000"),
            access_end=now + self.access_lifetime,
            refresh_token=self._secret("50001"),
            refresh_end=now + self.refresh_lifetime,
        )
        self.authorisations.append(authorisation)
        return authorisation

    def refresh(self, authorisation):
        """New tokens; the end of the refresh token stays."""
        if self.access_survives_refresh:
            self._old_tokens[authorisation.access_token] = (authorisation, authorisation.access_end)
        authorisation.access_token = self._secret("50000")
        authorisation.access_end = self.clock.seconds() + self.access_lifetime
        authorisation.refresh_token = self._secret("50001")

    def revoke(self, account=None):
        """The seller takes back what they allowed; no account: all sellers do."""
        self.authorisations = [a for a in self.authorisations if account and a.account is not account]

    def new_code(self, account) -> str:
        """A code as the consent page hands it to the callback."""
        code = f"0_{self.app_key}_{self._secret('')}"
        self._codes[code] = (account, self.clock.seconds() + self.code_lifetime)
        return code

    def account_of_code(self, code):
        """The seller who gave the code, which is used up by this; None for a wrong, used or old one."""
        account, end = self._codes.pop(code, (None, 0))
        return account if self.clock.seconds() < end else None

    def authorisation_of(self, access_token):
        """The authorisation that the access token belongs to, None where it is wrong, expired or revoked."""
        now = self.clock.seconds()
        for authorisation in self.authorisations:
            if authorisation.access_token == access_token and now < authorisation.access_end:
                return authorisation
        authorisation, end = self._old_tokens.get(access_token, (None, 0))
        return authorisation if authorisation in self.authorisations and now < end else None

    def authorisation_of_refresh_token(self, refresh_token):
        """The authorisation that the refresh token belongs to, None where it is wrong, replaced or expired."""
        now = self.clock.seconds()
        for authorisation in self.authorisations:
            if authorisation.refresh_token == refresh_token and now < authorisation.refresh_end:
                return authorisation
        return None

    def _secret(self, prefix):
        return prefix + "".join(self.random.choices("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=40))


def register(app):
    """Serve the consent page and the token calls."""
    app.route("/oauth/authorize", lambda request: consent_page(app, request))
    serve(app, "/auth/token/create", create_token, ("GET", "POST"), needs_token=False)
    serve(app, "/auth/token/refresh", refresh_token, ("GET", "POST"), needs_token=False)


# === TOKEN CALLS: their fields stand at top level === #


def create_token(call):
    """The tokens for a code."""
    account = call.app.account_of_code(call.required("code"))
    if not account:
        raise LazadaError("InvalidCode", "Invalid authorization code")
    return _tokens(call.app, call.app.authorise(account), "country_user_info")


def refresh_token(call):
    """New tokens for a refresh token, which is used up by this."""
    authorisation = call.app.authorisation_of_refresh_token(call.required("refresh_token"))
    if not authorisation:
        raise LazadaError("IllegalRefreshToken", "The specified refresh token is invalid or expired")
    call.app.refresh(authorisation)
    return _tokens(call.app, authorisation, "country_user_info_list")


def _tokens(app, authorisation, list_name):
    now = app.clock.seconds()
    shops = authorisation.shops
    return {
        "access_token": authorisation.access_token,
        "refresh_token": authorisation.refresh_token,
        "expires_in": int(authorisation.access_end - now),
        "refresh_expires_in": int(authorisation.refresh_end - now),
        "country": shops[0].country.code.lower() if len(shops) == 1 else "cb",
        "account": authorisation.account.email,
        "account_platform": "seller_center",
        "account_id": None,
        list_name: [
            {
                "country": shop.country.code.lower(),
                "user_id": str(shop.seller_id),
                "seller_id": str(shop.seller_id),
                "short_code": shop.short_code,
            }
            for shop in shops
        ],
    }


# === CONSENT PAGE === #


def consent_page(app, request):
    """Asks the seller, and sends them back to the app with a code."""
    complaint = _complaint(app, request.args)
    if complaint:
        return page("Lazada", COLOR, "Authorisation", f'<p class="error">{escape(complaint)}</p>', status=400)
    if request.method != "POST":
        return page("Lazada", COLOR, "Authorisation", _consent_form(app, request.args))
    if request.form.get("answer") != "allow":
        return page("Lazada", COLOR, "Authorisation", "<p>You have not given access. You may close this page.</p>")
    account = next((one for one in app.accounts if one.email == request.form.get("account")), None)
    if account is None:
        return page("Lazada", COLOR, "Authorisation", '<p class="error">Choose a shop.</p>', status=400)
    answer = {"code": app.new_code(account)}
    if "state" in request.args:
        answer["state"] = request.args["state"]
    callback = request.args["redirect_uri"]
    return redirect(f"{callback}{'&' if '?' in callback else '?'}{urlencode(answer)}")


def _complaint(app, arguments):
    if arguments.get("client_id") != app.app_key:
        return "The app does not exist: check client_id."
    if arguments.get("response_type") != "code":
        return "response_type must be code."
    callback = arguments.get("redirect_uri", "")
    parts = urlsplit(callback)
    fits = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if callback != app.callback if app.callback else not fits:
        return "Redirect uri does not match the callback URL of the APP"
    return ""


def _consent_form(app, arguments):
    asked = {country.upper() for country in arguments.get("country", "").split(",") if country}
    choices = [a for a in app.accounts if not asked or "CB" in asked or asked & {s.country.code for s in a.shops}]
    rows = []
    for place, account in enumerate(choices):
        names = ", ".join(f"{shop.name} ({shop.short_code})" for shop in account.shops)
        checked = " checked" if place == 0 else ""
        rows.append(
            f'<p><label><input type="radio" name="account" value="{escape(account.email)}"{checked}> '
            f"<b>{escape(account.email)}</b>: {escape(names)}</label></p>"
        )
    return CONSENT.format(app_key=escape(app.app_key), accounts="".join(rows))

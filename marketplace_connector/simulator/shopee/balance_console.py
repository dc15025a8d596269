"""Seller Center's "My Balance": what its buttons do, on the page for people and in JSON for tools."""

from decimal import Decimal, InvalidOperation

from werkzeug.exceptions import BadRequest

from ..web import json_response
from .balance_pages import PATH, RATES, balance_page
from .escrow_terms import TAKEN_OFF
from .orders import number
from .settings import done, find_shop, given_fields
from .wallet_types import TYPES


def register(app):
    """Serve the page, its buttons, and the sums for tools."""
    app.route(PATH, lambda request: balance_page(app, _shop(app, request.args)), ["GET"])
    app.route(PATH, lambda request: act(app, request), ["POST"])
    app.route(f"{PATH}/days", lambda request: days(app, request), ["GET"])


def days(app, request):
    """What each day of the shop's wallet comes to, by date: opening, closing, sums by transaction type."""
    told = {
        day.isoformat(): {
            "opening": number(one.opening),
            "closing": number(one.closing),
            "sums": {name: number(amount) for name, amount in one.sums.items()},
        }
        for day, one in app.wallet_days(_shop(app, request.args)).items()
    }
    return json_response(told)


def act(app, request):
    """A button: `action` is one of ACTIONS, with `shop_id` and what the action needs; the page or the balance after."""
    given = given_fields(request)
    shop = _shop(app, given)
    try:
        if given.get("action") not in ACTIONS:
            raise ValueError("There is no such action")
        ACTIONS[given["action"]](app, shop, given)
    except (ValueError, TypeError, InvalidOperation) as error:
        message = "An amount is needed" if isinstance(error, InvalidOperation) else _words(error)
        if request.is_json:
            raise BadRequest(message) from None
        return balance_page(app, shop, message)
    return done(request, {"balance": number(shop.ledger.balance())}, f"{PATH}?shop_id={shop.shop_id}")


def _words(error):
    return getattr(error, "message", str(error))


# === ACTIONS === #


def _release_all(app, shop, given):
    for order in list(shop.orders.values()):
        if order.is_releasable:
            app.release(order)


def _end_withdrawals(app, shop, given):
    for withdrawal in shop.ledger.withdrawals.values():
        if withdrawal.status == "CREATED":
            app.complete_withdrawal(shop, withdrawal)


def _refund(app, shop, given):
    """All that was sent comes back, or the buyer keeps it and gets as much money as the amount says."""
    facts = {"refund": _amount(given), "goods_come_back": False} if given.get("amount") else {}
    app.return_order(_order(shop, given), **facts)


def _adjust(app, shop, given):
    app.adjust(_order(shop, given), _amount(given), given.get("reason") or "Adjustment")


def _charge(app, shop, given):
    """The amount is what is charged, or paid: the type says which."""
    name = given.get("transaction_type", "")
    if name not in TYPES:
        raise ValueError("There is no such type")
    amount = TYPES[name][1] * abs(_amount(given))
    order = _order(shop, given) if given.get("order_sn") else None
    app.add_movement(shop, name, amount, order=order, reason=given.get("reason", ""))


def _unknown(app, shop, given):
    app.add_movement(shop, given.get("transaction_type", ""), _amount(given), reason=given.get("reason", ""))


def _cross_border(app, shop, given):
    shop.is_cb = bool(int(given["on"])) if "on" in given else not shop.is_cb


def _set_rates(app, shop, given):
    """Percent of the goods by the name of any term that is taken off in the escrow formula; of all shops."""
    rates = {name: _percent(given[name]) for name in (*RATES, *TAKEN_OFF) if name in given}
    app.fee_rates = {**app.fee_rates, **rates}


ACTIONS = {
    "pay_out": lambda app, shop, given: app.pay_out(shop),
    "release": lambda app, shop, given: app.release(_order(shop, given)),
    "release_all": _release_all,
    "end_withdrawals": _end_withdrawals,
    "refund": _refund,
    "pay_ahead": lambda app, shop, given: app.pay_ahead(_order(shop, given), _amount(given)),
    "adjust": _adjust,
    "charge": _charge,
    "unknown": _unknown,
    "cross_border": _cross_border,
    "rates": _set_rates,
}


# === HELPERS === #


def _shop(app, fields):
    return find_shop(app, fields["shop_id"]) if fields.get("shop_id") else next(iter(app.shops.values()))


def _order(shop, given):
    order = shop.orders.get(given.get("order_sn", "").strip())
    if not order:
        raise ValueError("There is no such order in this shop")
    return order


def _amount(given) -> Decimal:
    amount = Decimal(str(given.get("amount", "")))
    if not amount.is_finite() or not amount or abs(amount) > 10**12:
        raise ValueError("An amount is needed")
    return amount


def _percent(text) -> str:
    rate = Decimal(str(text)) / 100
    if not 0 <= rate <= 1:
        raise ValueError("A rate is 0 to 100 %")
    return str(rate)

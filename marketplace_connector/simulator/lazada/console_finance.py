"""Seller Center's pages about money: statements, payouts, charges, refunds; and the JSON beside them."""

from decimal import Decimal, InvalidOperation

from werkzeug.utils import redirect

from ..web import json_response
from .console_frame import bound, find_order, refused, show
from .finance_calls import statement_json
from .finance_pages import finance_page, statement_page
from .markup import order_address

MOST = 10**9


def register(app):
    """Serve the pages, and the JSON beside them."""
    for path, function, methods in (
        ("/finance", show_finance, ("GET",)),
        ("/finance/<int:seller_id>/<number>", show_statement, ("GET",)),
        ("/finance/<int:seller_id>/run", run_payout, ("POST",)),
        ("/finance/<int:seller_id>/charge", charge, ("POST",)),
        ("/finance/<int:seller_id>/<number>/pay", pay, ("POST",)),
        ("/orders/<int:seller_id>/<int:order_id>/refund", refund, ("POST",)),
        ("/statements", list_statements, ("GET",)),
        ("/payouts", run_payout_by_json, ("POST",)),
    ):
        app.route(f"/seller-center{path}", bound(app, function), methods)


# === PAGES === #


def show_finance(app, request):
    """All statements."""
    return show("Finance", finance_page(app))


def show_statement(app, request, seller_id, number):
    """One statement with its rows, or the running one."""
    shop, statement = _find(app, seller_id, number)
    if shop is None or (statement is None and number != "running"):
        return show("Finance", '<p class="error">There is no such statement.</p>', 404)
    return show(f"Statement {number}", statement_page(shop, statement))


def run_payout(app, request, seller_id):
    """Close the running statement tonight, or let the clock run until it is paid."""
    try:
        shop = app.shops[seller_id]
        if request.form.get("do") == "clock":
            app.run_payout(shop)
        else:
            app.close_tonight(shop)
    except (KeyError, ValueError) as error:
        return refused(str(error) if isinstance(error, ValueError) else "There is no such shop.")
    return redirect("/seller-center/finance", 303)


def pay(app, request, seller_id, number):
    """Send a statement's payout to the bank now."""
    shop, statement = _find(app, seller_id, number)
    if statement is None or statement.paid_at or statement.payout <= 0:
        return refused("There is nothing to be paid.")
    app.pay(shop, statement)
    return redirect(f"/seller-center/finance/{seller_id}/{number}", 303)


def charge(app, request, seller_id):
    """Lazada takes an amount from the seller: of a fee type that is documented, or of any other."""
    fee_type, name = request.form.get("fee_type", ""), request.form.get("fee_name", "").strip()
    amount = _amount(request.form.get("amount", ""))
    if seller_id not in app.shops or not amount or not fee_type.isdecimal():
        return refused("Choose what is charged, its number and an amount.")
    app.charge(app.shops[seller_id], fee_type, -amount, name=name)
    return redirect("/seller-center/finance", 303)


def refund(app, request, seller_id, order_id):
    """The buyer keeps the goods and gets money back."""
    order = find_order(app, seller_id, order_id)
    percent = _amount(request.form.get("percent", ""))
    if order is None or not percent or not 0 < percent <= 100:
        return refused("Choose an order, and how many percent are paid back.")
    try:
        app.refund(order, share=percent / 100)
    except ValueError as error:
        return refused(str(error))
    return redirect(order_address(order), 303)


# === JSON === #


def list_statements(app, request):
    """All statements, with what their rows come to by fee type and by order."""
    return json_response([_content(app, shop, each) for shop in app.shops.values() for each in shop.statements])


def run_payout_by_json(app, request):
    """Let the clock run until the running statement of `seller_id`, or of the first shop, is closed and paid."""
    content = request.get_json(silent=True)
    seller_id = content.get("seller_id") if isinstance(content, dict) else None
    shop = app.shops.get(seller_id) or next(iter(app.shops.values()))
    try:
        return json_response(_content(app, shop, app.run_payout(shop)))
    except ValueError as error:
        return json_response({"error": str(error)}, 400)


# === HELPERS === #


def _find(app, seller_id, number):
    shop = app.shops.get(seller_id)
    return shop, next((each for each in shop.statements if each.number == number), None) if shop else None


def _content(app, shop, statement):
    return {
        "seller_id": shop.seller_id,
        "start": statement.start.isoformat(),
        "end": statement.end.isoformat(),
        "rows": len(statement.rows),
        "by_fee": {fee: str(amount) for fee, amount in statement.by_fee.items()},
        "by_order": {str(order or ""): str(amount) for order, amount in statement.by_order.items()},
        **statement_json(app, shop, statement),
    }


def _amount(text):
    """The amount, None for what is none."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and abs(amount) < MOST else None

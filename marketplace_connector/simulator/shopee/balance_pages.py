"""The HTML of "My Balance": what is in a shop's wallet, how it came there, and what can happen to it."""

from html import escape

from ..web import page
from .escrow_terms import escrow_amount, escrow_terms
from .wallet_types import TYPES
from .widgets import COLOR, LINKS, local_time, select, table

MOST_LISTED = 200
PATH = "/seller-center/balance"
# What Shopee takes by percent of the goods; `fee_rates` can have any other term of the escrow formula as well.
RATES = {
    "commission_fee": "Commission",
    "service_fee": "Service fee",
    "seller_transaction_fee": "Transaction fee",
    "campaign_fee": "Campaign fee",
    "order_ams_commission_fee": "Affiliate commission",
    "escrow_tax": "Escrow tax",
    "withholding_tax": "Withholding tax",
}
MADE_BY_ITSELF = ("ESCROW_VERIFIED_", "WITHDRAWAL_", "ADJUSTMENT_FOR_RR", "FAST_ESCROW_DISBURSE")
CHARGES = [name for name in TYPES if not name.startswith(MADE_BY_ITSELF)]


def balance_page(app, shop, error=""):
    """My Balance of one shop."""
    ledger = shop.ledger
    facts = {
        "Balance": _money(shop, ledger.balance()),
        "On its way to the bank": _money(shop, _on_its_way(ledger)),
        "Pending": _money(shop, _pending(app, shop)),
        "Kind of shop": "cross-border" if shop.is_cb else "local",
    }
    body = f'<p class="error">{escape(error)}</p>' if error else ""
    body += f"<section>{_shops(app, shop)}{table(facts)}{_shop_buttons(shop)}</section>"
    body += f"<section>{_order_forms(shop)}{_charge_forms(shop)}</section>"
    body += _waiting(app, shop) + _movements(shop) + _payouts(shop) + _rates(app, shop)
    return page("Shopee", COLOR, f"My Balance: {shop.name}", body, LINKS, status=400 if error else 200)


def _on_its_way(ledger):
    return sum(one.amount for one in ledger.withdrawals.values() if one.status == "CREATED")


def _pending(app, shop):
    waiting = [order for order in shop.orders.values() if order.is_income_pending]
    return sum(escrow_amount(escrow_terms(app, order)) - order.paid_ahead for order in waiting)


def _money(shop, amount):
    return f"{shop.country.currency} {amount:,.{shop.country.decimals}f}"


def _number(shop, amount):
    return f'<td class="number amount">{amount:,.{shop.country.decimals}f}'


# === FORMS === #


def _form(shop, content):
    return f"""<form method="post" action="{PATH}"><input type="hidden" name="shop_id" value="{shop.shop_id}">
<p>{content}</p></form>"""


def _button(action, text):
    return f'<button name="action" value="{action}">{escape(text)}</button>'


def _field(name, text, size=10, value=""):
    return f'<label>{text} <input name="{name}" value="{escape(value)}" size="{size}"></label>'


def _shops(app, shop):
    shops = "".join(
        f'<option value="{one.shop_id}"{" selected" if one is shop else ""}>{escape(one.name)}</option>'
        for one in app.shops.values()
    )
    return f'<form><select name="shop_id" aria-label="shop">{shops}</select> <button>Show</button></form>'


def _shop_buttons(shop):
    kind = "Make it a local shop" if shop.is_cb else "Make it a cross-border shop"
    buttons = (
        ("pay_out", "Run payout"),
        ("release_all", "Release all completed orders"),
        ("end_withdrawals", "The bank has the money"),
        ("cross_border", kind),
    )
    return _form(shop, " ".join(_button(*one) for one in buttons))


def _order_forms(shop):
    fields = _field("order_sn", "Order", 16) + " " + _field("amount", "amount")
    buttons = (("release", "Release this order"), ("refund", "Refund this order"), ("pay_ahead", "Pay a part ahead"))
    return _form(shop, fields + " " + " ".join(_button(*one) for one in buttons)) + _form(
        shop,
        f"{_field('order_sn', 'Order', 16)} {_field('amount', 'by')} {_field('reason', 'because of', 30)} "
        + _button("adjust", "Adjust this order"),
    )


def _charge_forms(shop):
    charge = f"{select('transaction_type', CHARGES, 'PAID_ADS_CHARGE')} {_field('amount', 'amount')} "
    charge += f"{_field('reason', 'because of', 30)} {_button('charge', 'Add a charge')}"
    unknown = f"{_field('transaction_type', 'Type', 24, 'MYSTERY_FEE')} {_field('amount', 'amount', value='-1')} "
    unknown += _button("unknown", "Add an unknown movement")
    return _form(shop, charge) + _form(shop, unknown)


def _rates(app, shop):
    fields = "".join(
        f"""<tr><td><label for="{name}">{text}</label><td><input id="{name}" name="{name}" size="8"
value="{float(app.fee_rates.get(name, 0)) * 100:g}"></tr>"""
        for name, text in RATES.items()
    )
    content = f"<table>{fields}</table>{_button('rates', 'Set')}"
    return f"<section><h3>Fees and taxes in % of the goods</h3>{_form(shop, content)}</section>"


# === LISTS === #


def _waiting(app, shop):
    waiting = [order for order in app.orders(shop) if order.is_releasable][:MOST_LISTED]
    if not waiting:
        return ""
    rows = "".join(
        f"""<tr><td>{_order_link(order.order_sn)}<td>{local_time(shop, order.update_time)}
{_number(shop, escrow_amount(escrow_terms(app, order)))}<td>
{_form(shop, f'<input type="hidden" name="order_sn" value="{order.order_sn}">' + _button("release", "Release"))}</tr>"""
        for order in waiting
    )
    return f"""<section><h3>Completed, not released</h3><table><tr><th>Order<th>Completed
<th class="number">Escrow<th></tr>{rows}</table></section>"""


def _order_link(order_sn):
    return f'<a href="/seller-center/orders/{order_sn}">{order_sn}</a>' if order_sn else ""


def _movements(shop):
    ledger = shop.ledger
    pairs = list(zip(ledger.movements, ledger.balances, strict=True))[: -MOST_LISTED - 1 : -1]
    rows = "".join(
        f"""<tr><td>{local_time(shop, one.create_time)}<td><span class="badge">{escape(one.transaction_type)}</span>
<td>{_order_link(one.order_sn)}<td>{escape(one.reason)} {one.withdrawal.number if one.withdrawal else ""}
{_number(shop, one.amount)}{_number(shop, balance)}</tr>"""
        for one, balance in pairs
    )
    return f"""<section><h3>Wallet</h3><table><tr><th>Time<th>Type<th>Order<th>Reason<th class="number">Amount
<th class="number">Balance</tr>{rows}</table>
<p>The last {len(pairs)} of {len(ledger.movements)} movements.</p></section>"""


def _payouts(shop):
    if not shop.is_cb:
        return ""
    rows = "".join(
        f"""<tr><td>{local_time(shop, one.time)}<td>{one.number}<td class="number">{len(one.movements)}
{_number(shop, one.amount)}<td class="number">{one.rate}<td class="number">{one.paid_currency} {one.paid_amount}</tr>"""
        for one in reversed(shop.ledger.payouts)
    )
    return f"""<section><h3>Payouts</h3><table><tr><th>Time<th>Payout<th class="number">Entries
<th class="number">Amount<th class="number">Rate<th class="number">Paid</tr>{rows}</table></section>"""

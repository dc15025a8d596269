"""The HTML of Seller Center about money."""

from html import escape

from .ledger import ZERO, period_of_day, shop_day
from .markup import Html, badge, button, option, order_address, table, tag

LONGEST_LIST = 500
CHARGES = {"112": "Sponsored products", "254": "Storage at Lazada", "54": "Penalty"}


def finance_page(app):
    """Each shop's statements, what is on the running one, and what can be done."""
    return "".join(_shop(app, shop) for shop in app.shops.values())


def _shop(app, shop):
    address = f"/seller-center/finance/{shop.seller_id}"
    rows = [
        (
            Html(tag("a", escape(statement.number), href=f"{address}/{statement.number}")),
            f"{statement.start:%d %b} - {statement.end:%d %b %Y}",
            len(statement.rows),
            statement.opening,
            statement.balance,
            statement.deposit,
            statement.payout,
            badge("paid" if statement.paid_at else "not paid"),
        )
        for statement in reversed(shop.statements)
    ]
    head = ("Statement", "Period", "Rows", "Opening", "After its rows", "Held back", "Payout", "")
    running = [row for row in shop.rows if row.statement is None]
    start, end = period_of_day(shop, shop_day(shop, app.clock.now()))
    now = (
        tag("a", f"{len(running)} rows", href=f"{address}/running")
        + f" are on the running statement, {start:%d %b} - {end:%d %b %Y}: "
        + f"{sum((row.moves for row in running), ZERO):,.2f} {escape(shop.country.currency)}"
    )
    return tag(
        "section",
        tag("h3", escape(shop.name)) + tag("p", now) + _run_form(address) + _charges(shop) + table(head, rows),
    )


def _run_form(address):
    buttons = button("Run payout: let the clock run until tonight, and close the statement", "close") + " "
    buttons += button("Run payout: let the clock run until the week is over and paid", "clock")
    return tag("form", tag("p", buttons), method="post", action=f"{address}/run")


def _charges(shop):
    amount = '<input name="amount" value="10" size="8" inputmode="decimal" aria-label="amount"> '
    kinds = tag("select", "".join(option(*pair) for pair in CHARGES.items()), name="fee_type", aria_label="charge")
    charge = tag("p", f"{kinds} {amount}{button('Add a charge')}")
    unknown = (
        '<input name="fee_type" value="9001" size="6" aria-label="number of the fee type"> '
        '<input name="fee_name" value="Mega Day Participation" aria-label="name of the fee"> '
    )
    unknown = tag("p", f"{unknown}{amount}{button('Add an unknown fee')}")
    address = f"/seller-center/finance/{shop.seller_id}/charge"
    return "".join(tag("form", inner, method="post", action=address) for inner in (charge, unknown))


def statement_page(shop, statement):
    """The rows of a statement, or of the running one where it is None, and what it comes to."""
    rows = statement.rows if statement else [row for row in shop.rows if row.statement is None]
    shown = [
        (
            f"{row.day:%d %b %Y}",
            row.number,
            Html(tag("a", str(row.order.order_id), href=order_address(row.order))) if row.order else "-",
            row.unit.sku if row.unit else "-",
            f"{row.fee_name} ({row.fee_type})",
            row.details or "-",
            row.amount,
        )
        for row in rows[:LONGEST_LIST]
    ]
    sums = [("Sum of the rows", sum((row.moves for row in rows), ZERO))]
    if statement:
        sums = [("Opening balance", statement.opening), *sums, ("Held back", statement.deposit)]
        sums += [("Payout", statement.payout), ("Carried forward", statement.carried)]
    head = ("Date", "Transaction", "Order", "SKU", "Fee", "Details", "Amount")
    more = f"<p>The first {LONGEST_LIST} of {len(rows)}.</p>" if len(rows) > LONGEST_LIST else ""
    return tag("section", table((), sums) + _payment(shop, statement)) + table(head, shown) + more


def _payment(shop, statement):
    if statement is None or statement.payout <= 0:
        return ""
    if statement.paid_at:
        return tag("p", f"Paid on {shop_day(shop, statement.paid_at):%d %b %Y}, {escape(statement.reference)}")
    address = f"/seller-center/finance/{shop.seller_id}/{statement.number}/pay"
    return tag("form", tag("p", button("Pay it now")), method="post", action=address)


def money_section(order):
    """What was booked for the order, and a form to pay the buyer back; nothing before it is delivered."""
    rows = [row for row in order.shop.rows if row.order is order]
    if not rows:
        return ""
    booked = [(f"{row.day:%d %b %Y}", f"{row.fee_name} ({row.fee_type})", row.amount) for row in rows]
    refund = '<label>Percent <input name="percent" value="100" size="4" inputmode="numeric"></label> ' + button(
        "Refund this order"
    )
    form = tag("form", refund, method="post", action=f"{order_address(order)}/refund")
    return tag("section", tag("h3", "Money") + table(("Date", "Fee", "Amount"), booked) + tag("p", form))

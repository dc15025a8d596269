"""What the platforms have settled, as the ERP must show it: plain values, the same for both platforms.

Of each statement or day of a wallet, by its number: `opening`, `closing` (what is left at the platform after it paid),
`paid_out`, and `orders`, what all rows of an order come to, by its number ('' for what is about no order). `rows` is
how many there are, None where the ERP tells a movement by its terms. What is not closed yet has no balances.
"""

from collections import defaultdict
from datetime import datetime, timedelta, timezone
from decimal import Decimal


def lazada_payouts(app):
    """Lazada's statements."""
    shop = next(iter(app.shops.values()))
    found = {
        statement.number: {
            "opening": str(statement.opening),
            "closing": str(statement.carried),
            "paid_out": str(statement.payout),
            "orders": _sums((_order_id(row), row.moves) for row in statement.rows),
            "rows": len(statement.rows),
        }
        for statement in shop.statements
    }
    running = [row for row in shop.rows if row.statement is None]
    if running:
        found["running"] = {"orders": _sums((_order_id(row), row.moves) for row in running), "rows": len(running)}
    return found


def shopee_payouts(app):
    """The days of Shopee's wallet on which money moved."""
    shop = next(iter(app.shops.values()))
    zone = timezone(timedelta(hours=shop.country.utc_offset))
    moved = defaultdict(list)
    for movement in shop.ledger.movements:
        if movement.effect:
            moved[datetime.fromtimestamp(movement.create_time, zone).date()].append(movement)
    days = app.wallet_days(shop)
    return {
        f"{day:%Y%m%d}": {
            "opening": str(days[day].opening),
            "closing": str(days[day].closing),
            "paid_out": "0",
            "orders": _sums((movement.order_sn, movement.effect) for movement in movements),
            "rows": None,
        }
        for day, movements in moved.items()
    }


def _order_id(row):
    return str(row.order.order_id) if row.order else ""


def _sums(pairs):
    found = defaultdict(Decimal)
    for ref, amount in pairs:
        found[ref] += amount
    return {ref: str(amount) for ref, amount in found.items() if amount}

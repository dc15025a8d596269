"""The HTML of the Seller Center's settings: shops, clock, switches, faults."""

from html import escape

from ..faults import KINDS
from ..web import page
from .orders import IMPORTABLE
from .widgets import COLOR, LINKS, local_time, select, table

# What can be set by hand, with its name on the page. Truth values are 0 and 1.
SWITCHES = {
    "tracking_delay": "Seconds until a tracking number is there",
    "document_delay": "Seconds until a label is made",
    "failing_documents": "So many of the next labels fail",
    "allocation_delay": "Seconds that Shopee allocates a paid order",
    "cancel_delay": "Seconds in IN_CANCEL after the seller cancels an arranged order",
    "courier_refuses_cancelling": "Courier refuses cancellations (0 or 1)",
    "buyer_request_lasts": "Seconds until a buyer's request is accepted by itself (0: never)",
    "warehouse_pace": "Seconds between the steps of Shopee's warehouse (0: by the button only)",
    "unpaid_lasts": "Seconds until an unpaid order is cancelled by itself (0: never)",
    "refuse_oversold": "Buyers cannot order more than there is (0 or 1)",
    "reserved_is_deducted": "The stock shown leaves out what promotions hold (0 or 1)",
    "reserve_refusal": "Words of the refusal of stock below what promotions hold (0 to 6)",
    "reserve_fails_call": "… which fails the whole call (0 or 1)",
    "all_failed_is_error": "A stock update that fails for each variation is an error (0 or 1)",
    "wrong_model_fails_call": "A variation that is gone fails the whole stock update (0 or 1)",
    "needs_all_locations": "A stock update names every warehouse (0 or 1)",
    "orders_touch_items": "Orders change the update time of their items (0 or 1)",
    "most_item_offset": "The item list begins at this offset at most (0: anywhere)",
    "most_calls_a_second": "So many calls of a shop in a second (0: any number)",
    "release_delay": "Seconds from an order's completion to the release of its escrow",
    "withdrawal_weekday": "Day on which what is there is withdrawn (1 Monday to 7 Sunday, 0: by the button only)",
    "withdrawal_takes": "Seconds until the bank has it",
    "failing_withdrawals": "So many of the next withdrawals do not reach the bank",
    "most_withdrawn": "The most of one withdrawal, more is divided (0: any amount)",
    "withholds_tax": "Shopee withholds the taxes of the shop's country (0 or 1)",
    "wallet_newest_first": "The wallet is told newest first (0 or 1)",
    "wallet_page_no_is_offset": "page_no of the wallet is the first entry (0 or 1)",
    "wallet_shift": "So many wallet entries come in while the first page is read",
    "wallet_type_is_number": "Wallet types are told as numbers (0 or 1)",
    "wallet_shows_transaction_id": "The wallet tells a transaction_id (0 or 1)",
    "wallet_amounts_are_positive": "The wallet tells what goes out without a minus (0 or 1)",
    "completed_withdrawals_have_amount": "Completed withdrawals say their amount again (0 or 1)",
    "open_withdrawals_are_pending": "Withdrawals are PENDING until the bank has answered (0 or 1)",
    "escrow_list_unit": "Parts of one that amounts of the release list are told in",
    "arranged_stays_ready": "Arranged packages stay READY until they have a number (0 or 1)",
}


def settings_page(app):
    """The shops with their authorisation, the clock, and a count of API calls."""
    rows = "".join(_shop_row(shop) for shop in app.shops.values())
    now = app.clock.now().strftime("%Y-%m-%d %H:%M:%S UTC")
    body = f"""<section><table><tr><th>Shop<th>Id<th>Region<th>Status<th class="number">Orders<th class="number">To do
<th>Authorised until<th></tr>{rows}</table></section>
<section><h3>Clock</h3><form method="post" action="/seller-center/clock"><p>It is {now} at Shopee, {app.clock.ahead:.0f}
seconds ahead. <label>Seconds ahead <input name="ahead_seconds" value="{app.clock.ahead:.0f}" size="8"></label>
<button>Move the clock</button></p></form></section>
<section><h3>Random test orders</h3><form method="post" action="/seller-center/test-orders">
<label>How many <input name="count" value="10" size="5"></label> <button>Create</button></form></section>
{_switches(app)}{_faults()}
<section><h3>API calls</h3>{table(dict(sorted(app.calls.items())))}</section>"""
    return page("Shopee", COLOR, "Shops and clock", body, LINKS)


def _shop_row(shop):
    to_do = sum(order.order_status in IMPORTABLE for order in shop.orders.values())
    revoke = f"""<form class="inline" method="post" action="/seller-center/authorisations">
<input type="hidden" name="shop_id" value="{shop.shop_id}">
<button>Revoke authorisation</button></form>"""
    return f"""<tr><td>{escape(shop.name)}<td>{shop.shop_id}<td>{shop.region}<td>{escape(shop.status)}
<td class="number">{len(shop.orders)}<td class="number">{to_do}
<td>{local_time(shop, shop.expire_time) or "not authorised"}
<td>{revoke if shop.expire_time else ""}</tr>"""


def _switches(app):
    fields = "".join(
        f"""<tr><td><label for="{name}">{text}</label>
<td><input id="{name}" name="{name}" value="{int(getattr(app, name))}" size="8" inputmode="numeric"></tr>"""
        for name, text in SWITCHES.items()
    )
    return f"""<section><h3>How Shopee behaves</h3><form method="post" action="/seller-center/switches">
<table>{fields}</table><p><button>Set</button></p></form>
<form class="inline" method="post" action="/seller-center/closed-slots">
<button>The soonest pickup slot is full</button></form>
<form class="inline" method="post" action="/seller-center/warehouse">
<button>Shopee's warehouse takes the next step</button></form></section>"""


def _faults():
    return f"""<section><h3>What goes wrong next</h3><form method="post" action="/seller-center/faults">
<p>{select("kind", KINDS, "lost_answer")} <label>in calls to <input name="path" placeholder="ship_order"></label>
<label>so many times <input name="times" value="1" size="4"></label> <button>Let it go wrong</button></p></form>
<form method="post" action="/seller-center/refusals"><p><label>Refuse calls to
<input name="path" placeholder="ship_order"></label> <label>with error <input name="error" size="30"></label>
<label>and message <input name="message" size="40"></label> <label>so many times
<input name="times" value="1" size="4"></label> <button>Refuse them</button></p></form></section>"""

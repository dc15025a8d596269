"""What all pages of Seller Center share."""

from html import escape

from ..web import page
from .auth import COLOR
from .pages import LINKS


def bound(app, function):
    """The function as an endpoint of the app."""
    return lambda request, **arguments: function(app, request, **arguments)


def show(title, body, status=200):
    """A page with the menu above it."""
    return page("Lazada", COLOR, title, body, LINKS, status)


def refused(message):
    """A page that says why nothing was done."""
    return show("That did not work", f'<p class="error">{escape(message)}</p>', 400)


def find_order(app, seller_id, order_id):
    """The order, None where there is none."""
    shop = app.shops.get(seller_id)
    return shop.orders.get(order_id) if shop else None

"""Small pieces of Seller Center pages."""

from datetime import datetime, timedelta, timezone
from html import escape

COLOR = "#d0381a"
LINKS = (
    ("/seller-center", "My Orders"),
    ("/seller-center/new", "Create Test Order"),
    ("/seller-center/products", "My Products"),
    ("/seller-center/balance", "My Balance"),
    ("/seller-center/settings", "Shops and clock"),
    ("/seller-center/pushes", "Pushes"),
)


def select(name, texts, chosen):
    """A choice of texts, which are the values too, or of a dict of texts by value."""
    options = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(text)}</option>'
        for value, text in (texts if isinstance(texts, dict) else dict(zip(texts, texts, strict=True))).items()
    )
    return f'<select name="{name}" aria-label="{name.replace("_", " ")}">{options}</select>'


def table(facts):
    """What is known, each fact with its name."""
    rows = "".join(f"<tr><th>{escape(name)}<td>{escape(str(value))}</tr>" for name, value in facts.items() if value)
    return f"<table>{rows}</table>"


def amount_text(order, amount):
    """The amount with the decimals of its currency."""
    return f"{amount:,.{order.shop.country.decimals}f}"


def local_time(shop, seconds):
    """The time on the shop's clock, empty for none."""
    if not seconds:
        return ""
    zone = timezone(timedelta(hours=shop.country.utc_offset))
    return datetime.fromtimestamp(seconds, zone).strftime("%Y-%m-%d %H:%M")

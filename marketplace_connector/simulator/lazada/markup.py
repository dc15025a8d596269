"""Writing HTML: everything that comes from outside is escaped here."""

from decimal import Decimal
from html import escape


def tag(element, content, /, **attributes):
    """An element around content that is HTML already; attribute values are escaped, `class_` is class."""
    written = "".join(f' {key.strip("_")}="{escape(str(value))}"' for key, value in attributes.items() if value != "")
    return f"<{element}{written}>{content}</{element}>"


def table(head, rows):
    """A table of cells; those that are Decimals or numbers stand on the right."""
    cells = [[(cell, "number" if isinstance(cell, (int, Decimal)) else "") for cell in row] for row in rows]
    body = "".join(tag("tr", "".join(tag("td", _text(cell), class_=kind) for cell, kind in row)) for row in cells)
    titles = tag("tr", "".join(tag("th", escape(title)) for title in head)) if head else ""
    return tag("table", titles + body)


class Html(str):
    """Text that is HTML already."""


def _text(cell):
    return cell if isinstance(cell, Html) else escape(str(cell))


def badge(text):
    """A word on a coloured ground."""
    return Html(tag("span", escape(text), class_="badge"))


def option(value, text, chosen=False):
    """One choice of a select."""
    return f'<option value="{escape(str(value))}"{" selected" if chosen else ""}>{escape(str(text))}</option>'


def button(text, value="", name="do", action=""):
    """A button that submits its form, perhaps to another address."""
    return tag("button", escape(text), name=name, value=value, formaction=action)


def order_address(order):
    """Where the order's page is."""
    return f"/seller-center/orders/{order.shop.seller_id}/{order.order_id}"

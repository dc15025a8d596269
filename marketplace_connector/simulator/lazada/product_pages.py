"""The HTML of Seller Center's products: the list, and one product with its variants, stock and campaigns."""

from html import escape

from ..pictures import picture_url
from ..shelf import STATUSES
from .markup import Html, badge, button, option, table, tag
from .orders import item_id, sku_id
from .product_content import STATUS_NAMES
from .render import site_time

LONGEST_LIST = 100
ADDRESS = "/seller-center/products"


def product_list_page(app, wanted, status):
    """The products of each shop whose names or SKUs contain `wanted`, in the status or in any."""
    choices = option("", "any status") + "".join(option(one, STATUS_NAMES[one], one == status) for one in STATUSES)
    search = (
        f'<input name="q" value="{escape(wanted)}" aria-label="search">'
        f' <select name="status" aria-label="status">{choices}</select> <button>Search</button>'
    )
    return tag("section", tag("form", search)) + "".join(
        _shop_section(app, shop, wanted.casefold(), status) for shop in app.shops.values()
    )


def _shop_section(app, shop, wanted, status):
    found = [
        (product, variant)
        for product in shop.shelf.products
        if status in ("", shop.shelf.status(product.number))
        for variant in product.variants
        if wanted in product.name.casefold() or wanted in variant.sku.casefold()
    ]
    rows = [
        (
            Html(_picture(shop, product)),
            variant.sku or "-",
            Html(tag("a", escape(_title(product, variant)), href=product_address(shop, product))),
            _price(shop, variant),
            *_buckets(app, shop, variant),
            _status(shop, product, variant),
            _campaign(app, shop, variant),
        )
        for product, variant in found[:LONGEST_LIST]
    ]
    head = ("", "SKU", "Product", "Price", "Sellable", "Withheld", "Occupied", "At Lazada", "Status", "Campaign")
    export = tag("a", "Bulk Manage: price and stock", href=f"/seller-center/bulk-manage/{shop.seller_id}")
    more = f"<p>The first {LONGEST_LIST} of {len(found)}.</p>" if len(found) > LONGEST_LIST else ""
    return tag("section", tag("h3", escape(shop.name)) + tag("p", export) + table(head, rows) + more)


def product_page(app, shop, product):
    """One product: its facts, and what a seller or the platform can do with it."""
    shelf = shop.shelf
    facts = [
        ("Item", str(item_id(shop, product))),
        ("Status", STATUS_NAMES[shelf.status(product.number)]),
        ("Created", site_time(shelf.created_at(product.number), shop)),
        ("Last change", site_time(shelf.changed_at(product.number), shop)),
    ]
    others = [status for status in STATUSES if status != shelf.status(product.number)]
    forms = (
        f'<p><input name="name" value="{escape(product.name)}" size="60" aria-label="name"> '
        f"{button('Rename', 'rename')} {button('Another picture', 'new_picture')}</p><p>"
        + " ".join(button(f"Make it {STATUS_NAMES[status]}", status) for status in others)
        + "</p>"
    )
    top = _picture(shop, product) + table((), facts)
    form = tag("form", forms, method="post", action=product_address(shop, product))
    return tag("section", top + form) + "".join(_variant(app, shop, one) for one in product.variants)


def _variant(app, shop, variant):
    own = app.own_stock(shop, variant.number)
    rows = [(code, stock.sellable, stock.withhold, stock.occupy, stock.total) for code, stock in own.items()]
    rows += [
        (f"{code} (Lazada's)", stock.sellable, stock.withhold, stock.occupy, stock.total)
        for code, stock in app.stock_at_lazada(shop, variant.number).items()
    ]
    head = ("Warehouse", "Sellable", "Withheld: unpaid", "Occupied: paid", "Total")
    options = ", ".join(f"{name}: {value}" for name, value in variant.options)
    title = f"{variant.sku or 'No seller SKU'} {options}"
    body = tag("h3", escape(title)) + f"<p>SKU id {sku_id(shop, variant)}, {_price(shop, variant)}</p>"
    return tag("section", body + table(head, rows) + _campaigns(app, shop, variant) + _variant_forms(shop, variant))


def _variant_forms(shop, variant):
    places = "".join(option(one.code, one.name) for one in shop.warehouses)
    price = variant.prices[shop.country.currency]
    suspended = shop.shelf.is_suspended(variant.number)
    lines = (
        f'{_input("pieces", 0, 6)} pieces <select name="warehouse" aria-label="warehouse">{places}</select> '
        f"{button('Set stock', 'set_stock')} {button('Receive at Lazada', 'receive')} "
        f"{button('Lazada alone keeps it', 'keep_at_lazada')}",
        f"{_input('hours', 24, 5)} hours {button('Start a campaign with so many pieces', 'start_campaign')} "
        f"{button('End its campaigns', 'end_campaigns')}",
        f"{_input('sku', variant.sku, 20)} {button('Change the seller SKU', 'set_sku')} "
        f"{_input('price', price, 9)} {button('Change the price', 'set_price')} "
        f"{_input('barcode', variant.barcode, 14)} {button('Change the barcode', 'set_barcode')}",
        f"{button('Give it back' if suspended else 'Suspend this SKU', 'give_back' if suspended else 'suspend')} "
        f"{button('Remove this SKU', 'remove')}",
    )
    inner = "".join(tag("p", line) for line in lines)
    return tag("form", inner, method="post", action=f"/seller-center/variants/{shop.seller_id}/{variant.number}")


def _input(name, value, size):
    return f'<input name="{name}" value="{escape(str(value))}" size="{size}" aria-label="{name}">'


def _campaigns(app, shop, variant):
    running = app.running_campaigns(shop, variant.number)
    rows = [
        (one.name, one.left, site_time(one.start, shop), site_time(one.end, shop), "running" if one in running else "-")
        for one in shop.campaigns
        if one.variant == variant.number
    ]
    return table(("Campaign", "Locked", "From", "Until", ""), rows) if rows else ""


# === CELLS === #


def product_address(shop, product):
    """Where the product's page is."""
    return f"{ADDRESS}/{shop.seller_id}/{product.number}"


def _picture(shop, product):
    address = picture_url("/", shop.seller_id, product)
    return f'<img src="{address}" alt="" width="36" height="36">' if address else ""


def _title(product, variant):
    return " ".join(filter(None, (product.name, ", ".join(value for _, value in variant.options))))


def _price(shop, variant):
    currency = shop.country.currency
    regular = f"{variant.prices[currency]:,.2f}"
    sale = variant.sale_prices.get(currency)
    return f"{regular} {currency}" if sale is None else f"{sale:,.2f} {currency} (instead of {regular})"


def _buckets(app, shop, variant):
    own = app.own_stock(shop, variant.number).values()
    at_lazada = app.stock_at_lazada(shop, variant.number).values()
    sums = (sum(getattr(stock, name) for stock in own) for name in ("sellable", "withhold", "occupy"))
    return (*sums, sum(stock.sellable for stock in at_lazada) if at_lazada else "-")


def _status(shop, product, variant):
    if shop.shelf.is_suspended(variant.number):
        return badge("SKU suspended")
    return badge(STATUS_NAMES[shop.shelf.status(product.number)])


def _campaign(app, shop, variant):
    locked = app.locked(shop, variant.number)
    return Html(badge(f"locked: {locked}")) if app.running_campaigns(shop, variant.number) else "-"

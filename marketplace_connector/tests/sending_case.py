"""Both platforms' stock, sent and read by the real clients: in the same words for each."""

from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlsplit

from odoo import Command, fields
from odoo.sql_db import db_connect

from ..models.marketplace_shop_stock_sending import STOCK_LOCK
from ..simulator.catalogue import good_skus, skus
from ..simulator.lazada.orders import item_id, sku_id
from ..simulator.shopee.items import item_id as shopee_item_id
from ..simulator.shopee.items import model_id
from .either_platform import AtLazada, AtShopee
from .test_flow_shipping import ShippingCase


class SendingCase(ShippingCase):
    """Both shops sell `self.products[:5]` from one warehouse, and send their stock. Nothing is in stock yet."""

    sold = 5
    before_call = after_call = None  # what is done with the path of each call, before and after the platform has it

    @classmethod
    def ordered_skus(cls):
        """One SKU of each item, so that nothing hits two of them at once; the last one is a sibling of the first."""
        items = {}
        for sku in good_skus():
            items.setdefault(skus()[sku][0].number, []).append(sku)
        first, *others = items.values()
        return [first[0], *(one[0] for one in others[:5]), first[1]]

    @classmethod
    def _request_handler(cls, session, request, /, **kwargs):
        path = urlsplit(request.url).path
        if cls.before_call:
            cls.before_call(path)
        answer = super()._request_handler(session, request, **kwargs)
        if cls.after_call:
            cls.after_call(path)
        return answer

    def setUp(self):
        super().setUp()
        self.warehouse = self.lazada_shop.warehouse_id
        self.shops = self.lazada_shop | self.shopee_shop
        self.listings = self.env["marketplace.listing"].create(
            [self.listing_values(shop, product) for shop in self.shops for product in self.products[: self.sold]]
        )
        self.shops.stock_warehouse_ids = [Command.set(self.warehouse.ids)]
        self.env.flush_all()

    def listing_values(self, shop, product):
        """What the catalogue tells of the product's SKU."""
        refs = self.refs_at(self.shopee.shop("SG"), product)
        if shop == self.lazada_shop:
            refs = self.refs_at(self.lazada.shop("SG"), product)
        return {
            **refs,
            "shop_id": shop.id,
            "seller_sku": product.default_code,
            "name": product.name,
            "product_id": product.id,
            "listing_status": "active",
        }

    def refs_at(self, there, product):
        """How the simulated shop names the product's SKU."""
        found, variant = there.shelf.skus()[product.default_code]
        refs = (shopee_item_id(found), model_id(found, variant))
        if there in self.lazada.shops.values():
            refs = (item_id(there, found), sku_id(there, variant))
        item_ref, sku_ref = (str(ref) if ref else "" for ref in refs)
        key = f"sku:{sku_ref}" if sku_ref else f"item:{item_ref}"
        return {"item_ref": item_ref, "sku_ref": sku_ref, "external_key": key}

    def start(self, *shops):
        """Stock of the shops is sent from now on, all shops without any, and nothing is left to send."""
        self.env["marketplace.shop"].union(*(shops or self.shops)).sync_stock = True
        self.listings.stock_marked_at = fields.Datetime.now()
        self.send_stock()

    def when_sending(self, action, after=False):
        """Do it once, before or after the next call that sets stock reaches the platform."""
        name = "after_call" if after else "before_call"

        def once(path):
            if path == self.update_path:
                setattr(type(self), name, None)
                action()

        setattr(type(self), name, staticmethod(once))
        self.addCleanup(setattr, type(self), name, None)

    @contextmanager
    def other_worker(self):
        """Somebody else is sending the shop's stock."""
        key = [STOCK_LOCK, self.shop.id]
        with db_connect(self.env.cr.dbname).cursor() as other:
            other.execute("SELECT pg_advisory_lock(%s, %s)", key)
            try:
                yield
            finally:
                other.execute("SELECT pg_advisory_unlock(%s, %s)", key)

    def put(self, product, quantity, warehouse=None):
        """So many pieces more in the warehouse."""
        place = (warehouse or self.warehouse).lot_stock_id
        self.env["stock.quant"]._update_available_quantity(product, place, quantity)
        self.mark()

    def mark(self):
        """The end of a transaction of somebody's."""
        self.env.flush_all()
        self.env.cr.precommit.run()

    def send_stock(self):
        """Let the scheduled action send."""
        self.mark()
        with self.environment() as env:
            env["marketplace.shop"]._cron_send_stock()

    def compare(self):
        """Let the scheduled action compare, a day later."""
        self.later(24 * 60)
        with self.environment() as env:
            env["marketplace.shop"]._cron_read_stock()

    def of(self, product, shop=None):
        """The product's listing in the shop."""
        shop = shop or self.shop
        return self.listings.filtered(lambda listing: listing.product_id == product and listing.shop_id == shop)

    def free(self, product):
        """What is physically free: on hand, less what was sold anywhere and has not left, told by the platforms."""
        on_hand = sum(
            self.env["stock.quant"]
            .search([("product_id", "=", product.id), ("location_id.usage", "=", "internal")])
            .mapped("quantity")
        )
        sold = sum(
            unit.sku == product.default_code and unit.status in ("unpaid", "pending", "repacked", "packed")
            for order in self.lazada.shop("SG").orders.values()
            for unit in order.units
        )
        waiting = ("UNPAID", "PENDING", "READY_TO_SHIP", "PROCESSED")
        sold += sum(
            item.active_quantity
            for order in self.shopee.shop("SG").orders.values()
            if order.order_status in waiting
            for item in order.items
            if (item.model_sku or item.item_sku) == product.default_code
        )
        return on_hand - sold

    def in_hours(self, hours):
        return fields.Datetime.now() + timedelta(hours=hours)


class StockAtLazada(AtLazada):
    """Mixed into a SendingCase: what happens with stock at Lazada."""

    update_path = "/rest/product/stock/sellable/update"
    read_path = "/rest/product"
    order_path = "/rest/orders/get"

    def there(self, product):
        """The pieces that buyers can buy there now."""
        return self.lazada.sellable(self.lazada.shop("SG"), product.default_code)

    def set_there(self, product, pieces):
        """What somebody types into Seller Center."""
        self.lazada.set_sellable(self.lazada.shop("SG"), product.default_code, pieces)

    def campaign(self, product, pieces, hours=24):
        """A campaign holds pieces of the SKU."""
        return self.lazada.start_campaign(self.lazada.shop("SG"), product.default_code, pieces, hours * 3600)

    def update_calls(self):
        return self.lazada.calls[self.update_path]

    def place_unpaid(self, lines):
        return self.place(lines, paid=False)


class StockAtShopee(AtShopee):
    """Mixed into a SendingCase: what happens with stock at Shopee."""

    update_path = "/api/v2/product/update_stock"
    read_path = "/api/v2/product/get_"
    order_path = "/api/v2/order/get_order_list"

    def number(self, product):
        return self.shopee.shop("SG").shelf.skus()[product.default_code][1].number

    def there(self, product):
        return self.shopee.at_seller(self.shopee.shop("SG"), self.number(product))

    def set_there(self, product, pieces):
        shop = self.shopee.shop("SG")
        self.shopee.set_stock(shop, self.number(product), {shop.product_location_id: pieces})

    def campaign(self, product, pieces, hours=24):
        return self.shopee.start_promotion(
            self.shopee.shop("SG"), [self.number(product)], pieces, lasts=hours * 3600, begins_in=60
        )

    def update_calls(self):
        return self.shopee.calls[self.update_path]

    def place_unpaid(self, lines):
        return self.place(lines, paid=False)

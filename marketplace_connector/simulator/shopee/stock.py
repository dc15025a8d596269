"""What is in stock, at the seller's and in Shopee's own warehouses: an order lowers what can be bought at once, and
what is cancelled can be bought again."""

from collections import Counter

from ..catalogue import skus


class Stockroom:
    """The part of the platform that counts pieces. It accepts every order: what is missing is taken as restocked."""

    def __init__(self):
        self.brought_in: dict[tuple, int] = {}  # pieces that ever were there, by (shop_id, SKU, at Shopee's or not)
        self.stock_changes: dict[tuple, int] = {}  # epoch seconds of the last change by hand, by (shop_id, SKU)

    def sellable(self, shop, at_shopee=False) -> dict[str, int]:
        """The pieces of each SKU that can be bought now. At Shopee's only SKUs that were ever there."""
        gone = self._gone(shop, at_shopee)
        found = {}
        for sku in skus():
            had = self._had(shop, sku, at_shopee, gone)
            if had is not None:
                found[sku] = max(had - gone[sku], 0)
        return found

    def receive(self, shop, sku, pieces):
        """Pieces that the seller has sent arrive in Shopee's warehouse. Raises ValueError for nonsense."""
        if sku not in skus() or pieces < 1:
            raise ValueError("Receive at least one piece of a product that is on sale.")
        had = self._had(shop, sku, True, self._gone(shop, True)) or 0
        self.brought_in[shop.shop_id, sku, True] = had + pieces
        self.stock_changes[shop.shop_id, sku] = self.clock.seconds()

    def _had(self, shop, sku, at_shopee, gone):
        """How many pieces ever were there, None for a SKU that Shopee's warehouses never saw."""
        known = self.brought_in.get((shop.shop_id, sku, at_shopee))
        if known is not None or (at_shopee and not gone[sku]):
            return known
        return skus()[sku][1].stock

    def _gone(self, shop, at_shopee):
        """The pieces that were bought, by SKU. A parcel that was cancelled on its way does not come back by itself."""
        gone = Counter()
        for order in shop.orders.values():
            if order.fulfilled_by_shopee == at_shopee:
                on_its_way = order.order_status == "CANCELLED" and order.pickup_done_time
                for item in order.items:
                    gone[item.model_sku or item.item_sku] += item.quantity if on_its_way else item.active_quantity
        return gone

"""What the shop has on sale (API reference GetProducts)."""

from datetime import datetime, timedelta, timezone

from ..catalogue import CataloguePage, UnreadableItem
from ..errors import UnexpectedResponse
from . import const
from .calls import LazadaCalls
from .product_walk import ProductPage, ProductWalk, Stretch
from .products import When, item_ref_of, item_status, listed_skus
from .reading import count, ref, section, unexpected

OPENING = datetime(2010, 1, 1, tzinfo=timezone.utc)  # nothing on Lazada is older
AHEAD = timedelta(days=1)  # clocks differ


class Catalogue(LazadaCalls):
    """Reads products. Nothing here changes anything at Lazada."""

    def list_catalogue(self, changed_since=None, position=""):
        """See `MarketplaceClient`. A portion is one call, of 50 products.

        Raises after all portions where products may be missing from them: ServerError where the list kept changing,
        UnexpectedResponse where Lazada announces more than it gives.
        """
        walk = ProductWalk.from_position(self._read_products, position) if position else None
        for stretch, products, behind in (walk or self._walk(changed_since)).portions():
            yield _page(products, When(self.shop.site, self._now()), stretch.filter == "deleted", behind)

    def _walk(self, changed_since):
        """All products by their creation, which does not change; or those changed, and then those deleted, which may
        not be among them."""
        end = int((self._now() + AHEAD).timestamp())
        if changed_since is None:
            stretches = [Stretch("all", "create", int(OPENING.timestamp()), end)]
        else:
            start = int((changed_since - const.PRODUCT_OVERLAP).timestamp())
            stretches = [Stretch(name, "update", start, end) for name in ("all", "deleted")]
        return ProductWalk.over(self._read_products, *stretches)

    def _read_products(self, stretch, offset):
        after, before = (moment.strftime("%Y-%m-%dT%H:%M:%S%z") for moment in stretch.bounds)
        params = {
            "filter": stretch.filter,
            "options": "1",
            f"{stretch.by}_after": after,
            f"{stretch.by}_before": before,
            "offset": str(offset),
            "limit": str(const.PRODUCT_PAGE),
        }
        content = self._call(const.PRODUCTS, params).content
        data = section(content, "data") if content.get("data") else {}
        products = data.get("products") or []
        if not isinstance(products, list):
            raise unexpected("data.products")
        total = count(data, "total_products", "data.total_products")
        return ProductPage(products=tuple(products), total=total)


def _page(products, when, deleted, position):
    skus, item_refs, gone, unreadable = [], [], [], []
    for product in products:
        try:
            if not isinstance(product, dict):
                raise unexpected("data.products")
            item_ref = item_ref_of(product)
            if item_status(product) == "gone" or (deleted and not item_status(product)):
                gone.append(item_ref)
            else:
                skus.extend(listed_skus(product, when))
                item_refs.append(item_ref)
        except UnexpectedResponse as error:
            unreadable.append(UnreadableItem(ref=_ref_if_any(product), error=error))
    return CataloguePage(
        skus=tuple(skus),
        item_refs=tuple(item_refs),
        gone_item_refs=tuple(gone),
        unreadable=tuple(unreadable),
        position=position,
    )


def _ref_if_any(product):
    return (ref(product, "item_id") or ref(product, "itemId")) if isinstance(product, dict) else ""

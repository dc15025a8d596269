"""What one shop has on sale, and how a seller changes that; the platforms tell it in their own words.

Products and variants are known by their numbers: seller SKUs may be missing, stand twice, and change.
"""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from functools import cache

from .catalogue import Product, Variant, catalogue, prices
from .clock import Clock

STATUSES = ("active", "inactive", "pending", "banned", "deleted")
ON_SALE_SINCE = datetime(2025, 1, 1, tzinfo=timezone.utc)
WEIGHT = Decimal("0.25")
COLOURS, SIZES = ("Black", "White", "Navy", "Olive", "Sand"), ("S", "M", "L", "XL")


class Shelf:
    """The products of one shop, at first those of the catalogue; each change is dated by the `clock`.

    `products` are in the order of their creation, the deleted ones among them. Nothing here knows of pieces in stock
    but `Variant.stock`, what there was when the shop opened.
    """

    def __init__(self, products=None, clock=None):
        self.clock = clock or Clock()
        self._products: dict[int, Product] = {}
        self._product_of: dict[int, int] = {}  # numbers of products by those of their variants
        self._variants: dict[int, Variant] = {}
        self._statuses: dict[int, str] = {}  # of products that are not active
        self._suspended: set[int] = set()  # numbers of variants
        self._created: dict[int, datetime] = {}
        self._changed: dict[int, datetime] = {}
        self._looked_up = {}
        self._last_product = self._last_variant = 0
        for product in catalogue() if products is None else products:
            self._put(product, ON_SALE_SINCE + timedelta(days=product.number))

    @classmethod
    def generated(cls, variants, each=4, clock=None) -> "Shelf":
        """A shelf of so many variants with sound SKUs, GEN-00001-1 and so on, `each` of them to a product.

        Several products at a time were created in the same second, as an upload does.
        """
        shelf = cls((), clock)
        for place in range(-(-variants // each)):
            count = min(each, variants - place * each)
            made = [_generated(place, one, place * each + one + 1, count) for one in range(count)]
            name = f"Household item no. {place + 1}"
            shelf._put(
                Product(place + 1, name, "Home > Other", tuple(made)), ON_SALE_SINCE + timedelta(hours=place // 3)
            )
        return shelf

    # === LOOKING === #

    @property
    def products(self) -> list[Product]:
        """All products in the order of their creation, the deleted ones too."""
        return list(self._products.values())

    def product(self, number) -> Product | None:
        """The product of that number."""
        return self._products.get(number)

    def variant(self, number) -> Variant | None:
        """The variant of that number."""
        return self._variants.get(number)

    def product_of(self, variant_number) -> Product:
        """The product that the variant belongs to; KeyError where there is no such variant."""
        return self._products[self._product_of[variant_number]]

    def skus(self) -> dict[str, tuple[Product, Variant]]:
        """Product and variant by seller SKU, as `catalogue.skus`: the first of several, of deleted ones the last."""
        return self._look_up("skus", self._index)

    def good_skus(self) -> list[str]:
        """The SKUs on sale that are exactly one variant here, and exactly one product in the ERP."""
        return self._look_up("good", self._sound)

    def status(self, product_number) -> str:
        """One of STATUSES."""
        return self._statuses.get(product_number, "active")

    def is_suspended(self, variant_number) -> bool:
        """Whether the platform has taken the variant alone off its product."""
        return variant_number in self._suspended

    def is_buyable(self, variant_number) -> bool:
        """Whether a buyer finds the variant."""
        product = self._product_of.get(variant_number)
        return product is not None and self.status(product) == "active" and variant_number not in self._suspended

    def created_at(self, product_number) -> datetime:
        """When the product was first put on the shelf."""
        return self._created[product_number]

    def changed_at(self, product_number) -> datetime:
        """When anything about the product changed last."""
        return self._changed.get(product_number) or self._created[product_number]

    # === CHANGING === #

    def add(self, name, variants, *, price="9.90", stock=50, category="Home > Other", erp_products=1, is_kit=False):
        """A new product, which is returned. `variants` are SKUs, or (SKU, {"Color": "Red"}); `price` is in SGD.

        A SKU may be empty, or one that is here already.
        """
        number, first = self._last_product + 1, self._last_variant + 1
        made = []
        for place, variant in enumerate(variants):
            sku, options = (variant, {}) if isinstance(variant, str) else variant
            made.append(Variant(first + place, sku, tuple(options.items()), prices(price), WEIGHT, stock, erp_products))
        self._put(Product(number, name, category, tuple(made), is_kit=is_kit), self._now())
        return self._products[number]

    def add_variant(self, product_number, sku, options, *, price="9.90", stock=50, erp_products=1) -> Variant:
        """One variant more of a product."""
        number = self._last_variant + 1
        variant = Variant(number, sku, tuple(options.items()), prices(price), WEIGHT, stock, erp_products)
        product = self._products[product_number]
        self._replace(replace(product, variants=(*product.variants, variant)))
        return variant

    def change(self, product_number, **changes) -> Product:
        """Change fields of the product: `name`, `category`, `is_kit`."""
        return self._replace(replace(self._products[product_number], **changes))

    def new_picture(self, product_number):
        """Another picture, at another address."""
        self.change(product_number, picture=self._products[product_number].picture + 1)

    def change_variant(self, number, *, price=None, sale_price=None, **changes) -> Variant:
        """Change fields of the variant: `sku`, `barcode`, `options`; `price` and `sale_price` are in SGD.

        A missing SKU is an empty text; a `sale_price` of 0 ends the sale.
        """
        if price is not None:
            changes["prices"] = prices(price)
        if sale_price is not None:
            changes["sale_prices"] = prices(sale_price) if Decimal(sale_price) else {}
        changed = replace(self._variants[number], **changes)
        product = self.product_of(number)
        others = [changed if variant.number == number else variant for variant in product.variants]
        self._replace(replace(product, variants=tuple(others)))
        return changed

    def remove_variant(self, number):
        """Take the variant out of its product for good; a product without variants is deleted."""
        product = self.product_of(number)
        rest = tuple(variant for variant in product.variants if variant.number != number)
        if not rest:
            return self.set_status(product.number, "deleted")
        del self._variants[number], self._product_of[number]
        return self._replace(replace(product, variants=rest))

    def set_status(self, product_number, status):
        """Put the product on or off the shelf: any of STATUSES. Deleted ones stay known."""
        if status not in STATUSES or product_number not in self._products:
            raise ValueError(f"a product and one of {', '.join(STATUSES)} is meant")
        self._statuses[product_number] = status
        self._looked_up = {}
        self.touch(product_number)

    def suspend(self, number, suspended=True):
        """The platform takes one variant off its product, or gives it back."""
        (self._suspended.add if suspended else self._suspended.discard)(number)
        self._looked_up = {}
        self.touch(self._product_of[number])

    def forget(self, product_number):
        """The product never was there: even among deleted ones nothing tells of it."""
        for variant in self._products.pop(product_number).variants:
            del self._variants[variant.number], self._product_of[variant.number]
        self._looked_up = {}

    def touch(self, product_number):
        """The product has changed now."""
        self._changed[product_number] = self._now()

    # === HELPERS === #

    def _put(self, product, created):
        self._products[product.number] = product
        self._created[product.number] = created
        self._remember(product)

    def _replace(self, product):
        self._products[product.number] = product
        self._remember(product)
        self.touch(product.number)
        return product

    def _remember(self, product):
        self._last_product = max(self._last_product, product.number)
        self._last_variant = max(self._last_variant, *(variant.number for variant in product.variants))
        for variant in product.variants:
            self._variants[variant.number] = variant
            self._product_of[variant.number] = product.number
        self._looked_up = {}

    def _now(self):
        return self.clock.now().replace(microsecond=0)

    def _look_up(self, name, function):
        if name not in self._looked_up:
            self._looked_up[name] = function()
        return self._looked_up[name]

    def _index(self):
        found = {}
        for product in sorted(self._products.values(), key=lambda one: self.status(one.number) == "deleted"):
            for variant in product.variants:
                if variant.sku:
                    found.setdefault(variant.sku, (product, variant))
        return found

    def _sound(self):
        seen, twice = set(), set()
        for variant in self._variants.values():
            (twice if variant.sku in seen else seen).add(variant.sku)
        return [
            sku
            for sku, (_, variant) in self.skus().items()
            if variant.erp_products == 1 and sku not in twice and self.is_buyable(variant.number)
        ]


@cache
def _generated_prices(sgd):
    return prices(sgd)


def _generated(product, place, number, count):
    options = (("Color", COLOURS[place // 4 % 5]), ("Size", SIZES[place % 4])) if count > 1 else ()
    if place >= 20:
        options = (("Color", f"{COLOURS[place // 4 % 5]} {place // 20}"), options[1])
    sgd = f"{5 + product % 40}.90"
    return Variant(
        number,
        f"GEN-{product + 1:05d}-{place + 1}",
        options,
        _generated_prices(sgd),
        WEIGHT,
        20 + number * 37 % 160,
        barcode=_barcode(number),
    )


def _barcode(number):
    """A number with the check digit of an EAN-13."""
    digits = f"888{number:09d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"

"""What a South-East-Asian seller sells, to whom, and who carries it: the same for both platforms.

`catalogue()` lists the products, `buyer(random, country)` makes up a person, `COUNTRIES` knows currencies and couriers.
"""

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from .catalogue_data import FAMILIES, PEOPLE, PLACES


@dataclass(frozen=True)
class Country:
    """A country where both platforms sell."""

    code: str  # SG
    name: str  # Singapore
    currency: str
    utc_offset: int  # hours, no country here has summer time
    decimals: int  # of amounts as the platforms show them: none in VND and IDR
    dial: str
    shipping_fee: Decimal  # what a buyer usually pays for one parcel
    couriers: tuple[str, ...]


COUNTRIES = {
    country.code: country
    for country in (
        Country("SG", "Singapore", "SGD", 8, 2, "65", Decimal("1.99"), ("Ninja Van", "J&T Express", "SingPost")),
        Country("MY", "Malaysia", "MYR", 8, 2, "60", Decimal("4.90"), ("J&T Express", "Ninja Van", "Pos Laju")),
        Country(
            "TH", "Thailand", "THB", 7, 2, "66", Decimal("38.00"), ("Flash Express", "J&T Express", "Kerry Express")
        ),
        Country("PH", "Philippines", "PHP", 8, 2, "63", Decimal("49.00"), ("J&T Express", "Flash Express", "LBC")),
        Country("VN", "Vietnam", "VND", 7, 0, "84", Decimal("16500"), ("GHN", "J&T Express", "Viettel Post")),
        Country("ID", "Indonesia", "IDR", 7, 0, "62", Decimal("9000"), ("JNE", "J&T Express", "SiCepat")),
    )
}

# One SGD in other money, the step that sellers' prices there move in, and what is taken off it: 19.90, 499, 129000.
RATES = {
    "SGD": (Decimal(1), Decimal(1), Decimal("0.10")),
    "MYR": (Decimal("3.3"), Decimal(1), Decimal("0.10")),
    "THB": (Decimal(26), Decimal(10), Decimal(1)),
    "PHP": (Decimal(43), Decimal(10), Decimal(1)),
    "VND": (Decimal(19500), Decimal(10000), Decimal(1000)),
    "IDR": (Decimal(12300), Decimal(1000), Decimal(100)),
}


@dataclass(frozen=True)
class Variant:
    """One SKU. `erp_products` says how many products of the ERP carry it: 0 and 2 make orders of it a problem."""

    number: int  # small, stable, unique: platforms build their ids on it
    sku: str
    options: tuple[tuple[str, str], ...]  # (("Color", "Black"), ("Size", "M")), empty for the only variant
    prices: dict[str, Decimal]  # by currency, tax included
    weight: Decimal  # kg
    stock: int
    erp_products: int = 1
    picture: str = ""
    barcode: str = ""
    sale_prices: dict[str, Decimal] = field(default_factory=dict)  # by currency, what buyers pay where it is less

    def __hash__(self):
        return hash(self.number)


@dataclass(frozen=True)
class Product:
    """A family of variants with one page in the shop."""

    number: int
    name: str
    category: str
    variants: tuple[Variant, ...]
    picture: int = 1  # which one of its pictures it shows, 0: none
    is_kit: bool = False  # its stock follows from what it is made of


@dataclass(frozen=True)
class Buyer:
    """A person as the platform knows them; the platforms show this masked."""

    number: int
    name: str
    phone: str
    street: str
    district: str
    city: str
    state: str
    post_code: str
    country: str  # SG


def money(amount, currency) -> Decimal:
    """The amount rounded to what exists in the currency: cents, or whole VND and IDR."""
    step = Decimal(1) if currency in ("VND", "IDR") else Decimal("0.01")
    return Decimal(amount).quantize(step, ROUND_HALF_UP)


def spread(amount, weights, currency) -> list[Decimal]:
    """The amount divided in proportion to the weights, so that the parts add up to it to the cent."""
    total, parts, given, passed = sum(weights), [], Decimal(0), Decimal(0)
    for place, weight in enumerate(weights, start=1):
        passed += weight
        reached = money(amount * passed / total if total else amount * place / len(weights), currency)
        parts.append(reached - given)
        given = reached
    return parts


def _price(sgd, currency):
    rate, step, off = RATES[currency]
    steps = (sgd * rate / step).quantize(Decimal(1), ROUND_HALF_UP)
    return money(max(steps, 1) * step - off, currency)


def prices(sgd) -> dict[str, Decimal]:
    """What a thing that is worth so many SGD costs in each currency, as sellers there write prices."""
    return {currency: _price(Decimal(sgd), currency) for currency in RATES}


def _variant(number, sku, options, sgd, weight, erp_products):
    stock = 40 + number * 37 % 160
    return Variant(number, sku, options, prices(sgd), Decimal(weight), stock, erp_products)


@cache
def catalogue() -> tuple[Product, ...]:
    """All products with their variants, always the same ones in the same order."""
    products, number = [], 0
    for family_number, (name, category, option_names, variants) in enumerate(FAMILIES, start=1):
        made = []
        for sku, values, sgd, weight, *erp_products in variants:
            number += 1
            options = tuple(zip(option_names, values, strict=True))
            made.append(_variant(number, sku, options, sgd, weight, *(erp_products or [1])))
        products.append(Product(family_number, name, category, tuple(made)))
    return tuple(products)


@cache
def skus() -> dict[str, tuple[Product, Variant]]:
    """Product and variant by seller SKU."""
    return {variant.sku: (product, variant) for product in catalogue() for variant in product.variants}


def good_skus() -> list[str]:
    """The SKUs that are exactly one product in the ERP."""
    return [sku for sku, (_, variant) in skus().items() if variant.erp_products == 1]


def unknown_skus() -> list[str]:
    """The SKUs on sale that the ERP does not have."""
    return [sku for sku, (_, variant) in skus().items() if variant.erp_products == 0]


def ambiguous_skus() -> list[str]:
    """The SKUs that two products of the ERP carry."""
    return [sku for sku, (_, variant) in skus().items() if variant.erp_products > 1]


def buyer(random, country) -> Buyer:
    """A made-up person living in the country, the same one for the same state of `random`."""
    first_names, last_names, family_first = PEOPLE[country]
    names = [random.choice(first_names), random.choice(last_names)]
    street, district, city, state, post_code = random.choice(PLACES[country])
    return Buyer(
        number=random.randrange(100_000_000, 999_999_999),
        name=" ".join(reversed(names) if family_first else names),
        phone=COUNTRIES[country].dial + str(random.randrange(800_000_000, 999_999_999)),
        street=street.format(random.randrange(1, 250)),
        district=district,
        city=city,
        state=state,
        post_code=post_code,
        country=country,
    )


def buyers(random, country, count) -> list[Buyer]:
    """So many people of the country, each with a number of their own."""
    found = {}
    while len(found) < count:
        person = buyer(random, country)
        found[person.number] = person
    return list(found.values())

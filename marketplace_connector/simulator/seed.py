"""A seller's last days as plans that each platform turns into its own orders.

A platform needs `shops` (a dict whose values have a `.shelf` and `.country`, a `catalogue.Country`) and
`carry_out(shop, plan)`, which places the order and takes the plan's steps, each inside `clock.ago(seconds)`.
"""

import random
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from .catalogue import COUNTRIES, Buyer, ambiguous_skus, buyers, money, unknown_skus
from .shelf import Shelf

MINUTE, HOUR, DAY = 60, 3600, 86400

# Why an order is cancelled, and who does it.
CANCELLERS = {"out_of_stock": "seller", "wrong_price": "seller", "changed_mind": "buyer", "not_paid": "system"}

NOTES = (
    "Please leave at the guard house",
    "Tolong bungkus rapi ya kak, untuk kado 🎁",
    "ฝากไว้กับป้อมยามได้เลยค่ะ",
    "Giao giờ hành chính giúp mình nhé",
    "Call before delivery",
)

# Ways that no courier of the platform moves.
BY_HAND = ("seller_own_fleet", "digital", "pickup_in_store")

# How many of 52 orders end where: the open ones are what a seller works on in the morning.
REACH = (
    ["unpaid"] * 3
    + ["ready_to_ship"] * 22
    + ["processed"] * 12
    + ["shipped"] * 6
    + ["completed"] * 5
    + ["cancelled"] * 4
)
COUNT = len(REACH)

# What has happened to an order that is where it is, and how long ago it was placed, at least and at most.
STEPS = {
    "unpaid": (("placed",), (MINUTE, 25 * MINUTE)),
    "ready_to_ship": (("placed", "paid"), (10 * MINUTE, 30 * HOUR)),
    "processed": (("placed", "paid", "arranged"), (4 * HOUR, 44 * HOUR)),
    "shipped": (("placed", "paid", "arranged", "shipped"), (30 * HOUR, 5 * DAY)),
    "completed": (("placed", "paid", "arranged", "shipped", "completed"), (4 * DAY, 9 * DAY)),
    "cancelled": (("placed", "paid", "cancelled"), (3 * HOUR, 3 * DAY)),
}


@dataclass(frozen=True)
class PlannedLine:
    """Pieces of one SKU. `discount` is off the price of one piece, `cancelled` how many of the pieces are cancelled."""

    sku: str
    quantity: int = 1
    discount: Decimal = Decimal(0)
    cancelled: int = 0


@dataclass(frozen=True)
class Plan:
    """What happens to one order; amounts are in the country's currency.

    `steps` are (what, seconds ago), oldest first; what is one of placed, paid, partly_cancelled, arranged (packed and
    ready for collection), missed (the courier did not collect it), shipped, completed, cancelled. A COD order is never
    paid before it is completed, the step then only says that the platform accepted it. `by_hand` is one of BY_HAND, or
    empty. A platform passes over what it does not have: of BY_HAND Shopee, of a missed collection Lazada.
    """

    buyer: Buyer
    lines: tuple[PlannedLine, ...]
    steps: tuple[tuple[str, int], ...]
    seller_voucher: Decimal = Decimal(0)
    platform_voucher: Decimal = Decimal(0)
    shipping_fee: Decimal = Decimal(0)
    cash_on_delivery: bool = False
    fulfilled_by_platform: bool = False
    by_hand: str = ""
    note: str = ""
    cancel_reason: str = ""  # one of CANCELLERS


def seed(platform, number=1, shops=None, count=COUNT):
    """Fill the shops, or all shops of the platform, with `count` orders each: the same ones for the same number."""
    orders = []
    for place, shop in enumerate(shops or platform.shops.values()):
        for plan in plans(f"{number}/{type(platform).__name__}/{place}", shop.country.code, count, shop.shelf):
            orders.append(platform.carry_out(shop, plan))
    return orders


def plans(number, country, count=COUNT, shelf=None) -> list[Plan]:
    """So many plans for a shop in the country, oldest order first; problem orders where its shelf has such SKUs.

    Without a `shelf` it is the catalogue that the shop sells.
    """
    shelf = shelf or _catalogue_shelf()
    chance = random.Random(str(number))
    people = buyers(chance, country, max(1, count * 2 // 3))
    reach = [REACH[place * 7 % len(REACH)] for place in range(count)]
    made = [_plan(chance, shelf, country, people, state) for state in reach]
    for line, place in zip(_problem_lines(shelf), _places(reach, "ready_to_ship"), strict=False):
        made[place] = _with_problem(made[place], line, made[place].lines if place % 2 else ())
    for place in _places(reach, "processed")[:1] + _places(reach, "ready_to_ship")[-2:]:
        made[place] = _partly_cancelled(made[place])
    for by_hand, place in zip(BY_HAND, _places(reach, "ready_to_ship")[3:-2], strict=False):
        made[place] = replace(made[place], by_hand=by_hand, fulfilled_by_platform=False)
    for place in _places(reach, "processed")[1:2]:
        made[place] = _missed(made[place])
    return sorted(made, key=lambda plan: -plan.steps[0][1])


def random_plan(chance, country, line_count=None, people=None, shelf=None, state="ready_to_ship") -> Plan:
    """A plan for one order of sound products of the shelf, or the catalogue, placed now and brought to one of STEPS at
    once: a test order."""
    people = people or buyers(chance, country, 1)
    return _plan(chance, shelf or _catalogue_shelf(), country, people, state, line_count, age=0)


@cache
def _catalogue_shelf():
    return Shelf()


def _places(reach, state):
    return [place for place, reached in enumerate(reach) if reached == state]


def _problem_lines(shelf):
    wanted = ((unknown_skus()[0], 1), (ambiguous_skus()[0], 2), (unknown_skus()[0], 3))
    return [PlannedLine(sku, quantity) for sku, quantity in wanted if sku in shelf.skus()]


def _plan(chance, shelf, country, people, state, line_count=None, age=None):
    currency = COUNTRIES[country].currency
    lines = _lines(chance, shelf, currency, line_count or chance.choice((1, 1, 1, 1, 2, 2, 3, 4)))
    total = sum((shelf.skus()[line.sku][1].prices[currency] - line.discount) * line.quantity for line in lines)
    cash = country != "SG" and state != "unpaid" and chance.random() < 0.35
    reason = chance.choice([one for one in CANCELLERS if not cash or one != "not_paid"]) if state == "cancelled" else ""
    steps = [step for step in _steps(chance, state, age) if step[0] != "paid" or reason != "not_paid"]
    return Plan(
        buyer=chance.choice(people),
        lines=lines,
        steps=tuple(steps),
        seller_voucher=_share(chance, total, currency, 0.25, (3, 8)),
        platform_voucher=_share(chance, total, currency, 0.30, (2, 10)),
        shipping_fee=chance.choice((Decimal(0), COUNTRIES[country].shipping_fee, COUNTRIES[country].shipping_fee)),
        cash_on_delivery=cash,
        fulfilled_by_platform=chance.random() < 0.06,
        note=chance.choice(NOTES) if chance.random() < 0.15 else "",
        cancel_reason=reason,
    )


def _lines(chance, shelf, currency, count):
    chosen, good = [], shelf.good_skus()
    for sku in chance.sample(good, min(count, len(good))):
        quantity = chance.choice((1, 1, 1, 1, 1, 2, 2, 3, 5))
        discount = _share(chance, shelf.skus()[sku][1].prices[currency], currency, 0.3, (5, 25))
        chosen.append(PlannedLine(sku, quantity, discount))
    return tuple(chosen)


def _share(chance, amount, currency, likelihood, percent):
    """Now and then some percent of the amount, otherwise nothing."""
    if chance.random() >= likelihood:
        return Decimal(0)
    step = 100 if currency in ("VND", "IDR") else 1
    return money(amount * chance.randint(*percent) / 100 / step, currency) * step


def _steps(chance, state, age):
    names, (least, most) = STEPS[state]
    age = chance.randint(least, most) if age is None else age
    steps = []
    for name in names:
        steps.append((name, age))
        age -= chance.randint(age // 8, age // 3) if name != "placed" else min(age, chance.randint(0, 5 * MINUTE))
    return tuple(steps)


def _with_problem(plan, problem, others):
    lines = (problem, *(line for line in others if line.sku != problem.sku))
    nothing = Decimal(0)
    return replace(plan, lines=lines, seller_voucher=nothing, platform_voucher=nothing, fulfilled_by_platform=False)


def _partly_cancelled(plan):
    """The plan with one piece more of its first line, which is then cancelled before anything is packed."""
    first, *rest = plan.lines
    lines = (replace(first, quantity=first.quantity + 1, cancelled=1), *rest)
    placed, paid, *later = plan.steps
    half_way = (paid[1] + (later[0][1] if later else 0)) // 2
    steps = (placed, paid, ("partly_cancelled", half_way), *later)
    return replace(plan, lines=lines, steps=steps, cancel_reason="out_of_stock")


def _missed(plan):
    """The plan with a courier who did not come for the parcel."""
    steps = (*plan.steps, ("missed", plan.steps[-1][1] // 2))
    return replace(plan, steps=steps, fulfilled_by_platform=False)

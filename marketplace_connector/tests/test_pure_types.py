"""The values that clients take and give."""

import os
import subprocess
import sys
import unittest
from dataclasses import FrozenInstanceError, fields, replace
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path

from ..marketplaces.types import (
    Address,
    Amounts,
    App,
    Order,
    OrderLine,
    OrderStub,
    OrderUnit,
    Package,
    Tokens,
    is_masked,
    with_digest,
)

D = Decimal
NOON = datetime(2025, 10, 9, 12, tzinfo=timezone.utc)


def make_order(**values):
    unit = OrderUnit(ref="1", status="processed", raw_status="packed", package_ref="P1")
    line = OrderLine(
        units=(unit,),
        item_ref="10",
        sku_ref="11",
        seller_sku="TEA",
        name="Tea",
        quantity=1,
        unit_price=D("12.50"),
        total=D("12.50"),
        list_price=D(15),
    )
    amounts = Amounts(shipping_fee=D(2), seller_voucher=D(1), platform_voucher=D(3), buyer_paid=D("10.50"))
    order = Order(
        ref="1",
        status="processed",
        raw_status="packed",
        created_at=NOON,
        updated_at=NOON,
        currency="SGD",
        lines=(line,),
        amounts=amounts,
        packages=(Package(ref="P1", status="confirmed", raw_status="packed", contents=(("1", 1),)),),
        shipping_address=Address(name="A***n", masked=frozenset({"name", "phone", "street", "city", "zip"})),
    )
    return with_digest(replace(order, **values))


class TestAmounts(unittest.TestCase):
    def test_identity(self):
        """# R107"""
        order = make_order()
        self.assertEqual((order.total, order.amounts.total, order.amount_difference), (D("13.5"), D("13.5"), 0))

    def test_every_term_counts(self):
        full = Amounts(
            shipping_fee=D(0),
            seller_voucher=D(0),
            platform_voucher=D(1),
            buyer_paid=D(100),
            coins=D(2),
            payment_promotion=D(4),
            service_fee=D(8),
            buyer_tax=D(16),
            insurance=D(32),
        )
        self.assertEqual(full.total, D(100 + 1 + 2 + 4 - 8 - 16 - 32))

    def test_without_amounts(self):
        order = make_order(amounts=None)
        self.assertEqual((order.total, order.amount_difference), (D("12.5"), 0))


class TestDigest(unittest.TestCase):
    def test_equal_orders_have_equal_digests(self):
        self.assertEqual(make_order().digest, make_order().digest)
        self.assertEqual(make_order(raw={"a": 1}).digest, make_order(raw={"a": 2}).digest)
        self.assertEqual(with_digest(make_order()).digest, make_order().digest)

    def test_equal_amounts_in_different_spellings(self):
        def spelled(zero, fee):
            amounts = Amounts(shipping_fee=D(fee), seller_voucher=D(zero), platform_voucher=D(zero), buyer_paid=D(zero))
            return make_order(amounts=amounts).digest

        self.assertEqual(
            len({spelled(zero, fee) for zero in ("0", "0.00", "-0") for fee in ("100", "1E+2", "100.0")}), 1
        )
        self.assertNotEqual(spelled("0", "100"), spelled("0", "10"))

    def test_every_field_counts(self):
        other = {
            str: "other",
            datetime: NOON.replace(hour=1),
            datetime | None: NOON,
            bool: True,
            Address: Address(city="Elsewhere"),
            Amounts | None: None,
        }
        seen = {make_order().digest}
        for field in fields(Order):
            if field.name in ("digest", "raw"):
                continue
            value = () if field.name in ("lines", "packages") else other[field.type]
            digest = make_order(**{field.name: value}).digest
            self.assertNotIn(digest, seen, field.name)
            seen.add(digest)

    def test_same_in_every_process(self):
        code = "from marketplace_connector.tests.test_pure_types import make_order; print(make_order().digest)"
        root = Path(__file__).parents[2]
        told = [
            subprocess.run(
                [sys.executable, "-c", code],
                env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
                cwd=root,
                check=True,
                capture_output=True,
                text=True,
            ).stdout.strip()
            for seed in ("1", "2", "3")
        ]
        self.assertEqual(set(told), {make_order().digest})


class TestValues(unittest.TestCase):
    def test_secrets_are_not_printed(self):
        app = App(key="k", secret="hush")
        tokens = Tokens(access_token="hush", refresh_token="hush", access_expires_at=NOON)
        stub = OrderStub(ref="1", header={"buyer": "hush"})
        self.assertNotIn("hush", f"{app!r} {tokens!r} {stub!r} {make_order(raw={'buyer': 'hush'})!r}")

    def test_frozen(self):
        with self.assertRaises(FrozenInstanceError):
            make_order().status = "shipped"

    def test_masked(self):
        self.assertTrue(is_masked("A***n"))
        for text in ("Ann", "", None):
            self.assertFalse(is_masked(text))

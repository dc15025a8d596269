"""Where an order's page is in Seller Center."""

import unittest

from ..marketplaces.lazada.client import LazadaClient
from ..marketplaces.shopee.client import ShopeeClient
from ..marketplaces.types import App, ShopKey


def page(client, ref, site, environment="production", api_url=""):
    app = App(key="1", secret="", environment=environment, api_url=api_url)
    return client(app, ShopKey(ref="100", site=site)).order_page(ref)


class TestOrderPages(unittest.TestCase):
    def test_lazada(self):
        """The detail page, as message samples of Lazada have it as `webLink`, on the country's domain."""
        domains = {"SG": "sg", "MY": "com.my", "TH": "co.th", "VN": "vn", "PH": "com.ph", "ID": "co.id"}
        for site, domain in domains.items():
            address = f"https://sellercenter.lazada.{domain}/apps/order/detail?tradeOrderId=123456789"
            self.assertEqual(page(LazadaClient, "123456789", site), address)
            self.assertEqual(page(LazadaClient, "123456789", site, "sandbox"), address, "Lazada has no other hosts")

    def test_shopee(self):
        """The list, searched for the order number."""
        domains = {"SG": "seller.shopee.sg", "VN": "banhang.shopee.vn", "BR": "seller.shopee.com.br"}
        for site, domain in domains.items():
            address = f"https://{domain}/portal/sale/order?search=201214JAJXU6G7"
            self.assertEqual(page(ShopeeClient, "201214JAJXU6G7", site), address)

    def test_unknown(self):
        """Nothing is guessed for countries and environments whose addresses are not known."""
        self.assertEqual(page(ShopeeClient, "1", "SG", "sandbox"), "")
        self.assertEqual(page(ShopeeClient, "1", "XX"), "")
        self.assertEqual(page(LazadaClient, "1", "TW"), "")
        self.assertEqual(page(LazadaClient, "1", "SG", "simulator"), "")

    def test_quoted(self):
        """An order number cannot lead anywhere else."""
        for client in (LazadaClient, ShopeeClient):
            self.assertTrue(page(client, "1&x=/../#?", "SG").endswith("=1%26x%3D%2F..%2F%23%3F"))
        address = page(ShopeeClient, "../settings", "SG", "simulator", "http://127.0.0.1:8100")
        self.assertEqual(address, "http://127.0.0.1:8100/seller-center/orders/..%2Fsettings")

    def test_simulator(self):
        address = page(LazadaClient, "55", "SG", "simulator", "http://127.0.0.1:8099/rest")
        self.assertEqual(address, "http://127.0.0.1:8099/seller-center/orders/100/55")

from odoo.tests import tagged

from ..models.marketplace_account import CALLBACK_PATH
from .browser import Page
from .tour_common import TourCase

OPEN_THE_SHOP = "document.querySelector('a.btn-primary').click()"


@tagged("post_install", "-at_install")
class TestTourConnect(TourCase):
    def test_connect_lazada(self):
        """R39, R131: from an app's key and secret over Lazada's consent page to a shop that is ready."""
        self.pages = [
            Page("/oauth/authorize", "document.querySelector('button[value=allow]').click()", "lazada-consent"),
            Page(CALLBACK_PATH, OPEN_THE_SHOP, "lazada-connected"),
        ]
        self.tour("connect_lazada")
        self.assertShop("lazada", str(self.lazada.shop("SG").seller_id))

    def test_connect_shopee(self):
        """R116, R131: the same at Shopee."""
        self.pages = [
            Page("/auth", "document.querySelector('button[value=allow]').click()", "shopee-consent"),
            Page(CALLBACK_PATH, OPEN_THE_SHOP),
        ]
        self.tour("connect_shopee")
        self.assertShop("shopee", str(self.shopee.shop("SG").shop_id))

    def assertShop(self, provider, ref):
        shop = self.env["marketplace.shop"].search([("provider", "=", provider)])
        self.assertRecordValues(
            shop,
            [
                {
                    "state": "connected",
                    "external_ref": ref,
                    "site": "SG",
                    "currency_id": self.env.ref("base.SGD").id,
                    "company_id": self.company.id,
                    "responsible_id": self.manager.id,
                }
            ],
        )

"""The address that serves labels: to whom, and how a marketplace's web page is kept away from Odoo."""

from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged

from ..marketplaces.shipping import Label
from ..marketplaces.types import ShopInfo
from ..simulator.lazada.labels import make_pdf
from .common import Simulators
from .label_reading import pages_of

PAGE = b"<html><script>document.title = document.cookie</script>T1</html>"


@tagged("post_install", "-at_install")
class TestLabelRoute(Simulators, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.start_simulators()
        cls.make_accounts(cls.env.company)
        cls.packages = cls.make_packages(3)
        cls.packer = new_test_user(cls.env, "route_packer", "stock.group_stock_user")
        other = cls.env["res.company"].create({"name": "Other"})
        new_test_user(
            cls.env,
            "route_outsider",
            "stock.group_stock_manager,marketplace_connector.group_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        new_test_user(cls.env, "route_portal", "base.group_portal")

    @classmethod
    def make_packages(cls, count):
        account = cls.shopee_account
        info = ShopInfo(ref="1", site="SG", name="Shop", currency="SGD", time_zone="Asia/Singapore", status="")
        shops = cls.env["marketplace.shop"]
        shop = shops.create({"account_id": account.id, **shops._first_values(account, info)})
        shop._set_up()
        product = cls.env["product.product"].create({"name": "Tee", "is_storable": True})
        orders = cls.env["sale.order"].create(
            [
                {
                    "partner_id": cls.env["res.partner"].create({"name": "Buyer"}).id,
                    "marketplace_shop_id": shop.id,
                    "marketplace_order_ref": f"O{number}",
                    "order_line": [Command.create({"product_id": product.id})],
                }
                for number in range(count)
            ]
        )
        orders.action_confirm()
        packages = cls.env["marketplace.package"].create(
            [
                {
                    "order_id": order.id,
                    "picking_id": order.picking_ids.id,
                    "package_ref": f"P{number}",
                    "status": "confirmed",
                    "tracking_number": f"T{number}",
                }
                for number, order in enumerate(orders)
            ]
        )
        for package in packages:
            content = make_pdf([[package.tracking_number]])
            package._attach_label(Label(package_ref=package.package_ref, content=content))
        return packages

    def fetch(self, packages, login="route_packer"):
        self.authenticate(login, login)
        return self.url_open(packages._label_url() if packages else "/marketplace/labels/0")

    def test_several(self):
        """In the order of the address, as a PDF that nobody keeps."""
        answer = self.fetch(self.packages[::-1])
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertIn("no-store", answer.headers["Cache-Control"])
        self.assertRegex(answer.headers["Content-Disposition"], r"^inline; filename\*?=.*labels-.*\.pdf")
        self.assertEqual(pages_of(answer.content), ["T2", "T1", "T0"])
        self.env.invalidate_all()
        self.assertTrue(all(self.packages.mapped("label_printed_at")))

    def test_one(self):
        answer = self.fetch(self.packages[0])
        self.assertEqual(answer.content, self.packages[0].label_id.raw)
        self.assertIn("P0.pdf", answer.headers["Content-Disposition"])

    def test_strangers(self):
        """Nothing for other companies, buyers and people who are not logged in."""
        for login in ("route_outsider", "route_portal"):
            for packages in (self.packages, self.packages[0]):
                answer = self.fetch(packages, login)
                self.assertEqual(answer.status_code, 403, login)
                self.assertNotIn(b"%PDF", answer.content)
        self.logout()
        answer = self.url_open(self.packages._label_url(), allow_redirects=False)
        self.assertIn(answer.status_code, (302, 303))
        self.env.invalidate_all()
        self.assertFalse(any(self.packages.mapped("label_printed_at")))

    def test_nothing(self):
        self.assertEqual(self.fetch(self.packages.browse()).status_code, 404)
        self.packages[0].label_id = False
        self.assertEqual(self.fetch(self.packages[0]).status_code, 404)
        self.assertEqual(pages_of(self.fetch(self.packages).content), ["T1", "T2"])
        for ids in ("x,'", "99999999999999999999", "-1", "1" * 9):
            self.assertEqual(self.url_open(f"/marketplace/labels/{ids}").status_code, 404, ids)

    def test_web_page(self):
        """A label that is a web page runs apart from Odoo's session, and nowhere else."""
        package = self.packages[0]
        package._attach_label(Label(package_ref="P0", content=PAGE, file_type="html"))
        answer = self.fetch(package)
        self.assertEqual((answer.content, answer.headers["Content-Type"]), (PAGE, "text/html"))
        policy = answer.headers["Content-Security-Policy"].split("; ")
        self.assertEqual(policy[:2], ["sandbox allow-scripts allow-modals", "default-src 'none'"])
        self.assertNotIn("same-origin", answer.headers["Content-Security-Policy"])
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
        stored = self.url_open(f"/web/content/{package.label_id.id}")
        self.assertTrue(stored.headers["Content-Type"].startswith("text/plain"))

"""Many labels in one click: one PDF in pick order, what is missing is named."""

import io
import tracemalloc
import zipfile

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools.pdf import PdfFileReader

from ..marketplaces.shipping import Label
from ..models.label_pdfs import merged, readable
from ..simulator.lazada.labels import make_pdf
from .label_reading import pages_of
from .test_flow_labels import LabelCase


@tagged("post_install", "-at_install")
class TestPrinting(LabelCase):
    def file_of(self, action):
        """What the address in the action serves, as ids in its order."""
        ids = [int(text) for text in action["url"].rpartition("/")[2].split(",")]
        return self.env["marketplace.package"].browse(ids)._labels_file()

    def test_one_click(self):
        """R53 R70: labels of both marketplaces in one PDF, a page each; printed ones are told from new ones."""
        _placed, lazada = self.packed(2)
        _placed, shopee = self.arranged(2)
        self.act_for(6)
        pickings = lazada | shopee
        packages = pickings.marketplace_package_ids
        to_print = [("marketplace_package_ids.to_print", "=", True)]
        self.assertEqual(self.env["stock.picking"].search(to_print), pickings.sorted("id", reverse=True).sorted())
        packer = new_test_user(self.env, "label_packer", "stock.group_stock_user")
        action = pickings.with_user(packer).action_marketplace_label()
        self.assertEqual((action["type"], action["target"]), ("ir.actions.act_url", "new"))
        pages = pages_of(self.file_of(action))
        self.assertEqual(len(pages), 4)
        for package in packages:
            self.assertEqual(sum(package.tracking_number in page for page in pages), 1)
        self.assertTrue(all(packages.mapped("label_printed_at")))
        self.assertTrue(all(pickings.mapped("marketplace_label_printed_at")))
        self.assertFalse(self.env["stock.picking"].search(to_print))
        self.assertFalse(self.env["ir.attachment"].search([("mimetype", "=", "application/pdf")]) - packages.label_id)

    def test_from_orders_and_packages(self):
        _placed, pickings = self.packed(3)
        self.act()
        urls = {
            pickings.action_marketplace_label()["url"],
            pickings.sale_id.with_user(self.user).action_marketplace_label()["url"],
            pickings.marketplace_package_ids.action_open_label()["url"],
        }
        self.assertEqual(len(urls), 1)
        self.assertEqual(len(urls.pop().split(",")), 3)

    def test_pick_order(self):
        """Starred first, then by shelf, then by product, then what has to leave first, whatever was ticked first."""
        shelves = self.env["stock.location"].create(
            [{"name": name, "location_id": self.lazada_shop.warehouse_id.lot_stock_id.id} for name in ("B", "A")]
        )
        first, second, third = self.products.sorted("default_code")[:3]
        for product, shelf in ((first, shelves[0]), (second, shelves[1]), (third, shelves[1])):
            self.env["stock.quant"]._update_available_quantity(product, shelf, 50)
        ordered = [first, third, second, first, second]
        placed = [self.place_lazada([(product.default_code, 1)]) for product in ordered]
        for order in placed:
            self.lazada.pack(order)
        pickings = self.env["stock.picking"].union(*(self.import_now(order).picking_ids for order in placed))
        self.act()
        orders = [picking.sale_id for picking in pickings]
        orders[1].commitment_date = False
        orders[2].commitment_date, orders[4].commitment_date = "2026-03-09", "2026-03-08"
        pickings[3].priority = "1"
        expected = [pickings[3], pickings[4], pickings[2], pickings[1], pickings[0]]
        for given in (pickings, pickings[::-1]):
            pages = pages_of(self.file_of(given.action_marketplace_label()))
            numbers = [picking.carrier_tracking_ref for picking in expected]
            self.assertEqual([number for page in pages for number in numbers if number in page], numbers)

    def test_missing_are_named(self):
        """R146: what has no label is named with its reason, the rest is printed; ordinary deliveries are left out."""
        _placed, packed = self.packed(2)
        self.act()
        unpacked = self.import_now(self.place_lazada([(self.sku, 1)])).picking_ids
        self.lazada.gives_tracking = False
        _placed, numberless = self.packed()
        cancelled = self.import_now(self.place_lazada([(self.sku, 1)])).picking_ids
        cancelled.action_cancel()
        ordinary = packed[0].copy({"move_ids": []})
        self.assertFalse(ordinary.marketplace_shop_id)
        action = (packed | unpacked | numberless | cancelled | ordinary).action_marketplace_label()
        self.assertEqual(action["tag"], "display_notification")
        message = action["params"]["message"]
        self.assertIn(f"{unpacked.name}: it is not packed or arranged yet", message)
        self.assertIn(f"{numberless.name}: it has no tracking number yet", message)
        self.assertIn(f"{cancelled.name}: it is cancelled", message)
        self.assertNotIn(ordinary.name, message)
        self.assertEqual(len(pages_of(self.file_of(action["params"]["next"]))), 2)
        with self.assertRaisesRegex(UserError, "no label yet.*not packed or arranged yet"):
            (unpacked | ordinary).action_marketplace_label()
        with self.assertRaisesRegex(UserError, "no labels to print"):
            ordinary.action_marketplace_label()

    def test_asked_for_again(self):
        """Printing asks again for a label that should be there."""
        self.lazada.refuse_next("/order/package/document/get", "50008")
        _placed, pickings = self.packed()
        self.act()
        packer = new_test_user(self.env, "label_packer", "stock.group_stock_user")
        action = pickings.with_user(packer).action_marketplace_label()
        self.assertEqual(action["params"]["type"], "warning")
        self.assertIn(pickings.name, action["params"]["message"])
        self.act()
        self.assertEqual(len(pages_of(self.file_of(pickings.action_marketplace_label()))), 1)

    def test_broken_file(self):
        """A stored PDF that is broken is named and offered by itself; the others are printed."""
        _placed, pickings = self.packed(3)
        self.act()
        packages = pickings.marketplace_package_ids
        whole = packages[0].label_id.raw
        for broken in (b"", b"%PDF-1.4 nothing", whole[:300], b"<html>"):
            packages[0].label_id.raw = broken
            action = pickings.action_marketplace_label()
            (link,) = action["params"]["links"]
            self.assertEqual(link["label"], packages[0].picking_id.name)
            self.assertIn("one by one: %s", action["params"]["message"])
            pages = pages_of(self.file_of(action["params"]["next"]))
            self.assertEqual(len(pages), 2)
        everything = packages._labels_file()
        self.assertEqual(len(pages_of(everything)), 2)

    def test_web_page(self):
        """A label that is a web page is kept as one, said, and offered by itself."""
        self.shopee.label_format = "html"
        _placed, pages = self.arranged(2)
        self.act_for(6)
        _placed, pdf = self.packed()
        self.act()
        package = pages[0].marketplace_package_id
        self.assertEqual(package.label_type, "html")
        self.assertIn(package.tracking_number.encode(), package.label_id.raw)
        self.assertEqual(package.label_id.mimetype, "text/plain")
        self.assertIn("web page", pages[0].marketplace_label_note)
        self.assertTrue(pages[0].action_marketplace_label()["url"].endswith(f"/{package.id}"))
        self.assertTrue(package.label_printed_at)
        action = (pages | pdf).action_marketplace_label()
        self.assertEqual([link["label"] for link in action["params"]["links"]], sorted(pages.mapped("name")))
        self.assertEqual(len(pages_of(self.file_of(action["params"]["next"]))), 1)
        action = pages.action_marketplace_label()
        self.assertEqual(len(action["params"]["links"]), 2)
        self.assertEqual(action["params"]["next"]["tag"], "soft_reload")

    def test_zip(self):
        """Shops that print on thermal paper get a ZIP: its PDF is kept."""
        self.shopee.label_format = "zip"
        _placed, pickings = self.arranged(2)
        self.act_for(6)
        for picking in pickings:
            self.assertEqual(picking.marketplace_package_id.label_type, "pdf")
            (page,) = pages_of(picking.marketplace_label_id.raw)
            self.assertIn(picking.carrier_tracking_ref, page)

    def test_zip_of_several(self):
        """All PDFs of a package's ZIP are its label; what else is in it is named. A ZIP without any is a problem."""
        _placed, picking = self.packed()
        package = picking.marketplace_package_id
        files = {"2.pdf": make_pdf([["one"]]), "guide.txt": b"hello", "1.pdf": make_pdf([["two"], ["three"]])}
        package._attach_label(Label(package_ref=package.package_ref, content=zipped(files), file_type="zip"))
        self.assertEqual(pages_of(package.label_id.raw), ["one", "two", "three"])
        self.assertIn("guide.txt", picking.marketplace_label_note)
        package.label_id = False
        job = self.jobs(state="open")
        job._take_label(Label(package_ref=package.package_ref, content=zipped({"a.txt": b""}), file_type="zip"))
        self.assertIn("a.txt", job.message)
        self.assertFalse(package.label_id)

    def test_pick_and_out(self):
        """A pick prints its order's labels; the file moves on to the delivery."""
        self.stock_up()
        self.lazada_shop.warehouse_id.delivery_steps = "pick_ship"
        _placed, pick = self.packed()
        self.act()
        self.assertEqual(len(pages_of(self.file_of(pick.action_marketplace_label()))), 1)
        pick.button_validate()
        out = pick.sale_id.picking_ids - pick
        self.assertEqual(out.action_marketplace_label()["url"], pick.action_marketplace_label()["url"])

    def test_queries(self):
        """As many for 20 labels as for 5."""
        _placed, pickings = self.packed(25)
        self.act()
        counts = []
        for chosen in (pickings[:5], pickings[5:]):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            chosen.action_marketplace_label()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 5)

    def test_too_many(self):
        _placed, picking = self.packed()
        package = picking.marketplace_package_id
        packages = package.browse(range(package.id, package.id + 501))
        with self.assertRaisesRegex(UserError, "at most 500"):
            packages._print_labels()


@tagged("post_install", "-at_install")
class TestMerging(TransactionCase):
    def test_two_hundred(self):
        """200 labels of 50 kB: as many pages, in order, in no more memory than some times their size."""
        labels = [make_pdf([[f"label {number:03d}", "." * 50_000]]) for number in range(200)]
        tracemalloc.start()
        content = merged([readable(label) for label in labels])
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        pages = PdfFileReader(io.BytesIO(content), strict=False).pages
        self.assertEqual(len(pages), 200)
        for number in (0, 99, 199):
            self.assertTrue(pages[number].extract_text().startswith(f"label {number:03d}"))
        self.assertLess(peak, 6 * sum(map(len, labels)))


def zipped(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()

"""Labels: fetched whoever arranged, kept, replaced, missed."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .label_reading import pages_of
from .test_flow_shipping import ShippingCase

DOCUMENTS = "/api/v2/logistics"
LAZADA_LABEL = "/rest/order/package/document/get"
HOST = "labels.unknown.example"


class LabelCase(ShippingCase):
    """Shops that process orders, with parcels whose labels are there."""

    def setUp(self):
        super().setUp()
        self.shopee_shop.arrange_delay = 0
        self.addCleanup(type(self).apps.pop, HOST, None)

    def packed(self, count=1, **facts):
        """Lazada's orders, packed in Seller Center, with number and label."""
        placed = [self.place_lazada([(self.sku, 1)], **facts) for _ in range(count)]
        for order in placed:
            self.lazada.pack(order)
        return placed, self.import_now(*placed).picking_ids

    def arranged(self, count=1):
        """Shopee's orders, arranged in Seller Center."""
        placed = [self.place_shopee([(self.sku, 1)], courier="SPX Express") for _ in range(count)]
        for order in placed:
            self.shopee.arrange(order)
        return placed, self.import_now(*placed).picking_ids

    def parcel(self, placed):
        """The parcel of one of Lazada's orders."""
        return placed.shop.packages[placed.units[0].package_id]

    def act_for(self, minutes):
        """Let the scheduled action run every so often."""
        for _ in range(minutes // 2):
            self.act()
            self.later(2)

    def jobs(self, **values):
        domain = [("act", "=", "label"), *((name, "=", value) for name, value in values.items())]
        return self.env["marketplace.job"].search(domain)


@tagged("post_install", "-at_install")
class TestFetching(LabelCase):
    def test_whoever_arranged(self):
        """R53 R56 R70: packed and arranged in Seller Center, number and label come by themselves."""
        _placed, lazada = self.packed()
        _placed, shopee = self.arranged()
        self.act_for(6)
        for picking in lazada | shopee:
            self.assertIn(picking.carrier_tracking_ref, pages_of(picking.marketplace_label_id.raw)[0])
            attachment = picking.marketplace_label_id
            self.assertEqual((attachment.res_model, attachment.res_id), ("stock.picking", picking.id))
            self.assertEqual(attachment.company_id, self.company)
            self.assertFalse(attachment.public or attachment.access_token)
        self.assertFalse(self.jobs(state="open"))

    def test_with_processing_off(self):
        """R117: fetching a label sends nothing about shipping."""
        self.lazada_shop.process_orders = False
        _placed, pickings = self.packed()
        self.act()
        self.assertTrue(pickings.marketplace_label_id)

    def test_calls(self):
        """60 parcels: 50 a call to look at and to make, one a call to download; nothing more."""
        self.arranged(60)
        self.shopee.calls.clear()
        self.act()
        calls = {path.rpartition("/")[2]: count for path, count in self.shopee.calls.items() if "document" in path}
        self.assertEqual(
            calls,
            {
                "get_shipping_document_parameter": 2,
                "create_shipping_document": 2,
                "get_shipping_document_result": 4,  # before and after they were asked for
            },
        )
        self.shopee.calls.clear()
        self.later(2)
        self.act()
        calls = {path.rpartition("/")[2]: count for path, count in self.shopee.calls.items() if "document" in path}
        expected = {"get_shipping_document_parameter": 2, "get_shipping_document_result": 2}
        self.assertEqual(calls, {**expected, "download_shipping_document": 60})
        packages = self.env["marketplace.package"].search([("provider", "=", "shopee")])
        self.assertEqual(len(packages.label_id), 60)
        self.shopee.calls.clear()
        self.later(90)
        self.act()
        self.sync()
        self.assertFalse([path for path in self.shopee.calls if "document" in path])

    def test_lazada_calls(self):
        """One package a call, and its file."""
        self.packed(5)
        self.act()
        self.assertEqual(self.lazada.calls[LAZADA_LABEL], 5)
        self.act()
        self.assertEqual(self.lazada.calls[LAZADA_LABEL], 5)

    def test_not_ready(self):
        """R146: a label that is being made is waited for, in words that say so; then it is no problem any more."""
        self.shopee.document_delay = 1000
        _placed, picking = self.arranged()
        self.act()
        job = self.jobs(state="open")
        self.assertIn("still making it", job.message)
        self.assertEqual((job.reason, job.is_problem, bool(job.next_try)), ("queued", False, True))
        self.assertIn("still making it", picking.marketplace_message)
        self.act_for(30)
        self.assertTrue(picking.marketplace_label_id)
        self.assertFalse(picking.marketplace_message)

    def test_never_made(self):
        """R146: after the last try it waits for a person, who is told where to get it."""
        self.shopee.document_delay = 10**9
        self.arranged()
        for _ in range(12):
            self.act()
            self.later(61)
        job = self.jobs(state="open")
        self.assertEqual((job.reason, job.is_problem, job.attempts), ("no_label", True, 9))
        self.assertIn("Seller Center", job.message)
        before = self.shopee.calls[f"{DOCUMENTS}/get_shipping_document_result"]
        self.later(600)
        self.act()
        self.assertEqual(self.shopee.calls[f"{DOCUMENTS}/get_shipping_document_result"], before)

    def test_failed_then_made(self):
        self.shopee.failing_documents = 1
        _placed, picking = self.arranged()
        self.act_for(30)
        self.assertTrue(picking.marketplace_label_id)
        self.assertFalse(self.jobs(state="open"))

    def test_refused_then_made(self):
        """A label that was refused can be asked for again by a person."""
        self.lazada.refuse_next("/order/package/document/get", "50008")
        _placed, picking = self.packed()
        self.act()
        job = self.jobs(state="open")
        self.assertTrue(job.is_problem)
        job.with_user(self.manager).action_retry()
        self.act()
        self.assertTrue(picking.marketplace_label_id)
        self.assertEqual(job.state, "done")


@tagged("post_install", "-at_install")
class TestLife(LabelCase):
    def test_kept_after_shipping(self):
        """The window closes when the courier has the parcel; what was fetched stays."""
        placed, picking = self.packed()
        self.act()
        label = picking.marketplace_label_id
        self.lazada.label_closes_when_shipped = True
        self.later(5)
        self.lazada.advance(placed[0], "shipped")
        self.sync()
        self.act()
        self.assertEqual((picking.state, picking.marketplace_label_id), ("done", label))
        self.assertTrue(label.raw.startswith(b"%PDF"))

    def missed(self, picking):
        self.assertIn("before its label could be fetched", picking.marketplace_label_note)
        self.assertEqual(picking.marketplace_status, "shipped")
        self.assertFalse(self.jobs(state="open"))
        self.assertFalse(self.env["marketplace.job"].search([("is_problem", "=", True)]))
        calls = self.lazada.calls[LAZADA_LABEL]
        for _ in range(3):
            self.later(61)
            self.sync()
            self.act()
        self.assertEqual(self.lazada.calls[LAZADA_LABEL], calls)

    def test_window_closed(self):
        """It left before the label was fetched: said once on the delivery, no problem, never asked again."""
        placed, picking = self.packed()
        self.lazada.label_closes_when_shipped = True
        self.later(5)
        self.lazada.advance(placed[0], "shipped")
        self.sync()
        self.act()
        self.missed(picking)

    def test_left_while_it_was_a_problem(self):
        self.lazada.refuse_next("/order/package/document/get", "50008")
        placed, picking = self.packed()
        self.act()
        self.assertTrue(self.jobs(state="open").is_problem)
        self.later(5)
        self.lazada.advance(placed[0], "shipped")
        self.sync()
        self.missed(picking)

    def test_another_number(self):
        """R61: a parcel with another number gets another label; the old one is gone, and it is to be printed again."""
        placed, picking = self.packed()
        self.act()
        old, number = picking.marketplace_label_id, picking.carrier_tracking_ref
        picking.action_marketplace_label()
        self.assertTrue(picking.marketplace_label_printed_at)
        self.later(5)
        parcel = self.parcel(placed[0])
        parcel.tracking_number = ""
        self.lazada.tracking_touches_order = True
        self.lazada.type_tracking(parcel, "LXNEW0001SG")
        self.sync()
        self.assertFalse(picking.marketplace_label_id)
        self.assertIn("throw the old one away", picking.marketplace_label_note)
        self.act()
        self.assertFalse(old.exists())
        self.assertEqual(picking.carrier_tracking_ref, "LXNEW0001SG")
        (page,) = pages_of(picking.marketplace_label_id.raw)
        self.assertIn("LXNEW0001SG", page)
        self.assertNotIn(number, page)
        self.assertFalse(picking.marketplace_label_printed_at)

    def test_dissolved_package(self):
        """R61: packed anew, the old package's label is nobody's."""
        placed, picking = self.packed()
        self.act()
        old = picking.marketplace_label_id
        self.later(5)
        self.lazada.repack(self.parcel(placed[0]))
        self.sync()
        self.later(5)
        self.lazada.pack(placed[0])
        self.sync()
        self.act()
        live = picking.sale_id.marketplace_package_ids.filtered(lambda package: package.status != "cancelled")
        self.assertEqual(len(live), 1)
        self.assertFalse(old.exists())
        self.assertIn(live.tracking_number, pages_of(picking.marketplace_label_id.raw)[0])
        files = self.env["ir.attachment"].search([("res_model", "=", "stock.picking"), ("res_id", "=", picking.id)])
        self.assertEqual(files, picking.marketplace_label_id)

    def test_dropped_after_90_days(self):
        placed, picking = self.packed(2)
        self.act()
        self.later(5)
        self.lazada.advance(placed[0], "shipped")
        self.sync()
        labels = picking.marketplace_package_ids.label_id
        self.env.cr.execute(
            "UPDATE ir_attachment SET create_date = now() - interval '400 days' WHERE id IN %s", [labels._ids]
        )
        self.env.invalidate_all()
        self.env["marketplace.job"]._cron_clean_up()
        left = picking.marketplace_package_ids.filtered(lambda package: package.status == "shipped")
        self.assertFalse(left.label_id)
        self.assertEqual(len(labels.exists()), 1, "parcels that have not left keep theirs")

    def test_of_lost_parcels_dropped_too(self):
        """Nobody needs the label of a parcel that was lost; that of one still to be shipped stays."""
        placed, pickings = self.packed(2)
        self.act_for(6)
        labels = pickings.mapped("marketplace_label_id")
        lost = self.order(placed[0].order_id).marketplace_package_ids
        kept = self.order(placed[1].order_id).marketplace_package_ids
        self.lazada.advance(placed[0], "shipped")
        self.lazada.set_status(placed[0], "lost_by_3pl")
        self.later(5)
        self.sync()
        self.assertEqual(lost.status, "manual")
        self.env.cr.execute(
            "UPDATE ir_attachment SET create_date = now() - interval '400 days' WHERE id IN %s", [labels._ids]
        )
        self.env.invalidate_all()
        self.env["marketplace.job"]._cron_clean_up()
        self.assertEqual(kept.label_id, labels.exists())
        self.assertFalse(lost.label_id)

    def test_nobody_else_reads_it(self):
        """Stock users of the company open it; other companies, other employees and buyers do not. No mail bears it."""
        _placed, picking = self.packed()
        with self.assertLogs("odoo", level="DEBUG") as log:
            self.act()
        label = picking.marketplace_label_id
        other = self.env["res.company"].create({"name": "Other"})
        people = {
            name: new_test_user(self.env, name, groups, company_id=company.id, company_ids=[(6, 0, company.ids)])
            for name, groups, company in (
                ("label_packer", "stock.group_stock_user", self.company),
                ("label_employee", "base.group_user", self.company),
                ("label_portal", "base.group_portal", self.company),
                ("label_outsider", "stock.group_stock_manager,marketplace_connector.group_manager", other),
            )
        }
        self.assertTrue(label.with_user(people.pop("label_packer")).raw)
        for user in people.values():
            with self.assertRaises(AccessError, msg=user.login):
                label.with_user(user).read(["raw"])
            with self.assertRaises(AccessError, msg=user.login):
                picking.with_user(user).action_marketplace_label()
            with self.assertRaises(AccessError, msg=user.login):
                picking.marketplace_package_ids.with_user(user).action_open_label()
        messages = picking.message_ids | picking.sale_id.message_ids
        self.assertFalse(messages.attachment_ids)
        text = "\n".join(record.getMessage() for record in log.records if "sql_db" not in record.name)
        for line in pages_of(label.raw)[0].splitlines()[4:6]:
            self.assertNotIn(line, text)
        for message in messages:
            self.assertNotIn(picking.marketplace_package_id.package_ref + ".pdf", message.body or "")


@tagged("post_install", "-at_install")
class TestHosts(LabelCase):
    def setUp(self):
        super().setUp()
        type(self).apps[HOST] = self.lazada
        self.lazada.label_host = HOST

    def test_unknown_host(self):
        """Refused with its name; *Allow this host* is for system administrators, fetches the labels, and is kept."""
        _placed, pickings = self.packed(2)
        self.act()
        jobs = self.jobs(state="open")
        self.assertEqual(jobs.mapped("reason"), ["label_host"] * 2)
        self.assertTrue(all(jobs.mapped("is_problem")))
        self.assertIn(HOST, jobs[0].message)
        self.assertIn(HOST, pickings[0].marketplace_message)
        with self.assertRaises(AccessError):
            jobs[0].with_user(self.manager).action_allow_label_host()
        groups = "base.group_system,marketplace_connector.group_manager"
        jobs[0].with_user(new_test_user(self.env, "label_admin", groups)).action_allow_label_host()
        parameter = self.env["ir.config_parameter"].get_param("marketplace_connector.label_hosts")
        self.assertTrue(parameter.endswith(f"slatic.net, {HOST}"))
        self.act()
        self.assertEqual(len(pickings.marketplace_package_ids.label_id), 2)
        self.assertFalse(self.jobs(state="open"))
        _placed, later = self.packed()
        self.act()
        self.assertTrue(later.marketplace_label_id)

    def test_no_parameter(self):
        """Without a list only the host of the API itself is asked."""
        self.env["ir.config_parameter"].set_param("marketplace_connector.label_hosts", False)
        _placed, picking = self.packed()
        self.act()
        self.assertFalse(picking.marketplace_label_id)
        self.lazada.label_host = ""
        self.jobs(state="open").action_retry()
        self.act()
        self.assertTrue(picking.marketplace_label_id)

    def test_private_addresses_are_not_offered(self):
        """Outside the simulator a private address is refused, and cannot be allowed."""
        _placed, picking = self.packed()
        self.lazada_account.environment = "sandbox"
        type(self).apps["10.0.0.7"] = self.lazada
        self.addCleanup(type(self).apps.pop, "10.0.0.7", None)
        self.lazada.label_host = "10.0.0.7"
        self.env["ir.config_parameter"].set_param("marketplace_connector.label_hosts", "10.0.0.7, 0.0.7")
        self.act()
        job = self.jobs(state="open")
        self.assertEqual((job.reason, job.is_problem), ("refused", True))
        self.assertIn("not a public one", job.message)
        self.assertFalse(picking.marketplace_label_id)

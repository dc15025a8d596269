"""Bringing many SKUs in at once: from a seller's files, or of listings that have no product yet."""

import logging
import time

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from psycopg2.errors import OperationalError

from ..marketplaces.workbook import UnreadableFile
from .export_file_words import explain_file
from .failure_log import log_unforeseen
from .marketplace_account import CLIENTS

_logger = logging.getLogger(__name__)

AT_ONCE = 20  # seconds that a click waits; the scheduled action does the rest
BATCH = 200  # rows; whole items, so it can be some more
PICTURE_BATCH = 10
KEPT_DAYS = 90
COUNTED = ("new", "variant", "added", "link", "linked", "skipped", "failed")


class MarketplaceCatalogueImport(models.Model):
    """Products made and linked for many SKUs of a shop: what will happen, and what came of it, row by row."""

    _name = "marketplace.catalogue.import"
    _inherit = ["marketplace.access.guard"]
    _description = "Marketplace Product Import"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name")
    shop_id = fields.Many2one(
        "marketplace.shop",
        required=True,
        ondelete="cascade",
        index=True,
        help="The shop whose Seller Center made the files. Its SKUs are linked to the products.",
    )
    company_id = fields.Many2one(related="shop_id.company_id", store=True, index=True)
    provider = fields.Selection(related="shop_id.provider")
    source = fields.Selection(
        [("file", "File"), ("listings", "Listings")], required=True, default="file", readonly=True
    )
    file_ids = fields.Many2many(
        "ir.attachment",
        string="Files",
        help="Excel files as Seller Center exports them. With several, the ones with prices and SKUs are completed by "
        "those with pictures.",
    )
    include_inactive = fields.Boolean(
        string="Also what is not on sale", help="SKUs that the file says are not on sale come in too."
    )
    with_pictures = fields.Boolean(
        string="Load pictures",
        default=True,
        help="New products get the picture of their listing. It is loaded after the import, in the background.",
    )
    state = fields.Selection(
        [("draft", "New"), ("preview", "Checked"), ("running", "Running"), ("done", "Done")],
        default="draft",
        required=True,
        readonly=True,
        index=True,
    )
    user_id = fields.Many2one("res.users", default=lambda self: self.env.user, readonly=True, required=True)
    row_ids = fields.One2many("marketplace.catalogue.import.row", "import_id", readonly=True)
    error_message = fields.Char(readonly=True)
    row_count = fields.Integer(compute="_compute_counts")
    done_count = fields.Integer(compute="_compute_counts")
    progress = fields.Float(compute="_compute_counts")
    new_count = fields.Integer(compute="_compute_counts", string="New products")
    variant_count = fields.Integer(compute="_compute_counts", string="Variants of new products")
    added_count = fields.Integer(compute="_compute_counts", string="New variants")
    link_count = fields.Integer(compute="_compute_counts", string="Links")
    linked_count = fields.Integer(compute="_compute_counts", string="Linked already")
    skipped_count = fields.Integer(compute="_compute_counts", string="Skipped")
    failed_count = fields.Integer(compute="_compute_counts", string="Failed")
    picture_count = fields.Integer(compute="_compute_counts", string="Pictures to load")
    lacking_picture_count = fields.Integer(compute="_compute_counts", string="Pictures not loaded")
    variants_hidden = fields.Boolean(compute="_compute_variants_hidden")

    @api.depends("shop_id", "file_ids", "source")
    def _compute_name(self):
        for one in self:
            what = ", ".join(one.file_ids.mapped("name")) if one.source == "file" else self.env._("Listings")
            one.name = f"{one.shop_id.name or ''}: {what}" if what else one.shop_id.name

    @api.depends("row_ids.outcome", "row_ids.done", "row_ids.picture_state")
    def _compute_counts(self):
        Row = self.env["marketplace.catalogue.import.row"]
        groups = Row._read_group(
            [("import_id", "in", self.ids)], ["import_id", "outcome", "done", "picture_state"], ["__count"]
        )
        for one in self:
            mine = [group[1:] for group in groups if group[0] == one]
            one.row_count = sum(count for *_group, count in mine)
            one.done_count = sum(count for _outcome, done, _picture, count in mine if done)
            one.progress = 100 * one.done_count / one.row_count if one.row_count else 0
            for outcome in COUNTED:
                one[f"{outcome}_count"] = sum(count for found, _done, _picture, count in mine if found == outcome)
            one.picture_count = sum(count for _outcome, _done, picture, count in mine if picture == "waiting")
            one.lacking_picture_count = sum(count for _outcome, _done, picture, count in mine if picture == "failed")

    @api.depends("row_ids.outcome")
    @api.depends_context("uid")
    def _compute_variants_hidden(self):
        shown = self.env.user.has_group("product.group_product_variant")
        for one in self:
            one.variants_hidden = not shown and bool(one.variant_count or one.added_count)

    @api.model_create_multi
    def create(self, vals_list):
        imports = super().create(vals_list)
        imports._own_files()
        return imports

    def write(self, vals):
        result = super().write(vals)
        if "file_ids" in vals:
            self._own_files()
        return result

    def _own_files(self):
        """Let everybody who sees the import see its files."""
        for one in self:
            uploaded = one.file_ids.filtered(lambda file: not file.res_id)
            uploaded.write({"res_model": self._name, "res_id": one.id})

    def copy(self, default=None):
        raise UserError(self.env._("Start a new import instead of copying this one."))

    # === BUTTONS === #

    def action_preview(self):
        """*Preview*: read the files, and say for each row what will happen; nothing else is written."""
        self.ensure_one()
        self._check_may_import()
        if self.state not in ("draft", "preview"):
            raise UserError(self.env._("This import has begun. Start a new one for another file."))
        if self.source == "file":
            self.row_ids.sudo().unlink()
            self._read_files()
        rows = self._system_rows(self.row_ids)
        if good := rows.filtered(lambda row: not row.bad and not row.done):
            good._plan_only()
        self.sudo().state = "preview"

    def action_import(self):
        """*Import*: make and link the products as far as time allows; the scheduled action does the rest."""
        self.ensure_one()
        self._check_may_import()
        if self.state != "preview":
            raise UserError(self.env._("Press Preview first: it shows what will happen."))
        self.sudo().write({"state": "running", "user_id": self.env.user.id, "error_message": False})
        end = time.monotonic() + AT_ONCE
        commit = self.env["ir.cron"]._commit_progress
        commit()
        self.sudo()._process(lambda _count=0: (commit(), time.monotonic() < end)[1])
        if self.state == "running" or self.picture_count:
            self.env.ref("marketplace_connector.ir_cron_catalogue_import").sudo()._trigger()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_stop(self):
        """*Stop*: what is done stays, the rest waits for Import."""
        self._check_may_import()
        self.sudo().filtered(lambda one: one.state == "running").state = "preview"

    def action_open_rows(self):
        """The rows, those of one outcome where the button says which."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "marketplace_connector.action_marketplace_catalogue_import_row"
        )
        domain = [("import_id", "=", self.id)]
        context = {}
        if outcome := self.env.context.get("import_outcome"):
            context[f"search_default_{outcome}"] = 1
        return {**action, "domain": domain, "context": context}

    def _check_may_import(self):
        """Raise AccessError or UserError for who may not make products."""
        self.check_access("write")
        if not self.env.user.has_group("marketplace_connector.group_manager"):
            raise UserError(
                self.env._("Only marketplace managers can import products. Ask your administrator for the right.")
            )
        self.env["product.template"].check_access("create")

    # === READING === #

    def _read_files(self):
        """Make a row of each row of the files. Raises UserError where they cannot be taken."""
        if not self.file_ids:
            raise UserError(self.env._("Choose the file that Seller Center has exported."))
        contents = [attachment.raw or b"" for attachment in self.file_ids]
        client = self.shop_id.account_id._get_client_class()
        try:
            export = client.read_export(contents)
        except UnreadableFile as error:
            raise UserError(explain_file(self.env, error, self._platform_of(contents, error))) from None
        if export.shop_ref and export.shop_ref != self.shop_id.external_ref:
            raise UserError(
                self.env._(
                    "The file is of the shop with the number %(other)s, and %(shop)s has %(own)s. Choose the shop that "
                    "the file comes from.",
                    other=export.shop_ref,
                    shop=self.shop_id.name,
                    own=self.shop_id.external_ref,
                )
            )
        self.env["marketplace.catalogue.import.row"].sudo()._create_of_skus(self, export.skus)

    def _platform_of(self, contents, error):
        """The name of the marketplace whose file this is, where it is another one's."""
        if error.code not in ("unknown", "no_sku"):
            return ""
        labels = dict(self.env["marketplace.account"]._fields["provider"]._description_selection(self.env))
        for provider, client in CLIENTS.items():
            if provider != self.shop_id.provider:
                try:
                    client.read_export(contents)
                    return labels[provider]
                except UnreadableFile:
                    continue
        return ""

    # === RUNNING === #

    def _system_rows(self, rows):
        """The rows as who began the import would see them, with all rights and the shop's company only."""
        shop = self.shop_id._as_system().with_user(self.user_id).sudo()
        return rows.with_env(shop.with_context(lang=self.user_id.lang).env)

    def _process(self, go_on):
        """Do the rows that are left, batch by batch; `go_on(count)` commits and tells whether there is time for more.

        Trouble of one row is kept on it. Another worker that does the same import at the moment is left to it.
        """
        self.ensure_one()
        while True:
            if not self.try_lock_for_update().filtered(lambda one: one.state == "running"):
                return
            rows = self._next_rows()
            if not rows:
                self.state = "done"
                go_on(0)
                return
            self._run(rows)
            if not go_on(len(rows)):
                return

    def _next_rows(self):
        """The next rows to do, whole items."""
        Row = self.env["marketplace.catalogue.import.row"].sudo()
        to_do = [("import_id", "=", self.id), ("done", "=", False)]
        rows = Row.search(to_do, limit=BATCH, order="item_ref, number, id")
        items = [ref for ref in set(rows.mapped("item_ref")) if ref]
        return rows | Row.search([*to_do, ("item_ref", "in", items)]) if items else rows

    def _run(self, rows):
        """Do the rows together; where that fails, those of each half, until the bad item stands alone."""
        try:
            with self.env.cr.savepoint():
                rows._carry_out()
                self.env.flush_all()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:  # noqa: BLE001
            items = list(rows.grouped(lambda row: row.item_ref or row.id).values())
            if len(items) > 1:
                half = len(items) // 2
                for part in (items[:half], items[half:]):
                    self._run(rows.browse().union(*part))
                return
            if not isinstance(error, UserError):
                log_unforeseen(_logger, error, "Row %s of the product import %s failed", rows[:1].number, self.id)
            rows.write({"outcome": "failed", "done": True, "message": str(error)})

    @api.model
    def _cron_run(self):
        """Go on with the imports that were begun, then load pictures; one import's trouble never stops the others."""
        commit_progress = self.env["ir.cron"]._commit_progress
        imports = self.search([("state", "=", "running")], order="id")
        pictures = self.env["marketplace.catalogue.import.row"].search_count([("picture_state", "=", "waiting")])
        commit_progress(remaining=sum(one.row_count - one.done_count for one in imports) + pictures)
        for one in imports:
            if not one._process_safely(commit_progress):
                return
        self.env["marketplace.catalogue.import.row"]._load_pictures(commit_progress)

    def _process_safely(self, commit_progress):
        """Process, and keep what nobody foresaw on the import; returns whether time is left."""
        left = [1.0]

        def go_on(count):
            left[0] = commit_progress(processed=count)
            return left[0] > 0

        try:
            self._process(go_on)
        except OperationalError:
            self.env.cr.rollback()  # somebody changed the same records: it is tried again
            self.env.ref("marketplace_connector.ir_cron_catalogue_import").sudo()._trigger()
        except Exception as error:  # noqa: BLE001
            self.env.cr.rollback()
            log_unforeseen(_logger, error, "The product import %s failed", self.id)
            self.write({"state": "preview", "error_message": str(error)})
            commit_progress()
        return left[0] > 0

    @api.autovacuum
    def _gc_old_imports(self):
        """Drop imports and their files after 90 days."""
        old = self.search([("write_date", "<", fields.Datetime.subtract(fields.Datetime.now(), days=KEPT_DAYS))])
        old.file_ids.unlink()
        old.unlink()

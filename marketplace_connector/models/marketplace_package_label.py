"""Labels of packages: kept while the marketplace still gives them, printed many at once in pick order."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..marketplaces.errors import UnexpectedResponse
from ..marketplaces.label_files import unpacked
from .label_pdfs import merged, readable
from .marketplace_package import LEFT

TO_SHIP = ("pending", "confirmed", "ready_to_ship")
LABEL_DAYS = 90
LABEL_DAYS_KEY = "marketplace_connector.label_days"
MOST_LABELS = 500  # in one file
MOST_NAMED = 10  # of those that are missing


class MarketplacePackage(models.Model):
    _inherit = "marketplace.package"

    label_id = fields.Many2one("ir.attachment", readonly=True, copy=False, ondelete="set null")
    label_type = fields.Selection([("pdf", "PDF"), ("html", "Web page")], readonly=True, copy=False)
    label_number = fields.Char(string="Tracking number on the label", readonly=True, copy=False)
    label_note = fields.Char(string="About the label", readonly=True, copy=False)
    label_printed_at = fields.Datetime(
        string="Label printed", readonly=True, copy=False, help="When the label was opened for printing the last time."
    )

    to_print = fields.Boolean(compute="_compute_to_print", store=True, index="btree_not_null")

    @api.depends("label_id", "label_printed_at", "status")
    def _compute_to_print(self):
        for package in self:
            open_one = package.label_id and not package.label_printed_at
            package.to_print = bool(open_one and package.status not in (*LEFT, "cancelled"))

    # === KEEPING === #

    def _needs_label(self):
        return bool(not self.label_id and self.tracking_number and self.status != "cancelled" and not self.by_platform)

    def _attach_label(self, label):
        """Keep the label's file on the package's delivery, where who packs can open it.

        PDFs in a ZIP are put together. Raises UnexpectedResponse for a ZIP that is no label.
        """
        self.ensure_one()
        content, note = label.content, False
        if label.file_type == "zip":
            files, others = unpacked(label.content)
            content = self._together(files)
            note = others and self.env._(
                "The marketplace's file also held %(names)s, which is no PDF and was left out.",
                names=", ".join(others[:5]),
            )
        kind = "html" if label.file_type == "html" else "pdf"
        old = self.label_id
        # Kept as plain text, a web page runs nothing wherever Odoo shows attachments.
        attachment = self.env["ir.attachment"].with_context(attachments_mime_plainxml=True)
        values = {
            "label_type": kind,
            "label_number": self.tracking_number,
            "label_printed_at": False,
            "label_id": attachment.create({"name": f"{self.package_ref}.{kind}", "raw": content, **self._holder()}).id,
        }
        self.write({**values, "label_note": note} if note else values)
        old.unlink()

    def _together(self, files):
        if len(files) == 1:
            return files[0]
        pages = [readable(file) for file in files]
        if None in pages:
            raise UnexpectedResponse("A PDF in the marketplace's ZIP of labels cannot be read.", where="label")
        return merged(pages)

    def _holder(self):
        """What the label is attached to: the delivery, the pick while there is none, the package without either."""
        picking = self.picking_id or self.order_id.picking_ids.filtered(lambda picking: picking.state != "cancel")[:1]
        holder = picking or self
        return {"res_model": holder._name, "res_id": holder.id, "company_id": self.company_id.id}

    def _move_labels(self):
        """Labels go where their packages go."""
        for package in self.sudo().filtered("label_id"):
            package.label_id.write(package._holder())

    def _drop_labels_of_others(self):
        """Nobody may use a label whose tracking number is not the parcel's any more, or of a cancelled parcel."""
        stale = self.filtered(
            lambda package: (
                package.label_id
                and package.status not in LEFT
                and (package.status == "cancelled" or package.label_number not in (False, package.tracking_number))
            )
        )
        changed = self.env._("The tracking number has changed: print the new label, and throw the old one away.")
        stale.filtered(lambda package: package.label_printed_at and package.status != "cancelled").label_note = changed
        files = stale.label_id
        stale.write({"label_id": False, "label_printed_at": False})
        files.unlink()

    def _note_missed_labels(self):
        """Say it of those that have left; the others need no label any more."""
        self.filtered(lambda package: package.status in LEFT).label_note = self.env._(
            "The courier took the parcel before its label could be fetched, and the marketplace gives none any more."
        )

    @api.model
    def _drop_old_labels(self):
        """Labels bear the buyer's address: they go after some days, but not while the parcel is to be shipped."""
        days = self._label_days()
        self.search(
            [
                ("label_id.create_date", "<", fields.Datetime.now() - timedelta(days=days)),
                ("status", "not in", [*TO_SHIP]),
            ]
        ).label_id.unlink()

    @api.model
    def _label_days(self):
        return self.env["marketplace.job"]._days_kept(LABEL_DAYS_KEY, LABEL_DAYS)

    # === PRINTING === #

    def action_open_label(self):
        """Open the labels of the packages in a new tab, as one PDF; say which are missing."""
        return self._print_labels()

    def _print_labels(self, lacking=()):
        """Open the packages' labels in pick order and note that they are printed.

        `lacking` are (name, reason) of what was selected and has no package. Raises UserError where there is no label
        at all, or too many, and AccessError for who may not see the packages.
        """
        self.check_access("read")
        if len(self) > MOST_LABELS:
            raise UserError(self.env._("Print at most %(most)s labels at a time.", most=MOST_LABELS))
        packages = self._in_pick_order()
        kept = packages.filtered(lambda package: package.sudo().label_id)
        missing = (packages - kept).sudo()
        lacking = [*lacking, *((package._label_title(), package._why_no_label()) for package in missing)]
        asked = missing._ask_for_labels()
        together = kept._mergeable()
        alone = kept - together
        if len(kept) == 1:
            together, alone = kept, alone - kept
        if not kept:
            sentence = self.env._("There is no label yet. %(missing)s", missing=self._named(lacking))
            if asked:  # an error would undo that
                return self.env["marketplace.job"]._notify(sentence, "warning")
            raise UserError(sentence)
        together._note_printed()
        opened = together and {"type": "ir.actions.act_url", "url": together._label_url(), "target": "new"}
        if not lacking and not alone:
            return opened
        return self._say_missing(lacking, alone, opened)

    def _in_pick_order(self):
        """As a packer meets the parcels: starred deliveries first, then by where the goods lie, then by product, so
        that parcels of the same goods lie together; among those the one to be shipped first."""
        return self.sorted(lambda package: package.sudo()._pick_key())

    def _pick_key(self):
        picking = self.picking_id
        lines = picking.move_line_ids or picking.move_ids
        goods = min(
            (
                (line.location_id.complete_name or "", line.product_id.default_code or line.product_id.name or "")
                for line in lines
            ),
            default=("\uffff", ""),
        )
        ship_by = self.ship_by or fields.Datetime.now() + timedelta(days=3650)
        return (picking.priority != "1", *goods, ship_by, picking.id, self.id)

    def _mergeable(self):
        """Those whose labels can be put together: readable PDFs. Raises AccessError for labels of others."""
        self.label_id.check_access("read")
        return self.filtered(lambda package: package.label_type != "html" and readable(package.label_id.raw or b""))

    def _labels_file(self):
        """One PDF of the packages' labels, in their order; those that cannot be put together are left out."""
        self.check_access("read")
        self.label_id.check_access("read")
        pdfs = (
            readable(package.label_id.raw or b"")
            for package in self
            if package.label_id and package.label_type != "html"
        )
        files = [pdf for pdf in pdfs if pdf]
        return merged(files) if files else b""

    def _label_url(self):
        return f"/marketplace/labels/{','.join(map(str, self.ids))}"

    def _note_printed(self):
        self.sudo().write({"label_printed_at": fields.Datetime.now(), "label_note": False})

    def _ask_for_labels(self):
        """Ask for labels that should be there by now; who prints need not wait for the next try. Gives the acts."""
        late = self.filtered(
            lambda package: package._needs_label() and package.status in ("confirmed", "ready_to_ship")
        )
        return self.env["marketplace.job"].sudo()._order_act("label", late)

    # === SAYING WHAT IS SO === #

    def _label_remark(self):
        """What to know about the label before it is used."""
        if not self.label_note and self.label_id and self.label_type == "html":
            return self.env._(
                "This label is a web page, as the courier makes them here: print it by itself from your browser."
            )
        return self.label_note

    def _label_title(self):
        return self.picking_id.name or self.package_ref

    def _why_no_label(self):
        if self.status == "cancelled":
            return self.env._("it is cancelled")
        if self.by_platform:
            return self.env._("the marketplace ships it")
        if self.label_note:
            return self.label_note
        if self.status in LEFT:
            return self.env._("it has left, and labels are kept for %(days)s days", days=self._label_days())
        if self.status == "pending":
            return self.env._("it is not packed or arranged yet")
        if not self.tracking_number:
            return self.env._("it has no tracking number yet")
        waiting = self.job_ids.filtered(lambda job: job.act == "label" and job.is_problem)
        return waiting[:1].message or self.env._("its label is being fetched")

    @api.model
    def _named(self, lacking):
        texts = [f"{name}: {reason.rstrip('.')}" for name, reason in lacking[:MOST_NAMED]]
        if len(lacking) > MOST_NAMED:
            texts.append(self.env._("%(count)s more", count=len(lacking) - MOST_NAMED))
        return "; ".join(texts) + "."

    def _say_missing(self, lacking, alone, opened):
        texts = []
        if lacking:
            texts.append(
                self.env._("Missing labels: %(count)s. %(missing)s", count=len(lacking), missing=self._named(lacking))
            )
        if alone:
            texts.append(
                self.env._(
                    "These cannot be put together with others, since they are web pages or files that are not readable "
                    "here. Open and print them one by one:"
                )
            )
        message = " ".join(texts)
        if alone:
            message = message.replace("%", "%%") + " %s" * len(alone)
        params = {
            "message": message,
            "type": "warning",
            "sticky": True,
            "links": [{"label": package.sudo()._label_title(), "url": package._label_url()} for package in alone],
            "next": opened or {"type": "ir.actions.client", "tag": "soft_reload"},
        }
        return {"type": "ir.actions.client", "tag": "display_notification", "params": params}

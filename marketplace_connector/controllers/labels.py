from odoo import fields
from odoo.http import Controller, content_disposition, request, route

from ..models.marketplace_package_label import MOST_LABELS

# A web page of a marketplace may draw itself, in a world of its own: without Odoo's session, forms or pages.
PAGE_POLICY = (
    "sandbox allow-scripts allow-modals; default-src 'none'; script-src 'unsafe-inline' https:; "
    "style-src 'unsafe-inline' https:; img-src data: https:; font-src data: https:"
)


class MarketplaceLabels(Controller):
    @route("/marketplace/labels/<string:ids>", type="http", auth="user", methods=["GET"])
    def labels(self, ids):
        """The labels of packages, given as ids with commas: one as it is kept, several as one PDF in that order."""
        wanted = [int(text) for text in ids.split(",") if text.isdecimal() and len(text) < 10][:MOST_LABELS]
        packages = request.env["marketplace.package"].browse(dict.fromkeys(wanted)).exists()
        packages.check_access("read")
        packages.label_id.check_access("read")
        kept = packages.filtered("label_id")
        alone = kept if len(kept) == 1 else kept.browse()
        content = alone.label_id.raw if alone else kept._labels_file()
        if not content:
            raise request.not_found()
        kept.filtered(lambda package: not package.label_printed_at)._note_printed()
        name = alone.label_id.name if alone else f"labels-{fields.Date.context_today(kept)}.pdf"
        headers = [
            ("Content-Disposition", content_disposition(name, "inline")),
            ("Cache-Control", "no-store, private"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        if alone.label_type == "html":
            headers += [("Content-Type", "text/html"), ("Content-Security-Policy", PAGE_POLICY)]
        else:
            headers += [("Content-Type", "application/pdf")]
        return request.make_response(content, headers)

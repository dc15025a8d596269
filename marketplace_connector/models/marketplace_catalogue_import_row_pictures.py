"""The pictures of products that an import has made: loaded afterwards, from the marketplaces' picture hosts only."""

import base64
from urllib.parse import urlsplit

from odoo import api, models
from odoo.exceptions import UserError
from psycopg2.errors import OperationalError

from ..marketplaces.errors import HostNotAllowed, MarketplaceError
from ..marketplaces.http import Http
from ..marketplaces.pictures import fetch_picture

PICTURE_HOSTS = "marketplace_connector.picture_hosts"  # domains, with commas
TOGETHER = 10  # pictures that are loaded between two commits


class MarketplaceCatalogueImportRow(models.Model):
    _inherit = "marketplace.catalogue.import.row"

    @api.model
    def _load_pictures(self, commit_progress):
        """Load the pictures that products wait for, until the time is up. One that fails is told on its row."""
        http = Http()
        waiting = [("picture_state", "=", "waiting")]
        while rows := self.search(waiting, limit=TOGETHER, order="import_id, item_ref, id").try_lock_for_update():
            try:
                rows._load(http)
                self.env.flush_all()
            except OperationalError:  # somebody changed the same products: again with the next run
                self.env.cr.rollback()
                return
            if not commit_progress(processed=len(rows)):
                return

    def _load(self, http):
        """Load the rows' pictures, each address once, then give them to the products: these are not locked before."""
        contents = {}
        for url, rows in self.grouped("picture_url").items():
            try:
                contents[url] = base64.b64encode(rows[0]._fetched(http))
            except MarketplaceError as error:
                contents[url] = error
        for row in self:
            content = contents[row.picture_url]
            if isinstance(content, MarketplaceError):
                row._lacks_picture(content)
            else:
                row._give_picture(content)

    def _fetched(self, http):
        """The picture's bytes. Raises MarketplaceError where it may not or cannot be loaded."""
        account = self.import_id.shop_id.account_id.sudo()
        hosts = self.env["ir.config_parameter"].sudo().get_param(PICTURE_HOSTS) or ""
        domains = hosts.replace(",", " ").split()
        local = account.environment == "simulator"
        if local:
            domains.append(urlsplit(account.api_url or "").hostname or "")
        return fetch_picture(http, self.picture_url, domains=domains, local=local)

    def _give_picture(self, picture):
        """The first picture of an item is its product's, others are their variants'; no picture is replaced."""
        row = self.import_id._system_rows(self)
        product = row.product_id.with_context(bin_size=False)
        template = product.product_tmpl_id
        try:
            with self.env.cr.savepoint():
                if product and not template.image_1920:
                    template.image_1920 = picture
                elif product and not product.image_variant_1920 and template.product_variant_count > 1:
                    if not row._is_of_template():
                        product.image_variant_1920 = picture
                self.env.flush_all()
        except UserError as error:
            self._lacks_picture(error)
        else:
            self.picture_state = "loaded"

    def _is_of_template(self):
        """Whether a row before it has given the item this picture."""
        return bool(
            self.search_count(
                [
                    ("import_id", "=", self.import_id.id),
                    ("item_ref", "=", self.item_ref),
                    ("picture_url", "=", self.picture_url),
                    ("picture_state", "=", "loaded"),
                ],
                limit=1,
            )
        )

    def _lacks_picture(self, error):
        reason = str(error)
        if isinstance(error, HostNotAllowed):
            reason = self.env._(
                "its host %(host)s is not among the picture hosts (system parameter %(parameter)s)",
                host=error.host,
                parameter=PICTURE_HOSTS,
            )
        note = self.env._("No picture: %(reason)s.", reason=reason.rstrip("."))
        self.write({"picture_state": "failed", "message": " ".join(filter(None, (self.message, note)))})

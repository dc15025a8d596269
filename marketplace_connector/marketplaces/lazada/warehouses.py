"""The seller's warehouses (API reference GetWarehouseBySellerId, doc 121233)."""

from ..errors import Rejected, UnexpectedResponse
from ..stock import StockPlace
from . import const
from .calls import LazadaCalls, compact
from .reading import flag, section, sections, text, unexpected


class Warehouses(LazadaCalls):
    """Reads the seller's warehouses."""

    def stock_places(self):
        """See `MarketplaceClient`. Lazada's documents name two calls; the older one is asked where the newer one does
        not tell. Raises the first one's error where both fail."""
        errors = []
        for path, params in (
            (const.WAREHOUSES, {}),
            (const.WAREHOUSES_BEFORE, {"addressTypes": compact(["warehouse"])}),
        ):
            try:
                found = self._warehouses(path, params)
            except (Rejected, UnexpectedResponse) as error:
                errors.append(error)
                continue
            if found:
                return tuple(found.values()) if len(found) > 1 else ()
        if len(errors) == 2:
            raise errors[0]
        return ()

    def _warehouses(self, path, params):
        """The warehouses in use, by their codes."""
        result = section(self._call(path, params).content, "result")
        if flag(result, "not_success"):
            raise unexpected("result.not_success")
        module = result.get("module") or []
        entries = sections({"module": [module] if isinstance(module, dict) else module}, "module", "result.module")
        found = {}
        for entry in entries:
            code = text(entry, "code") or text(entry, "warehouse_code")
            if code and text(entry, "status").upper() in ("", "ACTIVE"):
                found.setdefault(code, StockPlace(ref=code, name=text(entry, "name") or code))
        return found

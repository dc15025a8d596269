"""Several parcels for one order, and back."""

from .gateway import NotAllowed

MOST_PACKAGES = 5
MOST_PACKAGES_IN_TAIWAN = 30

NO_PERMISSION = ("order.order_cannot_split", "You don’t have the permission to split order.")
NOT_FROM_WAREHOUSE = ("order.order_cannot_split_pff", "Cannot split this warehouse order.")
HAS_BEEN_SPLIT = ("order.order_has_been_split", "This order has already been split.")
DUPLICATE = ("order.order_split_duplicate_item", "Cannot split order with duplicate items.")
FAILED = ("order.order_split_failed", "Split order failed, please try again.")
NOT_EXIST = ("order.order_split_item_not_exist", "Cannot split order with invalid items.")
MISSING = ("order.order_split_package_missing_item", "Cannot split order with missing items.")
TORN_BUNDLE = (
    "order.order_split_wrong_item_position",
    "Cannot split order with items in one bundle-deal or add-on deal into different packages.",
)
WRONG_QUANTITY = ("order.order_split_wrong_item_quantity", "Cannot split order with wrong item quantity.")
TOO_MANY = ("error_param", "The size of package list is over limit.")
CANNOT_UNDO = ("order.order_cannot_undo_split", "Cannot undo split this order.")


class Splitting:
    """What may be packed by itself. Needs an OrderBook beside it."""

    split_keeps_first_number = False  # whether the first parcel is the one that was there; UNSURE

    def may_split(self, order) -> bool:
        """Whether the seller can put the order into several parcels."""
        pieces = sum(item.active_quantity for item in order.items)
        is_open = order.order_status == "READY_TO_SHIP" and not order.split_up and not order.has_arranged_package
        return is_open and order.shop.may_split and not order.fulfilled_by_shopee and pieces > 1

    def may_unsplit(self, order) -> bool:
        """Whether the parcels can become one again."""
        return order.order_status == "READY_TO_SHIP" and order.split_up and not order.has_arranged_package

    def split(self, order, groups):
        """The seller packs the order in several parcels.

        `groups` are lists of its items, or of (item, pieces) where the shop may split one line
        (`shop.may_split_quantity`). All pieces that are not cancelled have to be in them.
        """
        groups = [[_with_pieces(entry) for entry in group] for group in groups]
        groups = [[entry for entry in group if entry[0].active_quantity] for group in groups]
        self._check_split(order, groups)
        order.split_up, order.update_time = True, self.clock.seconds()
        number = order.packages[0].package_number
        self._pack(order, groups)
        if self.split_keeps_first_number:
            del self.packages[order.packages[0].package_number]
            order.packages[0].package_number = number
            self.packages[number] = order
        self._make_ready(order)

    def unsplit(self, order):
        """The seller packs everything in one parcel again, as long as shipment is arranged for none."""
        if not self.may_unsplit(order):
            raise NotAllowed(*CANNOT_UNDO)
        order.split_up, order.update_time = False, self.clock.seconds()
        self._pack(order, [[(item, item.active_quantity) for item in order.items]])
        self._make_ready(order)

    def _make_ready(self, order):
        for package in order.packages:
            self._move_package(package, "LOGISTICS_READY", order.update_time)

    def _check_split(self, order, groups):
        if order.fulfilled_by_shopee:
            raise NotAllowed(*NOT_FROM_WAREHOUSE)
        if not order.shop.may_split:
            raise NotAllowed(*NO_PERMISSION)
        if order.split_up:
            raise NotAllowed(*HAS_BEEN_SPLIT)
        if order.order_status != "READY_TO_SHIP" or order.has_arranged_package or len(groups) < 2:
            raise NotAllowed(*FAILED)
        if len(groups) > (MOST_PACKAGES_IN_TAIWAN if order.shop.region == "TW" else MOST_PACKAGES):
            raise NotAllowed(*TOO_MANY)
        if not all(groups):
            raise NotAllowed(*MISSING)
        self._check_pieces(order, groups)

    def _check_pieces(self, order, groups):
        given = {item.line_item_id: 0 for item in order.items}
        for item, pieces in (entry for group in groups for entry in group):
            if pieces < 1:
                raise NotAllowed(*WRONG_QUANTITY)
            if given[item.line_item_id] and not order.shop.may_split_quantity:
                raise NotAllowed(*DUPLICATE)
            given[item.line_item_id] += pieces
        if any(item.active_quantity and not given[item.line_item_id] for item in order.items):
            raise NotAllowed(*MISSING)
        if any(given[item.line_item_id] != item.active_quantity for item in order.items):
            raise NotAllowed(*WRONG_QUANTITY)
        for group in groups:
            lines = [item.line_item_id for item, _ in group]
            if len(lines) != len(set(lines)):
                raise NotAllowed(*DUPLICATE)
        places = [place for place, group in enumerate(groups) if any(item.bundle_id for item, _ in group)]
        if len(places) > 1:
            raise NotAllowed(*TORN_BUNDLE)


def _with_pieces(entry):
    """The item and its pieces, all that are not cancelled where no number is given."""
    return entry if isinstance(entry, tuple) else (entry, entry.active_quantity)

"""One test for both platforms: what buyers, sellers and couriers do at each, in the same words."""

STAGES = ("ready_to_ship", "processed", "shipped", "completed")  # of an order, in the connector's words


class AtLazada:
    """Mixed into a ShippingCase: the platform is Lazada, where packing comes before the delivery is validated."""

    @property
    def platform(self):
        return self.lazada

    @property
    def shop(self):
        return self.lazada_shop

    def place(self, lines, **facts):
        """A buyer's order there."""
        return self.place_lazada(lines, **facts)

    def ref(self, placed):
        """Its number there."""
        return str(placed.order_id)

    def stage_there(self, placed):
        return placed.state

    def total_there(self, placed):
        """What the seller gets for it: prices after discounts, shipping, less the seller's vouchers."""
        return float(sum(unit.item_price + unit.shipping_amount - unit.voucher_seller for unit in placed.units))

    def shipping_there(self, placed):
        return float(sum(unit.shipping_amount for unit in placed.units))

    def courier_told(self, placed):
        """Who carries it, as far as the platform tells before it is packed."""
        return ""

    def arrange_there(self, placed):
        """In Seller Center: pack, and tell that the courier may come."""
        self.lazada.advance(placed, "ready_to_ship")

    def move_there(self, placed, stage):
        """Bring the order to one of STAGES, through all that lies between."""
        names = {"processed": "packed", "shipped": "shipped", "completed": "delivered"}
        if stage in names:
            self.lazada.advance(placed, names[stage])

    def cancel_there(self, placed):
        """In Seller Center, for want of stock."""
        self.lazada.cancel(placed, "Out of Stock", "seller")

    def cancel_some_there(self, placed):
        """One piece of the first line."""
        self.lazada.cancel(placed, units=[unit for unit in placed.units if unit.status != "canceled"][:1])

    def by_platform(self):
        """Facts of an order that the platform ships by itself."""
        return {"fulfilled_by_lazada": True}

    def numbers_there(self, placed):
        """The tracking numbers that the platform shows, one a package."""
        return sorted({unit.tracking_code for unit in placed.units if unit.tracking_code})

    def packages_there(self, placed):
        return sorted({unit.package_id for unit in placed.units if unit.package_id and unit.status != "canceled"})

    def two_packages(self, **facts):
        """An order that leaves in two parcels once it is packed."""
        skus = [product.default_code for product in self.products[:2]]
        lines = [self.line(skus[0], 2), self.line(skus[1], 1, shipping="express")]
        return self.place(lines, **facts)

    def line(self, sku, quantity, **facts):
        from ..simulator.lazada.state import Line

        return Line(sku, quantity, **facts)

    def send(self, picking):
        """What the user presses first to get the parcel on its way."""
        picking.action_marketplace_arrange()

    def finish(self, picking):
        """What the user presses when number and label are there."""
        picking.button_validate()


class AtShopee:
    """Mixed into a ShippingCase: the platform is Shopee, where validating the delivery arranges its shipment."""

    @property
    def platform(self):
        return self.shopee

    @property
    def shop(self):
        return self.shopee_shop

    def place(self, lines, **facts):
        return self.place_shopee(lines, **facts)

    def ref(self, placed):
        return placed.order_sn

    def stage_there(self, placed):
        stages = {"READY_TO_SHIP": "ready_to_ship", "PROCESSED": "processed", "SHIPPED": "shipped"}
        return {**stages, "TO_CONFIRM_RECEIVE": "shipped"}.get(placed.order_status, placed.order_status.lower())

    def total_there(self, placed):
        return float(placed.merchant_subtotal + placed.shipping_fee - placed.seller_voucher)

    def shipping_there(self, placed):
        return float(placed.shipping_fee)

    def courier_told(self, placed):
        return placed.shipping_carrier

    def arrange_there(self, placed):
        """*Arrange Shipment* in Seller Center."""
        self.shopee.arrange(placed)

    def move_there(self, placed, stage):
        if stage != "ready_to_ship":
            self.shopee.advance(placed, stage.upper())

    def cancel_there(self, placed):
        self.shopee.cancel(placed, "Out of Stock", "seller")

    def cancel_some_there(self, placed):
        self.shopee.cancel_pieces(placed, placed.items[0], 1)

    def by_platform(self):
        return {"fulfilled_by_shopee": True}

    def numbers_there(self, placed):
        return sorted(filter(None, map(self.shopee.tracking_number, placed.packages)))

    def packages_there(self, placed):
        return sorted(package.package_number for package in placed.packages if not package.is_failed)

    def two_packages(self, **facts):
        skus = [product.default_code for product in self.products[:2]]
        placed = self.place([(skus[0], 2), (skus[1], 1)], **facts)
        placed.shop.may_split = True
        self.shopee.split(placed, [[item] for item in placed.items])
        return placed

    def send(self, picking):
        picking.button_validate()

    def finish(self, picking):
        """It is validated already."""

"""Labels: asked for, made after a while, there until the courier has the parcel."""

from .gateway import NotAllowed
from .hand_over_errors import BEING_ALLOCATED
from .orders import Document

CANNOT_PRINT = ("logistics.package_can_not_print", "The package can not print now.")
WRONG_STATUS = ("logistics.order_status_error", "Order status does not support awb printing.")
WRONG_NUMBER = (
    "logistics.tracking_number_invalid",
    "The tracking number is invalid. Please check the tracking number.",
)
WRONG_TYPE = (
    "logistics.shipping_document_type_invalid",
    "The shipping_document_type is not invalid. Please check the shipping_document_type.",
)
PRINTABLE = ("READY_TO_SHIP", "PROCESSED", "RETRY_SHIP")


class Documents:
    """The labels of packages. Needs an OrderBook and Shipping beside it."""

    # === SWITCHES === #

    document_delay = 3  # seconds from asking for a label until it is there
    failing_documents = 0  # so many of the next labels that are asked for fail
    label_format = "pdf"  # or zip, as shops with thermal printing get it, or html
    downloads_need_one_channel = True

    def suggested_document_type(self, order, package) -> str:
        """The type that is taken where the seller names none."""
        return self.channel_of(order, package).document_types[0]

    def ask_for_document(self, order, package, tracking_number, document_type=""):
        """Let Shopee make a label; one that failed is made anew."""
        document_type = document_type or self.suggested_document_type(order, package)
        self.check_printable(order, package, tracking_number, document_type)
        document = package.documents.get(document_type)
        if document is None or self.document_status(document) == "FAILED":
            fails = self.failing_documents > 0
            self.failing_documents -= fails
            ready_at = self.clock.seconds() + self.document_delay
            package.documents[document_type] = Document(ready_at, fails)

    def check_printable(self, order, package, tracking_number, document_type):
        """Raise NotAllowed if the package can have no label of the type now, or carries another number."""
        channel = self.channel_of(order, package)
        if document_type not in channel.document_types:
            raise NotAllowed(*WRONG_TYPE)
        if order.order_status in ("UNPAID", "PENDING", "CANCELLED"):
            raise NotAllowed(*WRONG_STATUS)
        if self.is_being_allocated(order):
            raise NotAllowed(*BEING_ALLOCATED)
        if order.fulfilled_by_shopee or package.is_with_courier or package.is_failed:
            raise NotAllowed(*CANNOT_PRINT)
        if channel.preprint and not package.is_shipment_arranged:
            return
        if not package.is_shipment_arranged or not self.tracking_number(package):
            raise NotAllowed(*CANNOT_PRINT)
        if tracking_number != package.tracking_number:
            raise NotAllowed(*WRONG_NUMBER)

    def is_printable(self, order, package) -> bool:
        """Whether the seller can print a label now."""
        try:
            self.check_printable(order, package, package.tracking_number, self.suggested_document_type(order, package))
        except NotAllowed:
            return False
        return True

    def document(self, order, package, document_type="") -> Document | None:
        """The label of that type, if it was asked for and the courier does not have the parcel yet."""
        if package.is_with_courier or package.is_failed:
            return None
        return package.documents.get(document_type or self.suggested_document_type(order, package))

    def document_status(self, document) -> str:
        """PROCESSING, then READY or FAILED."""
        if self.clock.seconds() < document.ready_at:
            return "PROCESSING"
        return "FAILED" if document.fails else "READY"

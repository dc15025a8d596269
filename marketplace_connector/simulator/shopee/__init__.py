"""The Shopee Open Platform v2 and its Seller Center, as far as the connector uses them."""

from .app import Shopee

__all__ = ["Shopee"]

"""The Shopee client."""

from .client import ShopeeClient

__all__ = ["ShopeeClient"]

"""Campaigns: Lazada locks pieces for them, and sellers cannot set less while one runs (Lazada docs 121233, 121234)."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from .timetable import DAY


@dataclass
class Campaign:
    """Pieces of one variant that are kept for a campaign from its start until its end."""

    variant: int
    pieces: int
    start: datetime
    end: datetime
    name: str = "Bday Mega"
    channel: str = ""  # as the API names it, which is no name that people know it by
    sold: int = 0

    @property
    def left(self):
        """The pieces that are still kept for it."""
        return max(self.pieces - self.sold, 0)


class Campaigner:
    """The part of the platform that runs campaigns. Each buyer of such a SKU buys what was kept for the campaign."""

    campaign_forbids_decrease = False  # some campaigns let stock only be increased, whatever they keep

    def start_campaign(self, shop, sku, pieces, seconds=DAY, begins_in=0, name="Bday Mega") -> Campaign:
        """Keep pieces of a SKU, or of the variant of a number, for a campaign that lasts so long.

        Raises ValueError where so many are not there to be sold.
        """
        variant = self.find_variant(shop, sku)
        if variant is None or not 0 < pieces <= self.sellable(shop, variant.number) - self.locked(shop, variant.number):
            raise ValueError("A campaign needs a product that is on sale, and pieces of it that are there.")
        start = self._now() + timedelta(seconds=begins_in)
        end = start + timedelta(seconds=seconds)
        channel = str(uuid.UUID(int=self.random.getrandbits(128), version=4))
        shop.campaigns.append(Campaign(variant.number, pieces, start, end, name, channel))
        return shop.campaigns[-1]

    def end_campaign(self, campaign):
        """The campaign is over now; what was kept for it can be sold and changed as anything else."""
        campaign.end = min(campaign.end, self._now())

    def running_campaigns(self, shop, number) -> list[Campaign]:
        """The campaigns of a variant that have started and not ended."""
        now = self._now()
        return [one for one in shop.campaigns if one.variant == number and one.start <= now < one.end]

    def locked(self, shop, sku) -> int:
        """The pieces of a SKU, or of the variant of a number, that no seller can take away now."""
        variant = self.find_variant(shop, sku)
        kept = sum(one.left for one in self.running_campaigns(shop, variant.number)) if variant else 0
        return min(kept, self.sellable(shop, variant.number)) if kept else 0

    def _sell_in_campaign(self, shop, unit):
        """A piece was bought: the first campaign that has any left gives it."""
        campaign = next((one for one in self.running_campaigns(shop, unit.variant) if one.left), None)
        if campaign and not unit.is_fbl:
            campaign.sold += 1

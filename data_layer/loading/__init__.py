"""The load: files in, one transaction, the old data or the new and never half of it."""

from data_layer.loading.delivery import Delivery, Outcome, deliver

__all__ = ["Delivery", "Outcome", "deliver"]

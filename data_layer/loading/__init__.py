"""The load: files in, one transaction, the old data or the new and never half of it."""

from data_layer.loading.delivery import deliver
from data_layer.loading.outcome import Delivery, Outcome

__all__ = ["Delivery", "Outcome", "deliver"]

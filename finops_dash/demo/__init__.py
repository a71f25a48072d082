"""A believable company's bills: three clouds, thirteen months, and everything FOCUS can say."""

from finops_dash.demo.company import Shape
from finops_dash.demo.seasons import Anomaly, anomalies
from finops_dash.demo.writer import write_demo

__all__ = ["Anomaly", "Shape", "anomalies", "write_demo"]

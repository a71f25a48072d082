"""What the three clouds sell to the company: services, units, prices, regions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Service:
    """One service with the one SKU family the company uses. Prices in millionths of the unit."""

    provider: str
    name: str
    category: str
    subcategory: str
    resource_type: str
    unit: str
    price: int
    weight: float
    weekend: float = 1.0
    hourly: bool = False
    publisher: str | None = None


_ROWS = (
    ("AWS", "Amazon Elastic Compute Cloud", "Compute", "Virtual Machines", "Instance", "Hours", 192_000, 17.0, 0.72, True),
    ("AWS", "Amazon Relational Database Service", "Databases", "Relational Databases", "DB Instance", "Hours", 342_000, 9.0, 0.95, True),
    ("AWS", "Amazon Simple Storage Service", "Storage", "Object Storage", "Bucket", "GB-Months", 23_000, 6.0, 1.0),
    ("AWS", "Amazon Elastic Block Store", "Storage", "Block Storage", "Volume", "GB-Months", 80_000, 4.0, 1.0),
    ("AWS", "AWS Lambda", "Compute", "Serverless Compute", "Function", "1000 GB-Seconds", 16_667, 2.4, 0.6),
    ("AWS", "Amazon DynamoDB", "Databases", "NoSQL Databases", "Table", "1000000 Requests", 1_250_000, 2.6, 0.7),
    ("AWS", "Amazon CloudFront", "Networking", "Content Delivery", "Distribution", "GB", 85_000, 3.1, 1.15),
    ("AWS", "Amazon Elastic Kubernetes Service", "Compute", "Containers", "Cluster", "Hours", 100_000, 2.2, 0.9),
    ("AWS", "Amazon Redshift", "Databases", "Data Warehouses", "Cluster", "Hours", 1_086_000, 3.4, 0.8),
    ("AWS", "Amazon ElastiCache", "Databases", "Caching", "Cache Node", "Hours", 156_000, 1.7, 1.0),
    ("AWS", "Amazon CloudWatch", "Management and Governance", "Observability", "Log Group", "GB", 500_000, 1.6, 0.75),
    ("AWS", "Amazon Bedrock", "AI and Machine Learning", "Generative AI", "Model", "1000000 Tokens", 3_000_000, 3.2, 0.45),
    ("Microsoft", "Virtual Machines", "Compute", "Virtual Machines", "Virtual Machine", "Hours", 208_000, 8.0, 0.65, True),
    ("Microsoft", "Azure SQL Database", "Databases", "Relational Databases", "SQL Database", "vCore-Hours", 252_000, 4.4, 0.9),
    ("Microsoft", "Storage Accounts", "Storage", "Object Storage", "Storage Account", "GB-Months", 18_400, 2.4, 1.0),
    ("Microsoft", "Azure Kubernetes Service", "Compute", "Containers", "Managed Cluster", "Hours", 100_000, 1.2, 0.85),
    ("Microsoft", "Azure Monitor", "Management and Governance", "Observability", "Workspace", "GB", 2_760_000, 1.1, 0.8),
    ("Microsoft", "Azure OpenAI Service", "AI and Machine Learning", "Generative AI", "Deployment", "1000000 Tokens", 5_000_000, 2.1, 0.4),
    ("Microsoft", "Bandwidth", "Networking", "Network Connectivity", "Virtual Network", "GB", 87_000, 1.0, 1.0),
    ("Microsoft", "Key Vault", "Security", "Secret Management", "Vault", "10000 Requests", 30_000, 0.2, 0.7),
    ("Google Cloud", "Compute Engine", "Compute", "Virtual Machines", "Instance", "Hours", 150_000, 6.0, 0.8, True),
    ("Google Cloud", "BigQuery", "Analytics", "Analytics Platforms", "Dataset", "TiB", 6_250_000, 5.2, 0.35),
    ("Google Cloud", "Cloud Storage", "Storage", "Object Storage", "Bucket", "GB-Months", 20_000, 1.9, 1.0),
    ("Google Cloud", "Cloud SQL", "Databases", "Relational Databases", "Instance", "Hours", 193_000, 1.8, 0.95),
    ("Google Cloud", "Google Kubernetes Engine", "Compute", "Containers", "Cluster", "Hours", 100_000, 1.4, 0.9),
    ("Google Cloud", "Vertex AI", "AI and Machine Learning", "AI Platforms", "Endpoint", "Hours", 920_000, 1.9, 0.5),
    ("Google Cloud", "Cloud Logging", "Management and Governance", "Observability", "Log Bucket", "GB", 500_000, 0.6, 0.8),
    ("Google Cloud", "Pub/Sub", "Integration", "Messaging", "Topic", "TiB", 40_000_000, 0.5, 0.7),
)  # fmt: skip
SERVICES = tuple(Service(*row) for row in _ROWS)

REGIONS = {
    "AWS": (("us-east-1", "US East (N. Virginia)"), ("eu-west-1", "Europe (Ireland)"), ("ap-southeast-1", "Asia Pacific (Singapore)")),
    "Microsoft": (("westeurope", "West Europe"), ("eastus", "East US")),
    "Google Cloud": (("europe-west4", "Netherlands"), ("us-central1", "Iowa")),
}  # fmt: skip
PUBLISHERS = {
    "AWS": "Amazon Web Services",
    "Microsoft": "Microsoft",
    "Google Cloud": "Google Cloud",
}
ACCOUNT_TYPES = {
    "AWS": ("Management Account", "Linked Account"),
    "Microsoft": ("Billing Account", "Subscription"),
    "Google Cloud": ("Billing Account", "Project"),
}
DISCOUNTS = {"AWS": 0.07, "Microsoft": 0.09, "Google Cloud": 0.06}
COMMITMENTS = {
    "Amazon Elastic Compute Cloud": ("sp-compute-01", "Compute Savings Plan", "Spend", "Savings Plan", "USD"),
    "Amazon Relational Database Service": ("ri-rds-01", "RDS Reserved Instances", "Usage", "Reserved Instance", "Hours"),
    "Virtual Machines": ("res-vm-01", "VM Reservation", "Usage", "Reservation", "Hours"),
    "Compute Engine": ("cud-ce-01", "Compute Flexible CUD", "Spend", "Committed Use Discount", "USD"),
}  # fmt: skip

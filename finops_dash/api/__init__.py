"""What browsers and programs ask beside the pages: routes on the same services."""

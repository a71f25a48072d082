"""What the PDFs of pages say."""

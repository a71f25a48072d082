"""Writers of files: what is stored or shown, as bytes."""

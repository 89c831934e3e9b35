"""What several tests share: fakes, drivers and small corpora."""

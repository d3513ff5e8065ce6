"""Patient-reported outcomes for treatment-discontinuation trials."""

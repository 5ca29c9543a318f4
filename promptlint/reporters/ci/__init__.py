"""What the formats for CI services share."""

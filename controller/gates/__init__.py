"""What the controller trusts: one name a gate, cheapest first."""

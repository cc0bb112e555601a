"""What good means: suites, reports, reconciliation. The only user of Great Expectations."""
